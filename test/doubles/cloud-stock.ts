import type { Stock } from '../../shared/domain/stock.ts';
import { ChangeFeedGone, type CloudStock, type SweptStock } from '../../shared/ports/cloud-stock.ts';
import type { Kept } from './item-documents.ts';
import { sealed } from './sealed.ts';
import type { InMemoryStock } from './stock-store.ts';
import { throwFault } from './store-faults.ts';

const NAMES = [
  'itemId',
  'warehouseId',
  'positions',
  'overflowed',
  'onHand',
  'tentative',
  'confirmed',
  'picked',
  'openFindings',
] as const;

/**
 * The stock of an in-memory store as a whole, with the semantics of the Cosmos DB adapter: it hears of all that is
 * written to the store's documents, lines too. The store's `fault` is asked as for a query.
 */
export function inMemoryCloudStock(memory: InMemoryStock, pageSize = 1_000): CloudStock {
  const { items } = memory;
  const ask = () => throwFault(memory.fault?.({ kind: 'query', key: { itemId: '', warehouseId: '' } }));

  return {
    async *inRange(warehouseId, { after, upTo }) {
      ask();
      const found = items
        .itemsOf(warehouseId)
        .filter(
          (itemId) => (after === undefined || itemId > after) && (upTo === undefined || itemId <= upTo),
        );
      for (let from = 0; from < found.length; from += pageSize)
        yield found.slice(from, from + pageSize).flatMap((itemId) => {
          const kept = items.partition(itemId)?.stocks.get(warehouseId);
          return kept ? [sweptStock(kept.value)] : [];
        });
    },
    now: async () => {
      ask();
      return String(items.lastPlace());
    },
    changes: async (since, limit) => {
      ask();
      const after = since === undefined ? 0 : placeIn(since);
      if (after === undefined || after > items.lastPlace())
        throw new ChangeFeedGone(`"${since}" is no place`);
      const read = items.changesSince(after, limit);
      return {
        changed: byWarehouse(read),
        next: String(read.at(-1)?.place ?? after),
        more: read.length === limit,
      };
    },
  };
}

function placeIn(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function sweptStock(stock: Stock): SweptStock {
  const picked = NAMES.filter((name) => stock[name] !== undefined).map((name) => [name, stock[name]]);
  return sealed(Object.fromEntries(picked)) as SweptStock;
}

function byWarehouse(changes: readonly Kept<unknown>[]): Map<string, Set<string>> {
  const changed = new Map<string, Set<string>>();
  for (const { itemId, warehouseIds } of changes) {
    for (const warehouseId of warehouseIds)
      changed.set(warehouseId, (changed.get(warehouseId) ?? new Set<string>()).add(itemId));
  }
  return changed;
}
