import type { InventoryEvent } from '../contracts/inventory-event.ts';
import { findMismatches } from '../domain/journal.ts';
import { type Finding, type PositionUpdate, positionKey, positionUpdates } from '../domain/position.ts';
import { foldStock, type Stock, type StockKey } from '../domain/stock.ts';

/** What the journal says of an item in a warehouse. */
export type RecomputedStock = {
  readonly stock: Stock;
  readonly events: number;
  /** Neighbouring versions that contradict each other, found whatever order the events once arrived in. */
  readonly mismatches: readonly Finding[];
};

/**
 * Recomputes every stock document from journalled events with the fold that the projection uses. The events of one
 * item and warehouse come together (`JournalStore.readEvents`), so memory holds one document's history at a time.
 *
 * @throws {Error} when the events of a document come in two runs, since each would be taken for the whole
 */
export async function* recompute(
  pages: AsyncIterable<readonly InventoryEvent[]>,
): AsyncIterable<RecomputedStock> {
  const done = new Set<string>();
  let history: InventoryEvent[] = [];
  let current: string | undefined;
  for await (const page of pages) {
    for (const event of page) {
      const name = `${event.itemId}|${event.warehouseId}`;
      if (name !== current) {
        const finished = finish(history);
        if (finished) yield finished;
        if (done.has(name)) throw new Error(`The journal returned the events of ${name} in two runs.`);
        done.add(name);
        current = name;
        history = [];
      }
      history.push(event);
    }
  }
  const last = finish(history);
  if (last) yield last;
}

/**
 * Folds the whole history of one item in one warehouse. Pure. Unversioned events come first, as they did: what came
 * before the WMS began to number a position is no gap.
 */
function recomputeStock(key: StockKey, events: readonly InventoryEvent[]): RecomputedStock {
  const all = events.flatMap(positionUpdates);
  const [versioned, unversioned] = [all.filter(isVersioned), all.filter((update) => !isVersioned(update))];
  const updates = [...unversioned, ...versioned];
  const { stock } = foldStock(undefined, key, updates);
  const movements = updates.filter(({ count }) => !count);
  const mismatches = [...byPosition(movements).values()].flatMap(findMismatches);
  return { stock, events: events.length, mismatches };
}

function isVersioned({ version }: PositionUpdate): boolean {
  return version !== null;
}

function finish(history: readonly InventoryEvent[]): RecomputedStock | undefined {
  const [first] = history;
  return first && recomputeStock({ itemId: first.itemId, warehouseId: first.warehouseId }, history);
}

function byPosition(updates: readonly PositionUpdate[]): Map<string, PositionUpdate[]> {
  const positions = new Map<string, PositionUpdate[]>();
  for (const update of updates) {
    const name = positionKey(update);
    const known = positions.get(name);
    if (known) known.push(update);
    else positions.set(name, [update]);
  }
  return positions;
}
