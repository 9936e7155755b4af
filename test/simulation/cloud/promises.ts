import { type AskAgainInput, allocateLine } from '../../../functions/orchestrations/allocate-line.ts';
import { allocateOrder } from '../../../functions/orchestrations/allocate-order.ts';
import { concludeOrder } from '../../../shared/allocation/conclude-order.ts';
import { askAgain, placeAndAsk } from '../../../shared/allocation/drive-line.ts';
import { stockFollower } from '../../../shared/allocation/follow-stock.ts';
import { linePlacer } from '../../../shared/allocation/place-lines.ts';
import { lineUpdater } from '../../../shared/allocation/update-lines.ts';
import { MAX_CHANGED_ITEMS } from '../../../shared/contracts/stock-change.ts';
import { chunks } from '../../../shared/domain/chunks.ts';
import { readThresholds } from '../../../shared/planning/atp-thresholds.ts';
import { promisesOfItem } from '../../../shared/planning/promised-dates.ts';
import type { AllocationRequests } from '../../../shared/ports/allocation-requests.ts';
import type { AllocateLineInput, Orchestrations } from '../../../shared/ports/orchestrations.ts';
import type { Runtime } from '../../../shared/ports/runtime.ts';
import type { StockChanges } from '../../../shared/ports/stock-changes.ts';
import {
  ALLOCATION_REQUESTS_TOPIC,
  allocationRequestMessage,
} from '../../../shared/service-bus/allocation-message.ts';
import { jsonMessage } from '../../../shared/service-bus/json-message.ts';
import { STOCK_CHANGES_QUEUE } from '../../../shared/service-bus/stock-changes.ts';
import type { Send } from '../bus/ports.ts';
import type { Call } from '../calls.ts';
import type { Activity } from '../durable/task-hub.ts';
import { type Mutations, mutated } from '../mutations.ts';
import { allocationStoreBy, type OnCommit, orderStoreBy, type Stores, sweepBy } from './stores.ts';

/** The orchestrators of `functions/allocation-orchestrations.ts`. */
export const ORCHESTRATORS = { allocateLine, allocateOrder };

export type PromiseParts = {
  readonly stores: Stores;
  readonly call: Call;
  readonly send: Send;
  readonly runtime: Runtime;
  readonly orchestrations: Orchestrations;
  readonly onCommit: OnCommit;
  /** Told of what warehouses are asked, before they are. */
  readonly onAsk: AllocationRequests['send'];
  readonly mutations: Mutations;
};

/** What one process needs to promise stock: the composition of `functions/composition/services.ts`. */
export function promisePorts({
  stores,
  call,
  send,
  runtime,
  orchestrations,
  onCommit,
  onAsk,
  mutations,
}: PromiseParts) {
  const store = mutated(
    allocationStoreBy(call, stores.allocation, stores.stock, onCommit),
    mutations.allocation,
  );
  const rightChanges: StockChanges = {
    tell: (changed) =>
      send(
        STOCK_CHANGES_QUEUE,
        chunks([...new Set(changed)], MAX_CHANGED_ITEMS).map((itemIds) => jsonMessage({ itemIds })),
      ),
  };
  const rightRequests: AllocationRequests = {
    send: (asked, attempt) =>
      send(
        ALLOCATION_REQUESTS_TOPIC,
        asked.map((request) => allocationRequestMessage(request, attempt)),
      ),
  };
  const stockChanges = mutated(rightChanges, mutations.stockChanges);
  const mutatedRequests = mutated(rightRequests, mutations.requests);
  const requests: AllocationRequests = {
    send: async (asked, attempt) => {
      await onAsk(asked, attempt);
      await mutatedRequests.send(asked, attempt);
    },
  };
  const ports = { store, stockChanges, runtime };
  const updateLine = lineUpdater(ports);
  const planning = {
    plans: stores.planning.store,
    items: store,
    stockChanges,
    atpChanges: { publish: async () => {} },
    runtime,
  };
  const watchedAmong = (itemIds: readonly string[]) =>
    call('watched items are read', () => stores.watch.watchedAmong(itemIds));
  return {
    ...ports,
    ...{ updateLine, requests, orchestrations },
    orders: orderStoreBy(call, stores.orders),
    sweep: sweepBy(call, stores.sweep),
    placeLine: linePlacer(ports),
    promisesOfItem: (itemId: string) => promisesOfItem(itemId, planning),
    hasThresholds: async (itemId: string) => (await readThresholds(itemId, planning)).length > 0,
    // Nobody sets thresholds here.
    tellAtpChange: async () => {},
    followStock: mutated(stockFollower({ ...ports, updateLine, watchedAmong }), mutations.followStock),
  };
}

export type PromisePorts = ReturnType<typeof promisePorts>;

/** The activities of `functions/allocation-orchestrations.ts`. */
export function promiseActivities(ports: PromisePorts): Record<string, Activity> {
  return {
    placeLine: (input: AllocateLineInput) => placeAndAsk(input, ports),
    askAgain: ({ attempt, ...input }: AskAgainInput) => askAgain(input, attempt, ports),
    tellStockChange: ({ itemId }: { itemId: string }) => ports.stockChanges.tell([itemId]),
    listLines: async ({ orderId }: { orderId: string }) => {
      const stored = await ports.orders.read('order', orderId);
      return stored?.order.lines.map(({ lineId, itemId }) => ({ lineId, itemId })) ?? [];
    },
    concludeOrder: ({ orderId }: { orderId: string }) => concludeOrder(orderId, ports),
  };
}
