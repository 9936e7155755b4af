import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServiceBusClient } from '@azure/service-bus';
import { topologySchema } from '../../local/service-bus/topology.ts';
import { INVENTORY_EVENTS_TOPIC } from '../../shared/service-bus/inventory-message.ts';
import { type BenchStack, withStack } from './bench-stack.ts';
import { type DrainSample, peakAt, ratesOfTenths } from './drain-progress.ts';
import { countEvents } from './event-counter.ts';
import type { EventTally } from './event-tally.ts';
import { atLeast, atMost, type Figure, figuresOf, none } from './figures.ts';
import { memoryFigures } from './memory-figures.ts';
import { countMessages, messagesBetween } from './message-counts.ts';
import { fillOutbox } from './outbox-filling.ts';
import { outboxEmptied } from './outbox-state.ts';
import { peakMemory } from './process-memory.ts';
import { type ProcessorTime, processorTimeBetween, readProcessorTime } from './processor-time.ts';
import { withServiceBus } from './service-bus-client.ts';

type Say = (line: string) => void;

/** What a drain was. `messages` are those that had waited, `tally` what the bus had at the end. */
type Drain = {
  readonly samples: readonly DrainSample[];
  readonly messages: number;
  readonly tally: EventTally;
  /** Milliseconds, from the start of the adapter to its empty outbox. */
  readonly processorTime: ProcessorTime;
};

const SHELVES = 1_000;
const WEEK = 7 * 24 * 3_600_000;
/** The subscription that the events are counted in. */
const COUNTER = 'counter';
const TOPOLOGY = 'infra/service-bus/topology.json';
const repository = join(import.meta.dirname, '../..');
/** Milliseconds between two looks at the outbox. */
const LOOK_EVERY = 200;
const SAY_EVERY = 10_000;
/** How much slower the last tenth may be, and how much more memory the whole may take, than the first. */
const FULL_SPEED = 0.8;
const CONSTANT_MEMORY = 1.2;

/** A warehouse that was without the cloud for a week: how the adapter works its outbox off. */
export async function measureOutboxDrain(messages: number, say: Say): Promise<Figure[]> {
  return withStack([], async (stack) => {
    const folder = join(stack.dataFolder, 'wms-adapter');
    await mkdir(folder, { recursive: true });
    say(`outbox-drain: booking until ${messages} messages wait`);
    const to = new Date();
    const filling = { messages, shelves: SHELVES, from: new Date(to.getTime() - WEEK), to };
    const waiting = await fillOutbox(join(folder, 'wms.db'), filling, (written) =>
      say(`outbox-drain: ${written} of ${messages} messages wait`),
    );
    await startBus(stack);
    const drain = await withServiceBus(stack.connections.serviceBus, (client) =>
      drainCounted(stack, client, waiting, say),
    );
    return toFigures(drain, stack);
  });
}

/** The bus of the stack, but with one subscription of the events, which nobody receives from before they are counted: a backlog stays on the disk. */
async function startBus({ dataFolder, startPart }: BenchStack): Promise<void> {
  const file = join(dataFolder, 'service-bus.json');
  const topology = topologySchema.parse(JSON.parse(await readFile(join(repository, TOPOLOGY), 'utf8')));
  const events = topology.topics.find(({ name }) => name === INVENTORY_EVENTS_TOPIC);
  const [subscription] = events?.subscriptions ?? [];
  if (!events || !subscription)
    throw new Error(`${TOPOLOGY} has no subscription of ${INVENTORY_EVENTS_TOPIC}`);
  events.subscriptions = [{ ...subscription, name: COUNTER, rules: [] }];
  await writeFile(file, JSON.stringify(topology));
  await startPart('service-bus', (definition) => ({
    ...definition,
    command: definition.command.map((argument) => (argument === TOPOLOGY ? file : argument)),
  }));
}

/** The events are counted when all have been sent, since counting would slow the drain down. */
async function drainCounted(
  stack: BenchStack,
  client: ServiceBusClient,
  messages: number,
  say: Say,
): Promise<Drain> {
  const before = await countMessages(client, [INVENTORY_EVENTS_TOPIC]);
  const timeBefore = readProcessorTime(stack.processes());
  const samples = await drain(stack, messages, say);
  const processorTime = processorTimeBetween(timeBefore, readProcessorTime(stack.processes()));
  const after = await countMessages(client, [INVENTORY_EVENTS_TOPIC]);
  const sent = messagesBetween(before, after).get(INVENTORY_EVENTS_TOPIC) ?? 0;
  say('outbox-drain: the outbox is empty; counting what the bus has');
  const tally = await countEvents(client, COUNTER, sent);
  return { samples, messages, tally, processorTime };
}

/** Starts the adapter and looks at it until its outbox is empty. */
async function drain({ startPart, urls }: BenchStack, messages: number, say: Say): Promise<DrainSample[]> {
  const { pid } = await startPart('wms-adapter');
  const samples: DrainSample[] = [{ at: performance.now(), sent: 0, peak: peakMemory(pid) }];
  let saidAt = performance.now();
  await outboxEmptied(
    urls.adapter,
    ({ unsent }) => {
      const sample = { at: performance.now(), sent: messages - unsent, peak: peakMemory(pid) };
      samples.push(sample);
      if (sample.at - saidAt < SAY_EVERY) return;
      saidAt = sample.at;
      const memory = Math.round(sample.peak / 1_000_000);
      say(`outbox-drain: ${sample.sent} sent; at most ${memory} MB of memory`);
    },
    LOOK_EVERY,
  );
  return samples;
}

function toFigures({ samples, messages, tally, processorTime }: Drain, stack: BenchStack): Figure[] {
  const figure = figuresOf('outbox-drain');
  const rates = ratesOfTenths(samples);
  const [first = Number.NaN, last = Number.NaN] = [rates[0], rates.at(-1)];
  const megabytesAt = (share: number) => peakAt(samples, share) / 1_000_000;
  const [early, late] = [megabytesAt(0.1), megabytesAt(1)];
  const lost = messages - tally.different();
  return [
    figure('sent, first tenth', 'events/s', first),
    figure('sent, last tenth', 'events/s', last, atLeast(FULL_SPEED * first, '/s', last)),
    figure('sent, slowest tenth', 'events/s', Math.min(...rates)),
    figure('peak memory of the adapter at 10 %', 'MB', early),
    figure('peak memory of the adapter at 50 %', 'MB', megabytesAt(0.5)),
    figure('peak memory of the adapter at 100 %', 'MB', late, atMost(CONSTANT_MEMORY * early, 'MB', late)),
    figure('events lost', `of ${messages}`, lost, none(lost)),
    figure('events sent twice', 'events', tally.noted() - tally.different()),
    ...[...processorTime].map(([process, time]) =>
      figure(`processor time, ${process}`, 'ms each', time / messages),
    ),
    ...memoryFigures('outbox-drain', stack.memoryPeaks()).filter(
      ({ figure: name }) => !name.endsWith('wms-adapter'),
    ),
  ];
}
