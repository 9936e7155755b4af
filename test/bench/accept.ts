import { adapterClient } from '../../local/replay/adapter-client.ts';
import { INVENTORY_EVENTS_TOPIC } from '../../shared/service-bus/inventory-message.ts';
import { type AcceptRun, callLatency, postWork, transactionsPerSecond } from './accept-load.ts';
import { type BenchStack, type Preparation, withStack } from './bench-stack.ts';
import { atLeast, type Figure, figuresOf, none, type ToFigure } from './figures.ts';
import { WAREHOUSES } from './loads.ts';
import { memoryFigures } from './memory-figures.ts';
import { countMessages, messagesBetween } from './message-counts.ts';
import { outboxEmptied, readOutbox } from './outbox-state.ts';
import { type ProcessorTime, processorTimeBetween, readProcessorTime } from './processor-time.ts';
import { withServiceBus } from './service-bus-client.ts';
import { WORK_LOCATIONS, workItem } from './warehouse-work.ts';

type Say = (line: string) => void;

/** One way of posting; `wanted` in transactions a second. */
type Shape = {
  readonly name: string;
  readonly batch: number;
  readonly atOnce: number;
  readonly wanted: number;
};

/** A measured run. `atBus`: events that the bus had acknowledged as it ended; `emptyAfter`: seconds from then to an empty outbox. */
type Measured = {
  readonly run: AcceptRun;
  readonly atBus: number;
  readonly emptyAfter: number;
  readonly processorTime: ProcessorTime;
};

const SHAPES: readonly Shape[] = [
  { name: 'batches', batch: 100, atOnce: 8, wanted: 2_000 },
  { name: 'single posts', batch: 1, atOnce: 32, wanted: 400 },
];
const SHELVES = 1_000;
const RUNS = 3;
/** Before the measured runs: the compiler of the engine needs some thousand calls. Seconds for each shape. */
const HEAT_UP_SECONDS = 5;

/**
 * Transactions that the adapter takes a second, every answer durable and every event sent, in runs of `seconds`.
 *
 * @param preparation of the stack
 */
export async function measureAccept(
  seconds: number,
  say: Say,
  preparation: Preparation = {},
): Promise<Figure[]> {
  const work = async (stack: BenchStack) => {
    const load = newWork(stack);
    await putMasterData(stack.urls.adapter);
    const atBus = () =>
      withServiceBus(stack.connections.serviceBus, (client) =>
        countMessages(client, [INVENTORY_EVENTS_TOPIC]),
      );
    const before = await atBus();
    await load.post({ batch: 100, atOnce: 1, until: { transactions: SHELVES } });
    say(`accept: ${HEAT_UP_SECONDS} s of warm-up each, then ${RUNS} runs of ${seconds} s each`);
    for (const shape of SHAPES) await load.post({ ...shape, until: { seconds: HEAT_UP_SECONDS } });
    const measured = new Map<Shape, Measured[]>(SHAPES.map((shape) => [shape, []]));
    for (let run = 1; run <= RUNS; run += 1) {
      for (const [shape, results] of measured) {
        await outboxEmptied(stack.urls.adapter);
        const result = await measureRun(stack, () => load.post({ ...shape, until: { seconds } }));
        const rate = Math.round(transactionsPerSecond(result.run));
        say(`accept: ${shape.name}, run ${run}: ${rate} transactions/s`);
        results.push(result);
      }
    }
    const sent = messagesBetween(before, await atBus()).get(INVENTORY_EVENTS_TOPIC) ?? 0;
    const figure = figuresOf('accept');
    const lost = Math.max(0, load.events() - sent);
    return [
      ...[...measured].flatMap(([shape, results]) => shapeFigures(figure, shape, results)),
      figure('events lost', `of ${load.events()}`, lost, none(lost)),
      figure('events sent twice', 'events', Math.max(0, sent - load.events())),
      ...memoryFigures('accept', stack.memoryPeaks()),
    ];
  };
  return withStack(['service-bus', 'wms-adapter'], work, preparation);
}

/** Posts work that goes on where the last of it ended. */
function newWork({ urls }: BenchStack) {
  let transactions = 0;
  let events = 0;
  return {
    async post(how: Pick<Parameters<typeof postWork>[0], 'batch' | 'atOnce' | 'until'>): Promise<AcceptRun> {
      const run = await postWork({ ...how, adapter: urls.adapter, shelves: SHELVES, first: transactions });
      transactions += run.transactions;
      events += run.events;
      return run;
    },
    events: () => events,
  };
}

async function putMasterData(adapter: string): Promise<void> {
  const client = adapterClient(adapter);
  const locations = WAREHOUSES.flatMap((warehouseId) =>
    WORK_LOCATIONS.map((locationId) => ({ warehouseId, locationId })),
  );
  await client.putLocations(locations);
  await client.putItems(Array.from({ length: SHELVES }, (_, shelf) => ({ itemId: workItem(shelf) })));
}

/** The outbox is empty before, and again after it. */
async function measureRun(stack: BenchStack, post: () => Promise<AcceptRun>): Promise<Measured> {
  const before = processorTimeOf(stack);
  const run = await post();
  const ended = performance.now();
  const processorTime = processorTimeBetween(before, processorTimeOf(stack));
  const { unsent } = await readOutbox(stack.urls.adapter);
  await outboxEmptied(stack.urls.adapter);
  const emptyAfter = (performance.now() - ended) / 1_000;
  return { run, atBus: run.events - unsent, emptyAfter, processorTime };
}

function processorTimeOf({ processes }: BenchStack): ProcessorTime {
  return readProcessorTime({ ...processes(), 'the load': process.pid });
}

/** Of the run in the middle, by its rate. */
function shapeFigures(
  figure: ToFigure,
  { name, batch, atOnce, wanted }: Shape,
  results: readonly Measured[],
): Figure[] {
  const byRate = results.toSorted((a, b) => transactionsPerSecond(a.run) - transactionsPerSecond(b.run));
  const median = byRate[Math.floor(byRate.length / 2)];
  if (median === undefined) throw new Error(`${name}: nothing was measured`);
  const { run, atBus, emptyAfter, processorTime } = median;
  const rate = transactionsPerSecond(run);
  const calls = batch === 1 ? name : `${name} of ${batch}`;
  return [
    figure(`accepted, ${calls}, ${atOnce} at once`, 'transactions/s', rate, atLeast(wanted, '/s', rate)),
    figure(`answer to a call, ${name}, p50`, 'ms', callLatency(run, 50)),
    figure(`answer to a call, ${name}, p99`, 'ms', callLatency(run, 99)),
    figure(`events at the bus when the load ended, ${name}`, `of ${run.events}`, atBus),
    figure(`outbox empty after, ${name}`, 's', emptyAfter),
    ...[...processorTime].map(([process, time]) =>
      figure(`processor time, ${process}, ${name}`, 'ms each', time / run.transactions),
    ),
  ];
}
