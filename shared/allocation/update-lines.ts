import { type LineKey, lineKey, type OrderLine } from '../domain/order-line.ts';
import { freesStock } from '../domain/totals.ts';
import { type AllocationStore, type ItemChange, MAX_LINES_PER_CHANGE } from '../ports/allocation-store.ts';
import type { Runtime } from '../ports/runtime.ts';
import type { StockChanges } from '../ports/stock-changes.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { changeOf, commitChange, type StoredChange } from './commit-change.ts';
import { groupByItem } from './group-by-item.ts';

/** A change of one line; `change` is pure, may be asked again, and answers the same line when there is nothing to do. */
export type LineUpdate = {
  readonly key: LineKey;
  /** @param line undefined when there is none; answering undefined leaves it so */
  readonly change: (line: OrderLine | undefined) => OrderLine | undefined;
};

/** The line as it is now (undefined: there is none), and whether this update changed it. */
export type LineUpdated = { readonly line: OrderLine | undefined; readonly changed: boolean };

export type UpdateLine = (update: LineUpdate) => Promise<LineUpdated>;

/**
 * Changes lines by conditional writes, together with the totals of their stock; updates of one item that wait at the
 * same time are one transactional batch. When a change gives stock back, that is told on before the update counts as
 * done, so that a caller that is repeated tells it again.
 *
 * @throws {StoreUnavailable} from the function answered, to every update of the group
 */
export function lineUpdater(ports: {
  readonly store: AllocationStore;
  readonly stockChanges: StockChanges;
  readonly runtime: Runtime;
}): UpdateLine {
  return groupByItem<LineUpdate, LineUpdated>(
    ({ key }) => key.itemId,
    MAX_LINES_PER_CHANGE,
    async (itemId, updates) => {
      const { results, tell } = await commitChange(ports, itemId, async (race) => {
        const tried = await attempt(ports.store, itemId, updates);
        if (race > 0 && tried.change) await requireStocks(ports.store, tried.change);
        return tried;
      });
      if (tell) await ports.stockChanges.tell([itemId]);
      return results;
    },
  );
}

/**
 * The change of a stock that is not there, since somebody deleted its document, fails like one that met a newer state, until the stock
 * is there again: nobody is to wait for that.
 *
 * @throws {StoreUnavailable}
 */
async function requireStocks(store: AllocationStore, { itemId, totals }: ItemChange): Promise<void> {
  const { stocks } = await store.readItem(itemId);
  const known = new Set(stocks.map(({ warehouseId }) => warehouseId));
  const gone = totals.find(({ warehouseId }) => !known.has(warehouseId));
  if (gone) throw new StoreUnavailable(`The cloud knows no stock of item ${itemId} in ${gone.warehouseId}.`);
}

async function attempt(store: AllocationStore, itemId: string, updates: readonly LineUpdate[]) {
  const keys = new Map(updates.map(({ key }) => [lineKey(key), key]));
  const read = await store.readLines([...keys.values()]);
  const lines = new Map([...keys.keys()].map((name, index) => [name, read[index]?.line]));
  const results = updates.map(({ key, change }): LineUpdated => {
    const before = lines.get(lineKey(key));
    const line = change(before);
    lines.set(lineKey(key), line);
    return { line, changed: line !== before };
  });
  const changes = [...keys.keys()].flatMap((name, index): StoredChange[] => {
    const after = lines.get(name);
    const before = read[index];
    return after && after !== before?.line
      ? [{ before: before?.line, after, etag: before?.etag ?? null }]
      : [];
  });
  const change = changeOf(itemId, changes);
  // What was changed before may have been stored and not told on: an answer or the bus may have failed then.
  const repeats = results.some(({ line, changed }) => line && !changed);
  return { change, result: { results, tell: repeats || freesStock(change?.totals ?? []) } };
}
