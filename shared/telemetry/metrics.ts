import { type Attributes, type Meter, metrics } from '@opentelemetry/api';
import type { AllocationCounts } from '../contracts/allocation-counts.ts';
import { isOn, SCOPE } from './state.ts';

/** Bounds of the latency histogram, seconds. A percentile found by them is at most half too high, from 5 ms to 30 s. */
const LATENCY_BOUNDS = [
  ...[0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75],
  ...[1, 1.5, 2, 3, 4, 5, 7.5, 10, 15, 20, 30, 60, 300, 900, 1_800, 3_600, 14_400, 28_800, 86_400],
];

/** Every instrument, its unit (UCUM) and what it says. `docs/telemetry.md` has the same table, and the attributes. */
export const INSTRUMENTS = {
  latency: {
    name: 'stockbridge.latency',
    unit: 's',
    description: 'How long an event took from one stage to the next',
  },
  events: {
    name: 'stockbridge.events',
    unit: '{event}',
    description: 'Messages with inventory events, by what the projection made of them',
  },
  scans: {
    name: 'stockbridge.scans',
    unit: '{transaction}',
    description: 'Transactions that the WMS adapter answered',
  },
  published: {
    name: 'stockbridge.outbox.published',
    unit: '{message}',
    description: 'Messages that the bus took from the outbox',
  },
  parked: { name: 'stockbridge.parked', unit: '{message}', description: 'Messages parked' },
  findings: {
    name: 'stockbridge.findings',
    unit: '{finding}',
    description: 'Contradictions and gaps that the fold came upon',
  },
  oversell: {
    name: 'stockbridge.oversell.prevented',
    unit: '{attempt}',
    description:
      'Lines that available-to-promise did not suffice for, and decisions by which the WMS gave less than was promised',
  },
  requestCharge: {
    name: 'stockbridge.cosmos.request_charge',
    unit: '{RU}',
    description: 'Request units that Cosmos DB charged',
  },
  accuracy: {
    name: 'stockbridge.reconciliation.accuracy',
    unit: '1',
    description:
      'Share of the positions on which WMS and cloud agreed in the last run that compared the warehouse',
  },
  openLines: {
    name: 'stockbridge.allocations.open',
    unit: '{line}',
    description: 'Lines of orders and carts whose pieces can still move',
  },
  openInvestigations: {
    name: 'stockbridge.investigations.open',
    unit: '{investigation}',
    description: 'Investigations that are open',
  },
  backlogAge: {
    name: 'stockbridge.backlog.age',
    unit: 's',
    description: 'Age of the oldest message that waits; 0 where none does',
  },
} as const;

/** From scan to commit in the WMS, on to the bus, on to the cloud's stock, and the whole way. */
export type Stage = 'scan_to_commit' | 'commit_to_bus' | 'bus_to_projected' | 'scan_to_projected';

/** How long a stage took. Seconds. `offline`: the scan waited on its device. */
export function recordLatency(stage: Stage, seconds: number, offline = false): void {
  // Clocks of several machines: what seems to have ended before it began took no time.
  made()?.latency.record(Math.max(0, seconds), LATENCY_ATTRIBUTES[stage][offline ? 1 : 0]);
}

/** Messages of a batch by what became of them. */
export function countEvents(outcome: 'projected' | 'known' | 'parked' | 'retried', count: number): void {
  if (count > 0) made()?.events.add(count, { outcome });
}

/** Transactions by how they were answered. */
export function countScans(outcome: string, count: number): void {
  made()?.scans.add(count, { outcome });
}

export function countPublished(count: number): void {
  if (count > 0) made()?.published.add(count);
}

/** Messages of a subscription that were parked for a reason. */
export function countParked(subscription: string, reason: string): void {
  made()?.parked.add(1, { subscription, reason });
}

/** `calculation-mismatch`, `conflicting-event`, or `gap`. */
export function countFindings(kind: string, count = 1): void {
  if (count > 0) made()?.findings.add(count, { kind });
}

/** `atp`: the cloud had less than was wanted; `wms`: the warehouse did. */
export function countOversellPrevented(by: 'atp' | 'wms', reason: string, count = 1): void {
  if (count > 0) made()?.oversell.add(count, { by, reason });
}

/** @param operation as `OnCharge` of `shared/cosmos/request-charge.ts` is told it */
export function addRequestCharge(operation: string, requestUnits: number): void {
  if (requestUnits > 0) made()?.requestCharge.add(requestUnits, { operation });
}

/** @param share 0 to 1 */
export function recordAccuracy(warehouseId: string, share: number): void {
  made()?.accuracy.record(share, { 'warehouse.id': warehouseId });
}

export function recordOpenLines({ counts }: Pick<AllocationCounts, 'counts'>): void {
  for (const { state, lines } of counts) made()?.openLines.record(lines, { state });
}

export function recordOpenInvestigations(count: number): void {
  made()?.openInvestigations.record(count);
}

/**
 * Looks at a backlog whenever metrics are collected.
 *
 * @param ages seconds by place; a look that fails reports nothing
 */
export function watchBacklog(ages: () => Promise<ReadonlyMap<string, number>>): void {
  if (!isOn()) return;
  const { name, ...options } = INSTRUMENTS.backlogAge;
  meter()
    .createObservableGauge(name, options)
    .addCallback(async (result) => {
      const found = await ages().catch(() => new Map<string, number>());
      for (const [place, seconds] of found) result.observe(Math.max(0, seconds), { place });
    });
}

/** Made once: there is a record for each stage of each event. The second of each is for a scan that waited. */
const LATENCY_ATTRIBUTES: Record<Stage, readonly [Attributes, Attributes]> = {
  scan_to_commit: attributesOf('scan_to_commit'),
  commit_to_bus: attributesOf('commit_to_bus'),
  bus_to_projected: attributesOf('bus_to_projected'),
  scan_to_projected: attributesOf('scan_to_projected'),
};

function attributesOf(stage: Stage): [Attributes, Attributes] {
  return [
    { stage, offline: false },
    { stage, offline: true },
  ];
}

type Made = ReturnType<typeof make>;

let instruments: Made | undefined;
let provider: unknown;

/** The instruments of the registered provider; the API has no instruments that find it later. */
function made(): Made | undefined {
  if (!isOn()) return undefined;
  if (instruments === undefined || provider !== metrics.getMeterProvider()) {
    provider = metrics.getMeterProvider();
    instruments = make(meter());
  }
  return instruments;
}

function meter(): Meter {
  return metrics.getMeter(SCOPE);
}

type Instrument = (typeof INSTRUMENTS)[keyof typeof INSTRUMENTS];

function make(by: Meter) {
  const counter = ({ name, ...options }: Instrument) => by.createCounter(name, options);
  const gauge = ({ name, ...options }: Instrument) => by.createGauge(name, options);
  const { name: latencyName, ...latency } = INSTRUMENTS.latency;
  return {
    latency: by.createHistogram(latencyName, {
      ...latency,
      advice: { explicitBucketBoundaries: LATENCY_BOUNDS },
    }),
    events: counter(INSTRUMENTS.events),
    scans: counter(INSTRUMENTS.scans),
    published: counter(INSTRUMENTS.published),
    parked: counter(INSTRUMENTS.parked),
    findings: counter(INSTRUMENTS.findings),
    oversell: counter(INSTRUMENTS.oversell),
    requestCharge: counter(INSTRUMENTS.requestCharge),
    accuracy: gauge(INSTRUMENTS.accuracy),
    openLines: gauge(INSTRUMENTS.openLines),
    openInvestigations: gauge(INSTRUMENTS.openInvestigations),
  };
}
