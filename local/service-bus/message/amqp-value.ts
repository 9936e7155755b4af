/** What a scalar AMQP value becomes in JavaScript; `undefined` stands for a type that has no scalar meaning (list, map, decimal). */
export type Scalar = string | number | boolean | Date | Buffer | null | undefined;

/**
 * Offset just behind the encoded value that starts at `offset` (AMQP 1.0 part 1, section 1.2: the high nibble of the
 * constructor byte tells the width).
 * @throws RangeError when the value is cut short or its constructor is unknown.
 */
export function endOfValue(bytes: Buffer, offset: number): number {
  const code = byteAt(bytes, offset);
  if (code === 0x00) return endOfValue(bytes, endOfValue(bytes, offset + 1));
  const end = offset + 1 + widthOf(bytes, code, offset + 1);
  if (end > bytes.length) throw new RangeError(`AMQP value at byte ${offset} is cut short`);
  return end;
}

function widthOf(bytes: Buffer, code: number, at: number): number {
  switch (code >>> 4) {
    case 0x4:
      return 0;
    case 0x5:
      return 1;
    case 0x6:
      return 2;
    case 0x7:
      return 4;
    case 0x8:
      return 8;
    case 0x9:
      return 16;
    case 0xa:
    case 0xc:
    case 0xe:
      return 1 + byteAt(bytes, at);
    case 0xb:
    case 0xd:
    case 0xf:
      return 4 + bytes.readUInt32BE(at);
    default:
      throw new RangeError(`unknown AMQP constructor 0x${code.toString(16)} at byte ${at - 1}`);
  }
}

function byteAt(bytes: Buffer, offset: number): number {
  const value = bytes[offset];
  if (value === undefined) throw new RangeError(`AMQP value at byte ${offset} is cut short`);
  return value;
}

/**
 * The scalar encoded at `offset`. 64-bit integers come back as numbers (exact up to 2^53), UUIDs and binaries as
 * buffers, timestamps as `Date` (UTC).
 */
export function scalarAt(bytes: Buffer, offset: number): Scalar {
  const at = offset + 1;
  switch (byteAt(bytes, offset)) {
    case 0x40:
      return null;
    case 0x41:
      return true;
    case 0x42:
      return false;
    case 0x56:
      return bytes.readUInt8(at) !== 0;
    case 0x43:
    case 0x44:
      return 0;
    case 0x50:
    case 0x52:
    case 0x53:
      return bytes.readUInt8(at);
    case 0x51:
    case 0x54:
    case 0x55:
      return bytes.readInt8(at);
    case 0x60:
      return bytes.readUInt16BE(at);
    case 0x61:
      return bytes.readInt16BE(at);
    case 0x70:
      return bytes.readUInt32BE(at);
    case 0x71:
      return bytes.readInt32BE(at);
    case 0x72:
      return bytes.readFloatBE(at);
    case 0x73:
      return String.fromCodePoint(bytes.readUInt32BE(at));
    case 0x80:
      return Number(bytes.readBigUInt64BE(at));
    case 0x81:
      return Number(bytes.readBigInt64BE(at));
    case 0x82:
      return bytes.readDoubleBE(at);
    case 0x83:
      return new Date(Number(bytes.readBigInt64BE(at)));
    case 0x98:
      return bytes.subarray(at, at + 16);
    case 0xa0:
      return bytes.subarray(at + 1, endOfValue(bytes, offset));
    case 0xb0:
      return bytes.subarray(at + 4, endOfValue(bytes, offset));
    case 0xa1:
    case 0xa3:
      return bytes.toString('utf8', at + 1, endOfValue(bytes, offset));
    case 0xb1:
    case 0xb3:
      return bytes.toString('utf8', at + 4, endOfValue(bytes, offset));
    default:
      return undefined;
  }
}

/** Where the items of a list or map begin and how many there are (a map counts keys and values). */
export interface Compound {
  readonly count: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The extent of the list or map encoded at `offset`.
 * @throws RangeError when the value there is neither.
 */
export function compoundAt(bytes: Buffer, offset: number): Compound {
  const end = endOfValue(bytes, offset);
  switch (byteAt(bytes, offset)) {
    case 0x45:
      return { count: 0, start: end, end };
    case 0xc0:
    case 0xc1:
      return { count: byteAt(bytes, offset + 2), start: offset + 3, end };
    case 0xd0:
    case 0xd1:
      return { count: bytes.readUInt32BE(offset + 5), start: offset + 9, end };
    default:
      throw new RangeError(`expected an AMQP list or map at byte ${offset}`);
  }
}

/** One entry of an encoded map: the decoded key, the extent of key and value, and where the value begins. */
export interface MapEntry {
  readonly key: string;
  readonly start: number;
  readonly value: number;
  readonly end: number;
}

/** The entries of the map encoded at `offset`, in their order; values stay encoded. */
export function mapEntries(bytes: Buffer, offset: number): MapEntry[] {
  const { count, start } = compoundAt(bytes, offset);
  const entries: MapEntry[] = [];
  let at = start;
  for (let index = 0; index + 1 < count; index += 2) {
    const value = endOfValue(bytes, at);
    const end = endOfValue(bytes, value);
    entries.push({ key: String(scalarAt(bytes, at)), start: at, value, end });
    at = end;
  }
  return entries;
}
