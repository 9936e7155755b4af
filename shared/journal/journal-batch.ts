import { accept } from '../domain/acceptance.ts';
import { failureDelay } from '../domain/retry-delay.ts';
import type { JournalEntry, JournalStore } from '../ports/journal-store.ts';
import type { ReceivedMessage } from '../ports/received-message.ts';
import type { Runtime } from '../ports/runtime.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';

export type JournalPorts = { readonly journal: JournalStore; readonly runtime: Runtime };

/**
 * Writes a batch into the journal: what the projection accepts as events, what it refuses as refusals, since both
 * subscriptions decide by the same pure function. Appending again changes nothing, so a repeated batch does no harm.
 *
 * @throws {StoreUnavailable} when the journal does not answer within `patienceMs`; the bus then delivers the batch again.
 */
export async function journalBatch(
  messages: readonly ReceivedMessage[],
  { journal, runtime }: JournalPorts,
  { warehouses, patienceMs }: { readonly warehouses: ReadonlySet<string>; readonly patienceMs: number },
): Promise<void> {
  const entries = messages.map((message) => toEntry(message, warehouses));
  const deadline = runtime.now() + patienceMs;
  for (let tries = 1; ; tries += 1) {
    try {
      return await journal.append(entries);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      const delay = failureDelay([{ status: 'unavailable' }], tries, runtime);
      if (runtime.now() + delay > deadline) throw error;
      await runtime.sleep(delay);
    }
  }
}

function toEntry(message: ReceivedMessage, warehouses: ReadonlySet<string>): JournalEntry {
  const acceptance = accept(message.body, message.enqueuedAt, warehouses);
  return acceptance.accepted
    ? { kind: 'event', event: acceptance.event, takenAt: message.enqueuedAt }
    : { kind: 'refusal', message, refusal: acceptance.refusal };
}
