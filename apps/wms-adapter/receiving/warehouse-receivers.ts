import type { ServiceBusClient, ServiceBusReceivedMessage } from '@azure/service-bus';
import { createReception, type ReceptionState } from './reception.ts';
import type { Settlement } from './settlement.ts';
import { type SubscriptionReceiver, startSubscriptionReceiver } from './subscription-receiver.ts';

/** What it takes to receive from the cloud, whatever is received. */
export interface ReceivingParts {
  /** Makes a client, with `RECEIVER_CLIENT_OPTIONS`: one for each subscription, and anew after every failure of it. */
  readonly openClient: () => Promise<ServiceBusClient>;
  readonly warehouseIds: readonly string[];
  readonly random: () => number;
  readonly log: (line: string) => void;
}

export interface WarehouseReceiversOptions extends ReceivingParts {
  /** It has a subscription by the id of each warehouse. */
  readonly topic: string;
  /** What is received, at the beginning of a line of the log: `Allocation requests`. */
  readonly what: string;
  /** Handles a message and says how it is settled; never rejects. `stopping` is aborted when the adapter stops. */
  readonly handle: (
    message: ServiceBusReceivedMessage,
    warehouseId: string,
    stopping: AbortSignal,
  ) => Promise<Settlement>;
}

export interface WarehouseReceivers {
  /** Begins to receive. */
  start(): void;
  /** How many warehouses' subscriptions are connected, and how many not. */
  reception(): Record<ReceptionState, number>;
  /** Handles what is under way, then takes no more. */
  stop(): Promise<void>;
}

/**
 * Receives what the cloud sends to each of the warehouses by a topic. A subscription that is missing or away is tried
 * again until it is there.
 */
export function createWarehouseReceivers(options: WarehouseReceiversOptions): WarehouseReceivers {
  const { openClient, topic, what, warehouseIds, handle, random, log } = options;
  const reception = createReception(what, warehouseIds, log);
  const stopping = new AbortController();
  let receivers: SubscriptionReceiver[] = [];

  const receive = (warehouseId: string) =>
    startSubscriptionReceiver({
      openClient,
      topic,
      subscription: warehouseId,
      random,
      connected: () => reception.connected(warehouseId),
      lost: (reason) => reception.lost(warehouseId, reason),
      handle: (message) => handle(message, warehouseId, stopping.signal),
    });

  return {
    start() {
      receivers = warehouseIds.map(receive);
    },
    reception: reception.counts,
    async stop() {
      reception.close();
      stopping.abort();
      await Promise.all(receivers.map((receiver) => receiver.stop()));
    },
  };
}
