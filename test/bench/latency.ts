import { setTimeout as sleep } from 'node:timers/promises';
import { build, type Histogram } from 'hdr-histogram-js';
import { warehouseAtpSchema } from '../../shared/contracts/atp.ts';
import { type BenchStack, withStack } from './bench-stack.ts';
import { readMetrics, resetMetrics } from './cosmos-metrics.ts';
import { below, type Figure } from './figures.ts';
import { memoryFigures } from './memory-figures.ts';
import { putMasterData, runScanners, type Scan } from './scanners.ts';
import { drained, withServiceBus } from './service-bus-client.ts';

/** `warmUp` and `seconds` in seconds, `rate` in transactions a second. */
export type LatencyOptions = { readonly rate: number; readonly seconds: number; readonly warmUp: number };

/** Limits of `p50` and `p99` in milliseconds. */
export type LatencyTargets = { readonly p50: number; readonly p99: number };

/** One scan in so many is followed to the cloud. */
const FOLLOWED = 20;
const POLL_EVERY = 20;
/** A scan not seen after this long counts as lost. Milliseconds. */
const GIVE_UP = 60_000;

/** A point read of a document of this size; what the polls themselves cost is taken off. RU. */
const CHARGE_OF_A_POLL = 1;

type Watch = { readonly latency: Histogram; polls: number; lost: number };

/**
 * Scan → visible: from the POST being sent to the first GET of the ATP that shows it. The shelves are so many that
 * each is scanned once in `warmUp` seconds, so that the documents exist when measuring begins.
 */
export async function measureLatency(
  options: LatencyOptions,
  targets: LatencyTargets | undefined,
  say: (line: string) => void,
): Promise<Figure[]> {
  const workload = `latency-${options.rate}`;
  const parts = ['service-bus', 'cosmos', 'azurite', 'functions', 'wms-adapter'] as const;
  return withStack(parts, async (stack) => {
    const { rate, seconds, warmUp } = options;
    const shelves = { count: Math.max(1, Math.round(rate * warmUp)) };
    await putMasterData(stack.urls.adapter, shelves);
    say(`${workload}: ${warmUp} s of warm-up, then ${seconds} s`);
    await runScanners(stack.urls.adapter, { rate, seconds: warmUp, first: 0, shelves });
    await settled(stack);
    await resetMetrics(stack.urls.cosmos);
    const watch: Watch = { latency: newHistogram(), polls: 0, lost: 0 };
    await runScanners(stack.urls.adapter, {
      ...{ rate, seconds, shelves, first: shelves.count },
      sent: async (scan, index) => {
        if (index % FOLLOWED === 0) await follow(stack.urls.functions, scan, watch);
      },
    });
    await settled(stack);
    const events = Math.round(rate * seconds);
    return toFigures(workload, watch, targets, { ...(await costs(stack, watch, events)), stack });
  });
}

/** Microseconds, up to two minutes. */
function newHistogram(): Histogram {
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 120_000_000,
    numberOfSignificantValueDigits: 3,
  });
}

/** Asks every 20 ms, one question at a time, until the scan shows. */
async function follow(functions: string, scan: Scan, watch: Watch): Promise<void> {
  const url = `${functions}/api/items/${scan.itemId}/warehouses/${scan.warehouseId}/atp`;
  const begun = performance.now();
  for (let poll = 1; performance.now() - begun < GIVE_UP; poll += 1) {
    await sleep(Math.max(0, begun + poll * POLL_EVERY - performance.now()));
    watch.polls += 1;
    if ((await onHandAt(url)) >= scan.expected) {
      watch.latency.recordValue(Math.round((performance.now() - begun) * 1_000));
      return;
    }
  }
  watch.lost += 1;
}

/** Pieces on hand, 0 while the cloud knows nothing of it. */
async function onHandAt(url: string): Promise<number> {
  const response = await fetch(url);
  const answer: unknown = await response.json();
  if (response.status === 404) return 0;
  if (response.status !== 200)
    throw new Error(`GET ${url} answered ${response.status} ${JSON.stringify(answer)}`);
  return warehouseAtpSchema.parse(answer).onHand;
}

async function settled({ connections }: BenchStack): Promise<void> {
  await withServiceBus(connections.serviceBus, (client) =>
    drained(client, { subscription: 'atp-projection' }, { queue: 'projection-retry' }),
  );
}

async function costs({ urls }: BenchStack, { polls }: Watch, events: number) {
  const { requests, requestCharge } = await readMetrics(urls.cosmos);
  return {
    charge: (requestCharge - polls * CHARGE_OF_A_POLL) / events,
    requests: (requests - polls) / events,
  };
}

function toFigures(
  workload: string,
  { latency, lost }: Watch,
  targets: LatencyTargets | undefined,
  { charge, requests, stack }: { charge: number; requests: number; stack: BenchStack },
): Figure[] {
  const at = (percentile: number) => latency.getValueAtPercentile(percentile) / 1_000;
  const line = (figure: string, unit: string, pipeline: number): Figure => ({
    workload,
    figure,
    unit,
    pipeline,
  });
  const limited = (figure: Figure, limit: number | undefined) =>
    limit === undefined ? figure : { ...figure, target: below(limit, 'ms', figure.pipeline) };
  return [
    limited(line('scan → visible, p50', 'ms', at(50)), targets?.p50),
    limited(line('scan → visible, p99', 'ms', at(99)), targets?.p99),
    line('scan → visible, longest', 'ms', latency.maxValue / 1_000),
    line('scans followed', 'scans', latency.totalCount),
    line('scans not seen within a minute', 'scans', lost),
    line('charge per event', 'RU', charge),
    line('Cosmos requests per event', 'requests', requests),
    ...memoryFigures(workload, stack.memoryPeaks()),
  ];
}
