import type { ParkedMessage, QuarantineStore, UnparkedMessage } from '../ports/quarantine-store.ts';
import type { Storage } from './connection.ts';
import { isRefusal, unavailable } from './failure.ts';
import { type KeptPlace, keptMessages, keptPlace, putMessage, toSummary } from './kept-messages.ts';

/** Messages parked at once: each is a blob and a row. */
const PARALLEL = 16;

/** The raw body in a blob, the reason in a row of table `parked`. */
export function storageQuarantineStore(storage: Storage): QuarantineStore {
  const place = keptPlace(storage, 'parked');
  return { ...keptMessages(place, toSummary), park: (messages) => parkAll(place, messages) };
}

/**
 * What a storage that is away does not take is not tried message by message: each try costs the SDK's retries, and the
 * caller's locks end.
 */
async function parkAll(place: KeptPlace, messages: readonly ParkedMessage[]): Promise<UnparkedMessage[]> {
  const waiting = [...messages];
  const unparked: UnparkedMessage[] = [];
  const park = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      try {
        await putMessage(place, next);
      } catch (error) {
        const failure = unavailable(error).message;
        unparked.push({ ...next, failure });
        if (!isRefusal(error)) unparked.push(...waiting.splice(0).map((left) => ({ ...left, failure })));
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, park));
  return unparked;
}
