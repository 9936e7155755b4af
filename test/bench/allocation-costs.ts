import type { BenchStack } from './bench-stack.ts';
import { readMetrics } from './cosmos-metrics.ts';
import { countMessages, type MessageCounts, messagesBetween } from './message-counts.ts';
import { type ProcessorTime, processorTimeBetween, readProcessorTime } from './processor-time.ts';
import { withServiceBus } from './service-bus-client.ts';

/** Totals at one moment; two of them make the cost of what was in between. */
export type CostReading = {
  readonly requestCharge: number;
  readonly requests: number;
  readonly messages: MessageCounts;
  readonly processorTime: ProcessorTime;
};

/** What one order costs. `messages` by queue or topic, `processorTime` in milliseconds by process. */
export type OrderCosts = {
  readonly requestCharge: number;
  readonly requests: number;
  readonly messages: ReadonlyMap<string, number>;
  readonly processorTime: ReadonlyMap<string, number>;
};

const ENTITIES = ['allocation-requests', 'allocation-decisions', 'stock-changes', 'inventory-events'];

export async function readCosts({ urls, connections, processes }: BenchStack): Promise<CostReading> {
  const processorTime = readProcessorTime({ ...processes(), benchmark: process.pid });
  const { requestCharge, requests } = await readMetrics(urls.cosmos);
  const messages = await withServiceBus(connections.serviceBus, (client) => countMessages(client, ENTITIES));
  return { requestCharge, requests, messages, processorTime };
}

/** @param polls GETs of orders in between, whose RU (each of `pollCost`) are no cost of an order */
export function costsBetween(
  before: CostReading,
  after: CostReading,
  { orders, polls, pollCost }: { orders: number; polls: number; pollCost: PollCost },
): OrderCosts {
  const each = (figures: ReadonlyMap<string, number>) =>
    new Map([...figures].map(([name, figure]) => [name, figure / orders]));
  return {
    requestCharge: (after.requestCharge - before.requestCharge - polls * pollCost.requestCharge) / orders,
    requests: (after.requests - before.requests - polls * pollCost.requests) / orders,
    messages: each(messagesBetween(before.messages, after.messages)),
    processorTime: each(processorTimeBetween(before.processorTime, after.processorTime)),
  };
}

/** What Cosmos DB is asked for by one GET of an order. */
export type PollCost = { readonly requestCharge: number; readonly requests: number };

const POLLS = 20;

/** Measured on an order at rest, while nothing else goes on. */
export async function measurePollCost({ urls }: BenchStack, orderId: string): Promise<PollCost> {
  const before = await readMetrics(urls.cosmos);
  for (let poll = 0; poll < POLLS; poll += 1) {
    const response = await fetch(`${urls.functions}/api/orders/${orderId}/allocations`);
    await response.json();
  }
  const after = await readMetrics(urls.cosmos);
  return {
    requestCharge: (after.requestCharge - before.requestCharge) / POLLS,
    requests: (after.requests - before.requests) / POLLS,
  };
}
