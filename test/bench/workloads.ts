import { existsSync } from 'node:fs';
import { measureAccept } from './accept.ts';
import { measureAllocation, measureAllocationGrowth } from './allocation.ts';
import { measureConsolePage } from './console-page.ts';
import { measureDocumentSizes } from './document-size.ts';
import type { Figure } from './figures.ts';
import { measureFold } from './fold.ts';
import { measureLatency } from './latency.ts';
import { hotLoad, retailLoad, spreadLoad } from './loads.ts';
import type { Options, Workload } from './options.ts';
import { measureOutage } from './outage.ts';
import { measureOutboxDrain } from './outbox-drain.ts';
import { measurePackage } from './package.ts';
import { measureReconcile } from './reconcile.ts';
import { measureReconcileDay } from './reconcile-day.ts';
import { measureScannerDrain } from './scanner-drain.ts';
import { measureScannerPage } from './scanner-page.ts';
import { measureTelemetry } from './telemetry.ts';
import { measureThroughput } from './throughput.ts';

type Say = (line: string) => void;

/** Seconds. */
const WARM_UP = 10;
const SHORTEST_ACCEPT = 10;

/** Measures one workload by the targets of the project. A workload whose input is missing is skipped, saying so. */
export async function measure(workload: Workload, options: Options, say: Say): Promise<Figure[]> {
  switch (workload) {
    case 'retail':
      return measureRetail(options, say);
    case 'spread':
      return measureThroughput(workload, spreadLoad(options.events), { speed: 1.5 }, say);
    case 'hot':
      return measureThroughput(workload, hotLoad(options.events), { speed: 3, charge: 1 / 20 }, say);
    case 'latency-50':
      return measureLatency(latencyOptions(50, options), undefined, say);
    case 'latency-200':
      return measureLatency(latencyOptions(200, options), { p50: 100, p99: 1_000 }, say);
    case 'fold':
      return measureFold(say);
    case 'document-size':
      return measureDocumentSizes(say);
    case 'package':
      return measurePackage(say);
    case 'allocation':
      return measureAllocation(allocationOptions(options), say);
    case 'accept':
      return measureAccept(acceptSeconds(options), say);
    case 'allocation-growth':
      return measureAllocationGrowth({ ...allocationOptions(options), orders: options.orders }, say);
    case 'outage':
      return measureOutage(options.outageSeconds, say);
    case 'outbox-drain':
      return measureOutboxDrain(options.messages, say);
    case 'reconcile':
      return measureReconcile(options.positions, say);
    case 'reconcile-day':
      return measureReconcileDay(say);
    case 'scanner-drain':
      return measureScannerDrain(say);
    case 'scanner-page':
      return measureScannerPage(say);
    case 'console-page':
      return measureConsolePage(say);
    case 'telemetry':
      return measureTelemetry(spreadLoad(options.events), acceptSeconds(options), say);
  }
}

async function measureRetail({ retail, events }: Options, say: Say): Promise<Figure[]> {
  if (!existsSync(retail)) {
    say(`retail: skipped, there is no file ${retail} (name one with --retail FILE)`);
    return [];
  }
  return measureThroughput('retail', await retailLoad(retail, events), { speed: 2, charge: 0.7 }, say);
}

/** Seconds of a run of accept. */
function acceptSeconds({ seconds }: Options): number {
  return Math.max(SHORTEST_ACCEPT, Math.round(seconds / 3));
}

function latencyOptions(rate: number, { seconds }: Options) {
  return { rate, seconds, warmUp: Math.min(WARM_UP, seconds) };
}

function allocationOptions({ seconds }: Options) {
  return { latencySeconds: seconds, throughputSeconds: Math.max(1, Math.round(seconds / 2)) };
}
