import { CLOCKS_DIFFER_BY_MS } from '../domain/acceptance.ts';
import type { Statement } from '../domain/history.ts';
import type { ProjectedTime } from '../domain/projected-times.ts';
import type { StockKey } from '../domain/stock.ts';
import type { JournalStore } from '../ports/journal-store.ts';

/** Times of an item in a warehouse that are looked through for those of a page. */
const MAX_TIMES = 80_000;

/**
 * When the stock that ATP is read from had these events, by event id; milliseconds since 1970 UTC. Those that the stock holds
 * itself, and those that it handed on to the journal; of an event that is there twice the earlier. Undefined for the others.
 *
 * @throws {StoreUnavailable}
 */
export async function projectionTimes(
  key: StockKey,
  statements: readonly Pick<Statement, 'event' | 'takenAt'>[],
  held: readonly ProjectedTime[],
  journal: Pick<JournalStore, 'readTimes'>,
): Promise<ReadonlyMap<string, number>> {
  const times = new Map<string, number>();
  if (statements.length === 0) return times;
  const note = ([eventId, at]: ProjectedTime) =>
    times.set(eventId, Math.min(at, times.get(eventId) ?? Infinity));
  const sought = new Set(statements.map(({ event }) => event.eventId));
  let read = 0;
  for await (const page of journal.readTimes(key, earliest(statements) - CLOCKS_DIFFER_BY_MS)) {
    page.forEach(note);
    for (const [eventId] of page) sought.delete(eventId);
    read += page.length;
    // They come in their order: what else follows is later.
    if (sought.size === 0 || read >= MAX_TIMES) break;
  }
  held.forEach(note);
  return times;
}

/** Nothing was projected before the bus took it, or else the WMS committed it. */
function earliest(statements: readonly Pick<Statement, 'event' | 'takenAt'>[]): number {
  return statements.reduce(
    (first, { event, takenAt }) => Math.min(first, takenAt ?? Date.parse(event.timestamp)),
    Infinity,
  );
}
