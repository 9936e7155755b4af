import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceBusClient } from '@azure/service-bus';
import { type App, type BenchStack, type Preparation, withStack } from './bench-stack.ts';
import { type Comparison, compareStock } from './compare-stock.ts';
import { itemRequests, readMetrics, resetMetrics } from './cosmos-metrics.ts';
import { atLeastTimes, atMostTimes, type Figure, none } from './figures.ts';
import type { Load } from './loads.ts';
import { memoryFigures } from './memory-figures.ts';
import { readProcessorTime } from './processor-time.ts';
import { deadLetters, drained, publish, type Source, withServiceBus } from './service-bus-client.ts';

/** What is wanted of the pipeline against the sample: at least so many times its events/s, at most so much of its RU. */
export type ThroughputTargets = { readonly speed: number; readonly charge?: number };

type Run = {
  readonly eventsPerSecond: number;
  readonly chargePerEvent: number;
  readonly requestsPerEvent: number;
  readonly journalledPerSecond: number;
  /** Milliseconds of the functions host for each event, its start included. */
  readonly processorTime: number;
  readonly comparison: Comparison;
  readonly deadLetters: number;
  readonly memory: Record<string, number>;
};

const PROJECTION: Source = { subscription: 'atp-projection' };
const JOURNAL: Source = { subscription: 'journal' };
const RETRIES: Source = { queue: 'projection-retry' };

/** Measures a load on the pipeline and, on another fresh stack, on the sample-style function. */
export async function measureThroughput(
  workload: string,
  load: Load,
  targets: ThroughputTargets,
  say: (line: string) => void,
): Promise<Figure[]> {
  const pipeline = await run('pipeline', workload, load, say);
  const sample = await run('sample', workload, load, say);
  return toFigures(workload, pipeline, sample, targets);
}

/**
 * A backlog is built while nothing receives; then the host starts and works it off. The same for either app.
 *
 * @param environment further settings of the stack
 */
export async function run(
  app: App,
  workload: string,
  load: Load,
  say: (line: string) => void,
  environment?: Preparation['environment'],
): Promise<Run> {
  const work = (stack: BenchStack) =>
    withServiceBus(stack.connections.serviceBus, async (client) => {
      say(`${workload}, ${app}: publishing ${load.events.length} events`);
      await publish(client, load.events);
      await resetMetrics(stack.urls.cosmos);
      say(`${workload}, ${app}: projecting`);
      const measured = await workOff(app, client, stack, load.events.length);
      say(`${workload}, ${app}: ${Math.round(measured.eventsPerSecond)} events/s; comparing`);
      return {
        ...measured,
        comparison: await compareStock(stack.connections.cosmos, app, load.truth),
        deadLetters: await deadLetters(client, PROJECTION),
        memory: stack.memoryPeaks(),
      };
    });
  return withStack(['service-bus', 'cosmos', 'azurite'], work, environment && { environment });
}

/** From the first request to Cosmos DB until the subscription is empty: the start of the host is not counted. */
async function workOff(app: App, client: ServiceBusClient, stack: BenchStack, events: number) {
  const starting = stack.startFunctions(app);
  const begun = await firstRequest(stack, starting);
  const journalled = drained(client, JOURNAL).then(() => performance.now());
  await drained(client, PROJECTION, RETRIES);
  const seconds = (performance.now() - begun) / 1_000;
  const { requests, requestCharge } = await readMetrics(stack.urls.cosmos);
  const journalSeconds = ((await journalled) - begun) / 1_000;
  const { functions } = stack.processes();
  const used = functions === undefined ? undefined : readProcessorTime({ functions }).get('functions');
  return {
    processorTime: (used ?? 0) / events,
    eventsPerSecond: events / seconds,
    chargePerEvent: requestCharge / events,
    requestsPerEvent: requests / events,
    journalledPerSecond: events / journalSeconds,
  };
}

async function firstRequest(stack: BenchStack, starting: Promise<void>): Promise<number> {
  let failure: unknown;
  starting.catch((error: unknown) => {
    failure = error ?? new Error('the functions host did not start');
  });
  while (itemRequests(await readMetrics(stack.urls.cosmos)) === 0) {
    if (failure !== undefined) throw failure;
    await sleep(10);
  }
  return performance.now();
}

/** The sample holds no positions, so what is compared of it are its documents. */
function toFigures(workload: string, pipeline: Run, sample: Run, targets: ThroughputTargets): Figure[] {
  const both = (figure: string, unit: string, of: (run: Run) => number): Figure & { sample: number } => ({
    workload,
    figure,
    unit,
    pipeline: of(pipeline),
    sample: of(sample),
  });
  const speed = both('projected', 'events/s', ({ eventsPerSecond }) => eventsPerSecond);
  const charge = both('charge per event', 'RU', ({ chargePerEvent }) => chargePerEvent);
  const compared = new Set([pipeline.comparison.compared, sample.comparison.compared]);
  const wrong = both('wrong at the end', `of ${[...compared].join(' / ')}`, (run) => run.comparison.wrong);
  const dead = both('dead letters', 'messages', (run) => run.deadLetters);
  return [
    { ...speed, target: atLeastTimes(targets.speed, speed.pipeline, speed.sample) },
    targets.charge === undefined
      ? charge
      : { ...charge, target: atMostTimes(targets.charge, charge.pipeline, charge.sample) },
    both('Cosmos requests per event', 'requests', ({ requestsPerEvent }) => requestsPerEvent),
    { ...wrong, target: none(wrong.pipeline) },
    both('pieces off at the end', 'pieces', (run) => run.comparison.piecesOff),
    { ...dead, target: none(dead.pipeline) },
    both('journalled', 'events/s', ({ journalledPerSecond }) => journalledPerSecond),
    ...memoryFigures(workload, pipeline.memory, sample.memory),
  ];
}
