import type { OrderLine } from '../../shared/domain/order-line.ts';
import type { Stock } from '../../shared/domain/stock.ts';
import { ChangeFeedGone, type CloudStock, type SweptStock } from '../../shared/ports/cloud-stock.ts';
import type { InMemoryStock } from './stock-store.ts';

export type InMemoryCloudStock = CloudStock & {
  /** Tells of an order line that was written; the lines themselves are kept elsewhere. */
  lineWritten(line: Pick<OrderLine, 'kind' | 'orderId' | 'lineId' | 'itemId' | 'allocations'>): void;
};

type Change = { readonly place: number; readonly itemId: string; readonly warehouseIds: readonly string[] };

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

/** The stock of an in-memory store as a whole, with the semantics of the Cosmos DB adapter. Its `fault` is asked as for a query. */
export function inMemoryCloudStock(memory: InMemoryStock, pageSize = 1_000): InMemoryCloudStock {
  const lines = new Map<string, Change>();

  const stocks = (): Stock[] =>
    memory
      .documents()
      .filter(({ kind }) => kind === 'stock')
      .map(({ value }) => value() as Stock);

  const changes = (): Change[] => {
    const documents = memory.documents().map(({ place, value }) => {
      const { itemId, warehouseId } = value();
      return { place, itemId, warehouseIds: [warehouseId] };
    });
    return [...documents, ...lines.values()].sort((a, b) => a.place - b.place);
  };

  return {
    async *inRange(warehouseId, { after, upTo }) {
      const found = stocks().filter(
        (stock) =>
          stock.warehouseId === warehouseId &&
          (after === undefined || stock.itemId > after) &&
          (upTo === undefined || stock.itemId <= upTo),
      );
      for (let from = 0; from < found.length; from += pageSize)
        yield found.slice(from, from + pageSize).map(sweptStock);
    },
    now: async () => {
      memory.documents();
      return String(memory.nextPlace());
    },
    changes: async (since, limit) => {
      const after = since === undefined ? 0 : placeIn(since);
      if (after === undefined || after > memory.nextPlace())
        throw new ChangeFeedGone(`"${since}" is no place`);
      const all = changes().filter(({ place }) => place > after);
      const read = all.slice(0, limit);
      return {
        changed: byWarehouse(read),
        next: String(read.at(-1)?.place ?? after),
        more: read.length === limit,
      };
    },
    lineWritten: ({ kind, orderId, lineId, itemId, allocations }) => {
      const warehouseIds = kind === 'order-line' ? allocations.map(({ warehouseId }) => warehouseId) : [];
      lines.set(`${itemId}|${kind}|${orderId}|${lineId}`, {
        place: memory.nextPlace(),
        itemId,
        warehouseIds,
      });
    },
  };
}

function placeIn(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function sweptStock(stock: Stock): SweptStock {
  const picked = NAMES.filter((name) => stock[name] !== undefined).map((name) => [name, stock[name]]);
  return Object.fromEntries(picked) as SweptStock;
}

function byWarehouse(changes: readonly Change[]): Map<string, Set<string>> {
  const changed = new Map<string, Set<string>>();
  for (const { itemId, warehouseIds } of changes) {
    for (const warehouseId of warehouseIds)
      changed.set(warehouseId, (changed.get(warehouseId) ?? new Set<string>()).add(itemId));
  }
  return changed;
}
