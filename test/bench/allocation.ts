import { setTimeout as sleep } from 'node:timers/promises';
import { cloudStock } from '../../local/replay/cloud-stock.ts';
import { checkAllocations } from './allocation-check.ts';
import { costsBetween, measurePollCost, type OrderCosts, readCosts } from './allocation-costs.ts';
import {
  latencyAt,
  type OrderLoad,
  type OrderRun,
  ordersPerSecond,
  placeAtRate,
  placeInClosedLoop,
} from './allocation-orders.ts';
import { type ItemSet, itemOf, receiveItems } from './allocation-stock.ts';
import { type BenchStack, withStack } from './bench-stack.ts';
import { type DurableSteps, readDurableSteps } from './durable-steps.ts';
import { atLeast, below, type Figure, figuresOf, none, type ToFigure } from './figures.ts';
import { memoryFigures } from './memory-figures.ts';

type Say = (line: string) => void;

/** Seconds. */
export type AllocationOptions = { readonly latencySeconds: number; readonly throughputSeconds: number };

const PARTS = ['service-bus', 'cosmos', 'azurite', 'functions', 'wms-adapter'] as const;

/** Orders a second while latency is measured; one in two is followed. */
const RATE = 20;
const FOLLOW_ONE_IN = 2;
const WARM_UP_SECONDS = 5;
/** Before the closed loops: the compiler of the engine needs some thousand orders. */
const HEAT_UP_SECONDS = 15;
/** Orders under way at a time in the closed loops. */
const AT_ONCE_SPREAD = 64;
const AT_ONCE_HOT = 200;

const SPREAD: ItemSet = { name: 'SPREAD', count: 1_000 };
const HOT: ItemSet = { name: 'HOT', count: 1 };

/** Request → confirmed, orders a second for spread items and for a hot one, what an order costs, and that nothing is oversold. */
export async function measureAllocation(options: AllocationOptions, say: Say): Promise<Figure[]> {
  return withStack(PARTS, async (stack) => {
    const figures = figuresOf('allocation');
    await receiveItems(stack, [SPREAD, HOT]);
    say(`allocation: ${WARM_UP_SECONDS} s of warm-up, then ${options.latencySeconds} s at ${RATE} orders/s`);
    await placeAtRate(spread(stack, 'warm'), {
      ...{ rate: RATE, seconds: WARM_UP_SECONDS, followOneIn: FOLLOW_ONE_IN },
    });
    await checkAllocations(stack);
    const { run: paced, costs } = await withCosts(stack, 'paced', (load) =>
      placeAtRate(load, { rate: RATE, seconds: options.latencySeconds, followOneIn: FOLLOW_ONE_IN }),
    );
    say(`allocation: ${HEAT_UP_SECONDS} s of ${AT_ONCE_SPREAD} orders at a time, not measured`);
    await placeInClosedLoop(spread(stack, 'heat'), {
      ...{ atOnce: AT_ONCE_SPREAD, until: { seconds: HEAT_UP_SECONDS } },
    });
    const until = { seconds: options.throughputSeconds };
    say(`allocation: ${AT_ONCE_SPREAD} orders at a time over ${SPREAD.count} items`);
    const wide = await placeInClosedLoop(spread(stack, 'spread'), { atOnce: AT_ONCE_SPREAD, until });
    say(`allocation: ${AT_ONCE_HOT} orders at a time of one item`);
    const hot = await placeInClosedLoop(loadOf(stack, 'hot', HOT), { atOnce: AT_ONCE_HOT, until });
    say('allocation: comparing every promise with the WMS');
    const check = await checkAllocations(stack);
    const memory = stack.memoryPeaks();
    const steps = await stopAndCountSteps(stack);
    return [
      ...latencyFigures(figures, paced),
      ...throughputFigures(figures, wide, hot),
      ...checkFigures(figures, check),
      ...costFigures(figures, costs),
      ...stepFigures(figures, steps, check.lines),
      ...memoryFigures('allocation', memory),
    ];
  });
}

/** Whether an order costs more after many others: the same measurement before and after them. */
export async function measureAllocationGrowth(
  options: AllocationOptions & { readonly orders: number },
  say: Say,
): Promise<Figure[]> {
  return withStack(PARTS, async (stack) => {
    const figures = figuresOf('allocation-growth');
    const { throughputSeconds: seconds, orders } = options;
    await receiveItems(stack, [SPREAD]);
    await placeInClosedLoop(spread(stack, 'warm'), {
      ...{ atOnce: AT_ONCE_SPREAD, until: { seconds: HEAT_UP_SECONDS } },
    });
    const measure = (name: string) =>
      withCosts(stack, name, (load) =>
        placeInClosedLoop(load, { atOnce: AT_ONCE_SPREAD, until: { seconds } }),
      );
    say(`allocation-growth: ${seconds} s, then ${orders} orders, then ${seconds} s again`);
    const before = await measure('before');
    const between = await placeInClosedLoop(spread(stack, 'between'), {
      ...{ atOnce: AT_ONCE_SPREAD, until: { orders } },
    });
    say(`allocation-growth: ${orders} orders at ${Math.round(ordersPerSecond(between))}/s`);
    const after = await measure('after');
    const check = await checkAllocations(stack);
    const [first, last] = [ordersPerSecond(before.run), ordersPerSecond(after.run)];
    return [
      figures('orders before the others', 'orders/s', first),
      figures(`orders after ${orders} others`, 'orders/s', last, atLeast(0.8 * first, 'orders/s', last)),
      figures('charge of an order before', 'RU', before.costs.requestCharge),
      figures('charge of an order after', 'RU', after.costs.requestCharge),
      ...processorFigures(figures, before.costs, ', before'),
      ...processorFigures(figures, after.costs, ', after'),
      ...checkFigures(figures, check),
      ...memoryFigures('allocation-growth', stack.memoryPeaks()),
    ];
  });
}

function loadOf({ urls, connections }: BenchStack, name: string, items: ItemSet): OrderLoad {
  const confirmedInCloud = async () => {
    let confirmed = 0;
    for await (const stock of cloudStock(connections.cosmos)) confirmed += stock.confirmed;
    return confirmed;
  };
  return {
    ...{ functions: urls.functions, adapter: urls.adapter, name, confirmedInCloud },
    itemOf: (number) => itemOf(items, number),
  };
}

function spread(stack: BenchStack, name: string): OrderLoad {
  return loadOf(stack, name, SPREAD);
}

/** Runs orders on spread items, and what each of them cost. */
async function withCosts(
  stack: BenchStack,
  name: string,
  place: (load: OrderLoad) => Promise<OrderRun>,
): Promise<{ run: OrderRun; costs: OrderCosts }> {
  const before = await readCosts(stack);
  const run = await place(spread(stack, name));
  const after = await readCosts(stack);
  await checkAllocations(stack);
  const pollCost = await measurePollCost(stack, `${name}-0`);
  return { run, costs: costsBetween(before, after, { orders: run.placed, polls: run.polls, pollCost }) };
}

/** Milliseconds in which a Functions host that is told to stop has stopped. */
const STOPS_WITHIN = 20_000;

async function stopAndCountSteps({ parts, functionsFolder }: BenchStack): Promise<DurableSteps> {
  parts.functions?.kill('SIGTERM');
  const deadline = performance.now() + STOPS_WITHIN;
  for (;;) {
    try {
      return readDurableSteps(functionsFolder);
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(100);
    }
  }
}

function latencyFigures(figure: ToFigure, paced: OrderRun): Figure[] {
  const [p50, p99] = [latencyAt(paced, 50), latencyAt(paced, 99)];
  return [
    figure(`request → confirmed at ${RATE} orders/s, p50`, 'ms', p50, below(250, 'ms', p50)),
    figure(`request → confirmed at ${RATE} orders/s, p99`, 'ms', p99, below(2_000, 'ms', p99)),
    figure('request → confirmed, longest', 'ms', latencyAt(paced, 100)),
  ];
}

function throughputFigures(figure: ToFigure, wide: OrderRun, hot: OrderRun): Figure[] {
  const [spreadRate, hotRate] = [ordersPerSecond(wide), ordersPerSecond(hot)];
  return [
    figure('allocated, spread items', 'orders/s', spreadRate, atLeast(100, 'orders/s', spreadRate)),
    figure(`request → confirmed of ${AT_ONCE_SPREAD} at a time, p50`, 'ms', latencyAt(wide, 50)),
    figure(
      `allocated, one hot item, ${AT_ONCE_HOT} at a time`,
      'orders/s',
      hotRate,
      atLeast(0.5 * spreadRate, 'orders/s', hotRate),
    ),
    figure('request → confirmed, hot, p50', 'ms', latencyAt(hot, 50)),
    figure('request → confirmed, hot, longest', 'ms', latencyAt(hot, 100)),
  ];
}

function checkFigures(figure: ToFigure, check: Awaited<ReturnType<typeof checkAllocations>>): Figure[] {
  const { lines, unsettled, different, compared, oversold } = check;
  return [
    figure('oversold', `pieces of ${lines} orders`, oversold, none(oversold)),
    figure('lines not at rest', 'lines', unsettled, none(unsettled)),
    figure('stock or reservations that differ', `of ${compared}`, different, none(different)),
  ];
}

function costFigures(figure: ToFigure, costs: OrderCosts): Figure[] {
  return [
    figure('charge per order', 'RU', costs.requestCharge),
    figure('Cosmos requests per order', 'requests', costs.requests),
    ...[...costs.messages].map(([entity, count]) =>
      figure(`messages per order, ${entity}`, 'messages', count),
    ),
    ...processorFigures(figure, costs, ''),
  ];
}

function processorFigures(figure: ToFigure, { processorTime }: OrderCosts, when: string): Figure[] {
  const sum = [...processorTime.values()].reduce((total, time) => total + time, 0);
  return [
    figure(`processor time per order${when}`, 'ms', sum),
    ...[...processorTime].map(([name, time]) => figure(`processor time, ${name}${when}`, 'ms', time)),
  ];
}

function stepFigures(figure: ToFigure, steps: DurableSteps, orders: number): Figure[] {
  return [
    figure('orchestrations per order', 'orchestrations', steps.orchestrations / orders),
    figure('activities per order', 'activities', steps.activities / orders),
    figure('episodes per order', 'episodes', steps.episodes / orders),
  ];
}
