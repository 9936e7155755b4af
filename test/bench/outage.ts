import { setTimeout as sleep } from 'node:timers/promises';
import { quarantinePageSchema } from '../../shared/contracts/quarantine.ts';
import { type BenchStack, withStack } from './bench-stack.ts';
import { compareStock } from './compare-stock.ts';
import { below, type Figure, none } from './figures.ts';
import { memoryFigures } from './memory-figures.ts';
import { putMasterData, runScanners, truthAfter } from './scanners.ts';
import { deadLetters, drained, type Source, withServiceBus } from './service-bus-client.ts';

/** Scans a second. */
const RATE = 200;
/** Seconds of ordinary work before Cosmos DB goes away. */
const BEFORE = 10;
const WANTED_CATCH_UP = 300;
/** The recovery of dead letters runs once a minute; after two they are there for good. Milliseconds. */
const DEAD_LETTER_PATIENCE = 120_000;

const PROJECTION: Source = { subscription: 'atp-projection' };
const RETRIES: Source = { queue: 'projection-retry' };

/** Cosmos DB goes away under load and comes back: what is lost, what is dead-lettered, how long catching up takes. */
export async function measureOutage(seconds: number, say: (line: string) => void): Promise<Figure[]> {
  const parts = ['service-bus', 'cosmos', 'azurite', 'functions', 'wms-adapter'] as const;
  return withStack(parts, async (stack) => {
    const { adapter } = stack.urls;
    const shelves = { count: RATE * BEFORE };
    await putMasterData(adapter, shelves);
    say(`outage: ${BEFORE} s of ${RATE} scans/s, then ${seconds} s of the same without Cosmos DB`);
    await runScanners(adapter, { rate: RATE, seconds: BEFORE, first: 0, shelves });
    stack.parts.cosmos?.kill('SIGKILL');
    await runScanners(adapter, { rate: RATE, seconds, first: shelves.count, shelves });
    await stack.parts.cosmos?.restart();
    say('outage: Cosmos DB is back');
    const catchUp = await settle(stack, say);
    const scans = shelves.count + Math.round(RATE * seconds);
    const { wrong, compared } = await compareStock(
      stack.connections.cosmos,
      'pipeline',
      truthAfter(scans, shelves),
    );
    return [
      { ...line('caught up after', 's', catchUp), target: below(WANTED_CATCH_UP, 's', catchUp) },
      { ...line('wrong at the end', `of ${compared}`, wrong), target: none(wrong) },
      ...(await leftBehind(stack)),
      ...memoryFigures('outage', stack.memoryPeaks()),
    ];
  });
}

/** Seconds until nothing waits any more, neither in the subscription nor for another try. */
async function settle({ connections }: BenchStack, say: (line: string) => void): Promise<number> {
  const begun = performance.now();
  await withServiceBus(connections.serviceBus, (client) => drained(client, PROJECTION, RETRIES));
  const seconds = (performance.now() - begun) / 1_000;
  say(`outage: caught up in ${Math.round(seconds)} s`);
  return seconds;
}

async function leftBehind({ connections, urls }: BenchStack): Promise<Figure[]> {
  const dead = await withServiceBus(connections.serviceBus, async (client) => {
    const count = async () => (await deadLetters(client, PROJECTION)) + (await deadLetters(client, RETRIES));
    const deadline = performance.now() + DEAD_LETTER_PATIENCE;
    let left = await count();
    while (left > 0 && performance.now() < deadline) {
      await sleep(1_000);
      left = await count();
    }
    return left;
  });
  const response = await fetch(`${urls.functions}/api/quarantine?limit=500`);
  const { messages } = quarantinePageSchema.parse(await response.json());
  return [
    { ...line('dead-lettered for good', 'messages', dead), target: none(dead) },
    { ...line('in quarantine', 'messages', messages.length), target: none(messages.length) },
  ];
}

function line(figure: string, unit: string, pipeline: number): Figure {
  return { workload: 'outage', figure, unit, pipeline };
}
