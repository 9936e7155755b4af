/** Which of a warehouse's events have arrived, with one bit an event: a million of them take 125 kB. */
export type EventTally = {
  /** @throws when it is no id of an event */
  note(eventId: string): void;
  /** How often any event was noted. */
  noted(): number;
  /** How many different events were. */
  different(): number;
};

const EVENT_ID = /^evt-(\d{8})-(\d{6,9})$/;
const FIRST_BYTES = 1_024;

export function newEventTally(): EventTally {
  const days = new Map<string, Uint8Array>();
  let noted = 0;
  let different = 0;

  /** The bits of a day, long enough for this byte. */
  function bitsOf(day: string, byte: number): Uint8Array {
    const bits = days.get(day) ?? new Uint8Array(FIRST_BYTES);
    if (byte < bits.length) {
      days.set(day, bits);
      return bits;
    }
    const longer = new Uint8Array(Math.max(byte + 1, 2 * bits.length));
    longer.set(bits);
    days.set(day, longer);
    return longer;
  }

  return {
    note(eventId) {
      const [, day, digits] = EVENT_ID.exec(eventId) ?? [];
      if (day === undefined) throw new Error(`"${eventId}" is no id of an event`);
      const number = Number(digits);
      const byte = number >>> 3;
      const bit = 1 << (number & 7);
      const bits = bitsOf(day, byte);
      const before = bits[byte] ?? 0;
      noted += 1;
      if ((before & bit) === 0) different += 1;
      bits[byte] = before | bit;
    },
    noted: () => noted,
    different: () => different,
  };
}
