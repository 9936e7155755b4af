import { chunks } from '../domain/chunks.ts';
import type { StockTimes } from '../domain/projected-times.ts';
import { type JournalEntry, type JournalStore, TIMES_AN_ENTRY } from '../ports/journal-store.ts';
import { unlessAway } from '../ports/stock-store.ts';

/** Of so many stocks times may wait to be written; those of further ones are lost. */
const MOST_WAITING = 10_000;

/**
 * Puts what stocks hand on into the journal, one call after the other; what comes meanwhile goes with the next. The promise
 * is for tests: times are worth neither a wait nor a retry, and those that a storage which is away does not take are lost.
 */
export function timesKeeper(
  journal: Pick<JournalStore, 'append'>,
): (handedOn: readonly StockTimes[]) => Promise<void> {
  let waiting: StockTimes[] = [];
  let writing: Promise<void> | undefined;

  async function write(): Promise<void> {
    try {
      while (waiting.length > 0) {
        const entries = waiting.flatMap(entriesOf);
        waiting = [];
        await journal.append(entries).catch(unlessAway);
      }
    } finally {
      writing = undefined;
    }
  }

  return async (handedOn) => {
    waiting.push(...handedOn.slice(0, MOST_WAITING - waiting.length));
    if (waiting.length > 0) writing ??= write();
    await writing;
  };
}

function entriesOf({ itemId, warehouseId, times }: StockTimes): JournalEntry[] {
  return chunks(times, TIMES_AN_ENTRY).map((some) => ({
    kind: 'times',
    times: { itemId, warehouseId, times: some },
  }));
}
