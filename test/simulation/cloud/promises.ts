import { composeAllocation } from '../../../functions/composition/allocation.ts';
import {
  drivingActivities,
  endingActivities,
} from '../../../functions/orchestrations/allocation-activities.ts';
import type { AllocationRequests } from '../../../shared/ports/allocation-requests.ts';
import type { Orchestrations } from '../../../shared/ports/orchestrations.ts';
import type { Runtime } from '../../../shared/ports/runtime.ts';
import { ALLOCATION_REQUESTS_TOPIC } from '../../../shared/service-bus/allocation-message.ts';
import { allocationRequestsBy } from '../../../shared/service-bus/allocation-requests.ts';
import { ATP_CHANGES_TOPIC, atpChangesBy } from '../../../shared/service-bus/atp-changes.ts';
import { STOCK_CHANGES_QUEUE, stockChangesBy } from '../../../shared/service-bus/stock-changes.ts';
import { type Send, senderTo } from '../bus/ports.ts';
import type { Call } from '../calls.ts';
import type { Chance } from '../chance.ts';
import type { Activity } from '../durable/task-hub.ts';
import { type Mutations, mutated } from '../mutations.ts';
import { shuffled, shuffledLines, shuffledPlans, shuffledSweep } from '../shuffled.ts';
import { type OnThresholds, planningStoreBy } from './plans.ts';
import type { Session } from './sessions.ts';
import { allocationStoreBy, type OnCommit, orderStoreBy, type Stores, sweepBy } from './stores.ts';

export type PromiseParts = {
  readonly stores: Stores;
  readonly call: Call;
  readonly session: Session;
  readonly send: Send;
  readonly runtime: Runtime;
  readonly orchestrations: Orchestrations;
  readonly onCommit: OnCommit;
  readonly onThresholds: OnThresholds;
  /** Told of what warehouses are asked, before they are. */
  readonly onAsk: AllocationRequests['send'];
  readonly mutations: Mutations;
  /** Draws the order of answers that have none. */
  readonly chance: Chance;
};

/** What one process needs to promise stock: the composition of `functions/composition/services.ts`. */
export function promisePorts({
  stores,
  call,
  session,
  send,
  runtime,
  orchestrations,
  onCommit,
  onThresholds,
  onAsk,
  mutations,
  chance,
}: PromiseParts) {
  const store = mutated(
    shuffledLines(allocationStoreBy(call, session, stores.allocation, stores.stock, onCommit), chance),
    mutations.allocation,
  );
  const rightChanges = stockChangesBy(senderTo(STOCK_CHANGES_QUEUE, send));
  const rightRequests = allocationRequestsBy(senderTo(ALLOCATION_REQUESTS_TOPIC, send));
  const stockChanges = mutated(rightChanges, mutations.stockChanges);
  const mutatedRequests = mutated(rightRequests, mutations.requests);
  const requests: AllocationRequests = {
    send: async (asked, attempt) => {
      await onAsk(asked, attempt);
      await mutatedRequests.send(asked, attempt);
    },
  };
  const { allocation, planning, followStock } = composeAllocation({
    ...{ store, stockChanges, runtime },
    plans: shuffledPlans(planningStoreBy(call, session, stores.planning, stores.stock, onThresholds), chance),
    atpChanges: mutated(atpChangesBy(senderTo(ATP_CHANGES_TOPIC, send)), mutations.atpChanges),
    watchedAmong: async (itemIds) =>
      shuffled(
        await call('watched items are read', () => session.reading(() => stores.watch.watchedAmong(itemIds))),
        chance,
      ),
  });
  return {
    ...allocation,
    ...{ planning, requests, orchestrations },
    orders: mutated(orderStoreBy(call, stores.orders), mutations.orders),
    sweep: shuffledSweep(sweepBy(call, stores.sweep), chance),
    followStock: mutated(followStock, mutations.followStock),
  };
}

export type PromisePorts = ReturnType<typeof promisePorts>;

/** The activities of `functions/allocation-orchestrations.ts`. */
export function promiseActivities(ports: PromisePorts): Record<string, Activity> {
  return { ...drivingActivities(ports), ...endingActivities(ports) };
}
