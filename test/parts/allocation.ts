import type { AllocationPorts } from '../../shared/allocation/allocation-ports.ts';
import { placeAndAsk } from '../../shared/allocation/drive-line.ts';
import type { OrderReadPorts } from '../../shared/allocation/order-state.ts';
import { linePlacer } from '../../shared/allocation/place-lines.ts';
import { settle } from '../../shared/allocation/settle-decisions.ts';
import { lineUpdater } from '../../shared/allocation/update-lines.ts';
import type { AllocationDecision, AllocationRequest } from '../../shared/contracts/allocation-messages.ts';
import { cosmosAllocationStore } from '../../shared/cosmos/allocation-store.ts';
import { cosmosAllocationSweep } from '../../shared/cosmos/allocation-sweep.ts';
import { openContainers } from '../../shared/cosmos/connection.ts';
import { cosmosOrderStore } from '../../shared/cosmos/order-store.ts';
import { cosmosPlanningStore } from '../../shared/cosmos/planning-store.ts';
import { cosmosStockStore } from '../../shared/cosmos/stock-store.ts';
import { availableToPromise } from '../../shared/domain/atp.ts';
import { type LineKey, lineKey } from '../../shared/domain/order-line.ts';
import type { Stock } from '../../shared/domain/stock.ts';
import { promisesOfItem } from '../../shared/planning/promised-dates.ts';
import type { AllocateLineInput, OrchestrationStart } from '../../shared/ports/orchestrations.ts';
import { someStock } from '../doubles/fixtures.ts';
import { type VirtualRuntime, virtualRuntime } from '../doubles/virtual-runtime.ts';
import { startLocalCosmos } from './local-part.ts';

/** Orders and carts on a Cosmos DB of their own; orchestrations are run by hand, on a clock held by the test. */
export type AllocationWorld = {
  readonly ports: AllocationPorts & OrderReadPorts;
  readonly runtime: VirtualRuntime;
  /** Orchestrations started so far. */
  readonly started: OrchestrationStart[];
  /** Items told of so far. */
  readonly told: string[];
  /** How many lines of a placing were not given all they want. */
  readonly short: number[];
  putStock(stock: Pick<Stock, 'itemId' | 'warehouseId' | 'onHand'> & Partial<Stock>): Promise<void>;
  /** Lines of an order, each of an item of its own, of which WH-001 has 10. */
  stockedLines(
    orderId: string,
    quantities: readonly number[],
  ): Promise<{ lineId: string; itemId: string; quantity: number }[]>;
  /** Somebody deletes the document of a line. */
  deleteLine(key: LineKey): Promise<void>;
  /** Tentative, confirmed and free pieces of an item in a warehouse. */
  figures(
    itemId: string,
    warehouseId?: string,
  ): Promise<{ tentative: number; confirmed: number; atp: number }>;
  /** Runs what was started for lines up to its question, and answers what the warehouses are asked. */
  run(): Promise<AllocationRequest[]>;
  /** Orders that the sweep comes back to. */
  due(): Promise<string[]>;
  /** A warehouse's answer reaches the cloud. */
  decide(
    asked: AllocationRequest,
    decision: Pick<AllocationDecision, 'status' | 'quantity' | 'sequence'>,
  ): Promise<void>;
  stop(): Promise<void>;
};

export async function startAllocation(): Promise<AllocationWorld> {
  const cosmos = await startLocalCosmos();
  const { stock, orders } = await openContainers({ CosmosConnection: cosmos.connectionString });
  const stocks = cosmosStockStore(stock);
  const runtime = virtualRuntime();
  const started: OrchestrationStart[] = [];
  const told: string[] = [];
  const short: number[] = [];
  const base = {
    store: cosmosAllocationStore(stock, runtime),
    stockChanges: { tell: async (itemIds: readonly string[]) => void told.push(...itemIds) },
    runtime,
  };
  const ports: AllocationPorts & OrderReadPorts = {
    ...base,
    orders: cosmosOrderStore(orders),
    promisesOfItem: (itemId) =>
      promisesOfItem(itemId, { runtime, items: base.store, plans: cosmosPlanningStore(stock) }),
    placeLine: linePlacer({ ...base, onShort: (lines) => void short.push(lines) }),
    updateLine: lineUpdater(base),
    orchestrations: { start: async (start) => void started.push(start), raise: async () => {} },
  };
  const asksOf = async (input: AllocateLineInput): Promise<AllocationRequest[]> => {
    const asks: AllocationRequest[] = [];
    const requests = { send: async (asked: readonly AllocationRequest[]) => void asks.push(...asked) };
    await placeAndAsk(input, { ...ports, requests });
    return asks;
  };
  const putStock: AllocationWorld['putStock'] = async (stock) => {
    await stocks.write([{ stock: { ...someStock(stock.onHand, stock), ...stock }, etag: null }]);
  };
  return {
    ports,
    runtime,
    started,
    told,
    short,
    putStock,
    stockedLines: async (orderId, quantities) => {
      const lines = quantities.map((quantity, index) => ({
        lineId: String(index + 1),
        itemId: `ITEM-${orderId}-${index + 1}`,
        quantity,
      }));
      for (const { itemId } of lines) await putStock({ itemId, warehouseId: 'WH-001', onHand: 10 });
      return lines;
    },
    deleteLine: async (key) => void (await stock.item(lineKey(key), key.itemId).delete()),
    figures: async (itemId, warehouseId = 'WH-001') => {
      const [read] = await stocks.read([{ itemId, warehouseId }]);
      if (read?.status !== 'found') throw new Error(`No stock of ${itemId} in ${warehouseId}.`);
      const { tentative, confirmed } = read.stock;
      return { tentative, confirmed, atp: availableToPromise(read.stock) };
    },
    run: async () => {
      const inputs = started
        .splice(0)
        .flatMap((start) => (start.name === 'allocateLine' ? [start.input] : []));
      return (await Promise.all(inputs.map(asksOf))).flat();
    },
    due: async () => {
      const due = await cosmosAllocationSweep(stock, orders).dueOrders('', '~', 1_000);
      return due.map(({ orderId }) => orderId);
    },
    decide: async ({ allocationId, orderId, lineId, itemId, warehouseId }, decision) => {
      const about = { allocationId, orderId, lineId, itemId, warehouseId };
      const decidedAt = new Date(runtime.now()).toISOString();
      await settle({ ...about, ...decision, picked: 0, decidedAt }, ports);
    },
    stop: cosmos.stop,
  };
}
