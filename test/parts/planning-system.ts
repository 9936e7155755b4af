import { randomUUID } from 'node:crypto';
import type { InventoryEvent } from '../../shared/contracts/inventory-event.ts';
import type { AtpChange } from '../../shared/contracts/planning.ts';
import { cosmosAllocationStore } from '../../shared/cosmos/allocation-store.ts';
import { openContainers } from '../../shared/cosmos/connection.ts';
import { cosmosPlanningStore } from '../../shared/cosmos/planning-store.ts';
import { cosmosStockReader } from '../../shared/cosmos/stock-reader.ts';
import { cosmosStockStore } from '../../shared/cosmos/stock-store.ts';
import { type LineTerms, newOrderLine, type OrderLine } from '../../shared/domain/order-line.ts';
import { positionUpdates } from '../../shared/domain/position.ts';
import { foldStock, type Stock, type StockKey } from '../../shared/domain/stock.ts';
import type { PlanningPorts } from '../../shared/planning/planning-ports.ts';
import type { AllocationStore } from '../../shared/ports/allocation-store.ts';
import type { PlanningStore } from '../../shared/ports/planning-store.ts';
import type { StockReader, StockStore } from '../../shared/ports/stock-store.ts';
import { inMemoryAllocation } from '../doubles/allocation-store.ts';
import { inMemoryPlanning } from '../doubles/planning-store.ts';
import { inMemoryStock } from '../doubles/stock-store.ts';
import { virtualRuntime } from '../doubles/virtual-runtime.ts';
import { startLocalCosmos } from './local-part.ts';

/** The day on which the virtual clock of the system stands. */
export const TODAY = '2024-11-18';

/** The stores that planning is made of, all over the same documents. */
export type PlanningStores = {
  readonly plans: PlanningStore;
  readonly lines: AllocationStore;
  readonly stocks: StockStore;
  readonly reader: StockReader;
  /** From now on nothing answers. */
  goAway(): Promise<void>;
  stop(): Promise<void>;
};

export async function planningInMemory(): Promise<PlanningStores> {
  const memory = inMemoryStock();
  const allocation = inMemoryAllocation(memory.items);
  const planning = inMemoryPlanning(memory.items);
  return {
    plans: planning.store,
    lines: allocation.store,
    stocks: memory.store,
    reader: memory.reader,
    goAway: async () => {
      const away = () => ({ status: 'unavailable', detail: 'away' }) as const;
      for (const part of [memory, allocation, planning]) part.fault = away;
    },
    stop: async () => {},
  };
}

export async function planningInCosmos(): Promise<PlanningStores> {
  const part = await startLocalCosmos();
  const { stock } = await openContainers({ CosmosConnection: part.connectionString });
  return {
    plans: cosmosPlanningStore(stock),
    lines: cosmosAllocationStore(stock, virtualRuntime()),
    stocks: cosmosStockStore(stock),
    reader: cosmosStockReader(stock),
    goAway: part.kill,
    stop: part.stop,
  };
}

/** The planning of stock, with what it tells written down instead of sent. */
export type PlanningSystem = ReturnType<typeof planningSystem>;

export function planningSystem({ plans, lines, stocks, reader }: PlanningStores) {
  const told: string[] = [];
  const published: AtpChange[] = [];
  const ports: PlanningPorts = {
    plans,
    items: lines,
    stockChanges: { tell: async (itemIds) => void told.push(...itemIds) },
    atpChanges: { publish: async (changes) => void published.push(...changes) },
    runtime: virtualRuntime(),
  };
  return {
    ...{ ports, told, published, plans, lines, stocks, reader },
    /** The stock as stored; there has to be one. */
    stored: async (key: StockKey): Promise<{ stock: Stock; etag: string }> => {
      const [read] = await stocks.read([key]);
      if (read?.status !== 'found') throw new Error(`stock ${read?.status}`);
      return read;
    },
    /** The fold of the projection: read, fold, write if nobody came between. */
    project: async (key: StockKey, event: InventoryEvent): Promise<void> => {
      for (;;) {
        const [read] = await stocks.read([key]);
        const found = read?.status === 'found' ? read : undefined;
        const { stock, changed } = foldStock(found?.stock, key, positionUpdates({ ...event, ...key }));
        if (!changed) return;
        const [outcome] = await stocks.write([{ stock, etag: found?.etag ?? null }]);
        if (outcome?.status === 'stored') return;
      }
    },
    /** A line that waits, stored as the allocation stores it. */
    backorder: async (itemId: string, quantity: number, waiting: Waiting = {}): Promise<OrderLine> => {
      const line = waitingLine(itemId, quantity, waiting);
      const outcome = await lines.commit({ itemId, lines: [{ line, etag: null }], totals: [] });
      if (outcome.status !== 'stored') throw new Error(outcome.status);
      return line;
    },
  };
}

/** An item that no other test uses, in a warehouse. */
export function newKey(warehouseId = 'WH-001'): StockKey {
  return { itemId: `ITEM-${randomUUID()}`, warehouseId };
}

export type Waiting = Partial<Pick<LineTerms, 'wantedDate' | 'priority' | 'allowedWarehouses'>> & {
  readonly orderId?: string;
  readonly lineId?: string;
  readonly at?: string;
};

/** A line of which all pieces wait. */
export function waitingLine(itemId: string, quantity: number, waiting: Waiting = {}): OrderLine {
  const { orderId = `ORDER-${randomUUID()}`, lineId = 'L1', at = '2024-11-18T09:00:00Z', ...terms } = waiting;
  const ordered = newOrderLine({
    ...{ kind: 'order-line', orderId, lineId, itemId, orderedAt: at, allOrNothing: false },
    terms: { quantity, priority: 0, allowSplit: true, allowBackorder: true, leastQuantity: 1, ...terms },
  });
  return { ...ordered, backordered: quantity };
}
