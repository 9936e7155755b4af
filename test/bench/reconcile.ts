import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { wmsFileOf } from '../../local/damage/damage-settings.ts';
import { type Discrepancy, reconciliationRuns } from '../../local/damage/reconciliation-runs.ts';
import { type Run, runSchema } from '../../shared/contracts/reconciliation.ts';
import { cosmosCloudStock } from '../../shared/cosmos/cloud-stock.ts';
import { openContainers } from '../../shared/cosmos/connection.ts';
import { cosmosStockStore } from '../../shared/cosmos/stock-store.ts';
import type { StockKey } from '../../shared/domain/stock.ts';
import { WITHOUT_TIMED_RUNS } from '../without-timed-runs.ts';
import { type BenchStack, withStack } from './bench-stack.ts';
import { chunksOf } from './chunks-of.ts';
import { fillCosmos } from './cosmos-filling.ts';
import { type CosmosMetrics, readMetrics, resetMetrics } from './cosmos-metrics.ts';
import { atLeast, below, type Figure, figuresOf, none, type ToFigure } from './figures.ts';
import { memoryFigures } from './memory-figures.ts';
import { type ProcessorTime, processorTimeBetween, readProcessorTime } from './processor-time.ts';
import { benchPosition, spreadNumbers, stockOf } from './reconcile-positions.ts';
import { writeWmsPositions } from './wms-filling.ts';

type Say = (line: string) => void;

/** Positions that change, or are made to differ, between two runs. */
const CHANGES = 1_000;
const WANTED_SWEEP_SECONDS = 60;
const WANTED_SWEEP_MEGABYTES = 300;
const WANTED_DELTA_SECONDS = 2;
const DAY_MS = 24 * 3_600_000;
const repository = join(import.meta.dirname, '../..');

/** A run, and what it took. Milliseconds of processor time by process. */
type Measured = {
  readonly run: Run;
  readonly discrepancies: readonly Discrepancy[];
  /** Seconds from being asked for to its end. */
  readonly seconds: number;
  readonly cosmos: CosmosMetrics;
  /** Items of which a document in Cosmos DB was written meanwhile. */
  readonly written: number;
  readonly processorTime: ProcessorTime;
};

/**
 * Both databases hold the same positions, one each item and warehouse: a full run over them; runs after a thousand of them
 * changed on both sides, after nothing happened, and after a thousand changed in the WMS only.
 */
export async function measureReconcile(positions: number, say: Say): Promise<Figure[]> {
  const parts = ['service-bus', 'cosmos', 'azurite', 'functions', 'wms-adapter'] as const;
  const changed = spreadNumbers(CHANGES, positions);
  return withStack(parts, (stack) => measureRuns(stack, positions, changed, say), {
    prepare: (dataFolder) => fill(dataFolder, positions, say),
    environment: (dataFolder) => ({ ...WITHOUT_TIMED_RUNS, WmsSqlFile: wmsFileOf(dataFolder) }),
  });
}

async function fill(dataFolder: string, positions: number, say: Say): Promise<void> {
  const changedAt = new Date(Date.now() - DAY_MS).toISOString();
  function* all() {
    for (let number = 0; number < positions; number += 1) {
      if (number > 0 && number % 100_000 === 0) say(`reconcile: ${number} of ${positions}`);
      yield benchPosition(number, 1, changedAt);
    }
  }
  function* documents() {
    for (const position of all()) yield stockOf(position);
  }
  const wmsFile = wmsFileOf(dataFolder);
  await mkdir(join(wmsFile, '..'), { recursive: true });
  say(`reconcile: writing ${positions} positions into the database of the WMS`);
  await writeWmsPositions(wmsFile, all());
  say(`reconcile: writing ${positions} documents into the file of Cosmos DB`);
  await fillCosmos(repository, join(dataFolder, 'cosmos'), documents());
}

async function measureRuns(
  stack: BenchStack,
  positions: number,
  changed: readonly number[],
  say: Say,
): Promise<Figure[]> {
  const cloud = await openCloud(stack);
  const run = async (mode: Run['mode'], what: string) => {
    const measured = await measureRun(stack, cloud, mode);
    const { seconds, cosmos, discrepancies } = measured;
    say(
      `reconcile: ${what}: ${seconds.toFixed(1)} s, ${Math.round(cosmos.requestCharge)} RU, ${discrepancies.length} discrepancies`,
    );
    return measured;
  };
  const changeIn = async (version: number, alsoInCloud: boolean) => {
    const now = new Date().toISOString();
    const states = changed.map((number) => benchPosition(number, version, now));
    await writeWmsPositions(wmsFileOf(stack.dataFolder), states);
    if (alsoInCloud) await cloud.write(states.map(stockOf));
  };

  const sweep = await run('full', 'full run');
  const sweepMemory = stack.memoryPeaks().functions ?? 0;
  await changeIn(2, true);
  const after = await run('delta', `after ${changed.length} changes`);
  const idle = await run('delta', 'after nothing');
  await changeIn(3, false);
  const differing = await run('delta', `after ${changed.length} changes that the cloud did not hear of`);
  const settled = await run('delta', 'after that');
  const still = await run('delta', 'after nothing');
  return [
    ...sweepFigures(sweep, sweepMemory, positions),
    ...deltaFigures(after, changed.length),
    ...stillFigures('nothing changed', idle),
    ...foundFigures(differing, changed),
    ...stillFigures('after the corrections', settled),
    ...stillFigures('nothing changed again', still),
    ...memoryFigures('reconcile', stack.memoryPeaks()),
  ];
}

type Cloud = Awaited<ReturnType<typeof openCloud>>;

/** The cloud's stock, as another than the measured process sees and writes it. */
async function openCloud({ connections }: BenchStack) {
  const { stock: container } = await openContainers({ CosmosConnection: connections.cosmos }, 'sweep');
  const store = cosmosStockStore(container);
  const feed = cosmosCloudStock(container);
  return {
    place: () => feed.now(),
    /** Items in warehouses that were written since a place. */
    async writtenSince(place: string): Promise<number> {
      let written = 0;
      for (let [since, more] = [place, true]; more; ) {
        const page = await feed.changes(since, 1_000);
        written += [...page.changed.values()].reduce((sum, items) => sum + items.size, 0);
        [since, more] = [page.next, page.more];
      }
      return written;
    },
    async write(stocks: readonly ReturnType<typeof stockOf>[]): Promise<void> {
      for (const chunk of chunksOf(stocks, 500)) {
        const reads = await store.read(chunk);
        const writes = chunk.map((stock, index) => ({ stock, etag: etagOf(reads[index]) }));
        const refused = (await store.write(writes)).find(({ status }) => status !== 'stored');
        if (refused) throw new Error(`Cosmos DB did not store a stock: ${refused.status}`);
      }
    },
  };
}

function etagOf(read: Awaited<ReturnType<ReturnType<typeof cosmosStockStore>['read']>>[number] | undefined) {
  return read?.status === 'found' ? read.etag : null;
}

async function measureRun(
  { urls, processes }: BenchStack,
  cloud: Cloud,
  mode: Run['mode'],
): Promise<Measured> {
  const runs = reconciliationRuns(urls.functions);
  const place = await cloud.place();
  await resetMetrics(urls.cosmos);
  const timeBefore = readProcessorTime(processes());
  const { runId } = await runs.run(mode);
  const processorTime = processorTimeBetween(timeBefore, readProcessorTime(processes()));
  const cosmos = await readMetrics(urls.cosmos);
  const response = await fetch(`${urls.functions}/api/reconciliation/runs/${runId}`);
  const run = runSchema.parse(await response.json());
  if (run.status !== 'completed') throw new Error(`Run ${runId} failed: ${run.problem?.detail}`);
  return {
    ...{ run, cosmos, processorTime },
    discrepancies: await runs.discrepancies(runId),
    seconds: (Date.parse(run.endedAt ?? '') - Date.parse(run.requestedAt)) / 1_000,
    written: await cloud.writtenSince(place),
  };
}

const figure: ToFigure = figuresOf('reconcile');

function sweepFigures(
  { run, seconds, cosmos, discrepancies, processorTime }: Measured,
  memory: number,
  positions: number,
): Figure[] {
  const { compared, agreeing } = run.total;
  const megabytes = memory / 1_000_000;
  return [
    figure('full run', 's', seconds, below(WANTED_SWEEP_SECONDS, 's', seconds)),
    figure(
      'full run: memory of the process',
      'MB',
      megabytes,
      below(WANTED_SWEEP_MEGABYTES, 'MB', megabytes),
    ),
    figure('full run: compared', 'positions', compared, atLeast(positions, '', compared)),
    figure('full run: do not agree', 'positions', compared - agreeing, none(compared - agreeing)),
    figure('full run: false alarms', 'discrepancies', discrepancies.length, none(discrepancies.length)),
    figure('full run: charge, 1,000 positions', 'RU', (cosmos.requestCharge * 1_000) / positions),
    ...[...processorTime].map(([process, time]) =>
      figure(`full run: processor time, ${process}`, 'µs each', (time * 1_000) / positions),
    ),
  ];
}

function deltaFigures({ run, seconds, cosmos, discrepancies, written }: Measured, changes: number): Figure[] {
  const name = `after ${changes} changes`;
  return [
    figure(name, 's', seconds, below(WANTED_DELTA_SECONDS, 's', seconds)),
    figure(`${name}: compared`, 'positions', run.total.compared, atLeast(changes, '', run.total.compared)),
    figure(`${name}: false alarms`, 'discrepancies', discrepancies.length, none(discrepancies.length)),
    figure(`${name}: charge of a change`, 'RU', cosmos.requestCharge / changes),
    figure(`${name}: written`, 'documents', written, none(written)),
  ];
}

function stillFigures(name: string, { run, seconds, cosmos, discrepancies, written }: Measured): Figure[] {
  return [
    figure(name, 's', seconds),
    figure(`${name}: compared`, 'positions', run.total.compared),
    figure(`${name}: found`, 'discrepancies', discrepancies.length, none(discrepancies.length)),
    figure(`${name}: written`, 'documents', written, none(written)),
    figure(`${name}: charge`, 'RU', cosmos.requestCharge),
  ];
}

function foundFigures(
  { run, seconds, cosmos, discrepancies, written }: Measured,
  changed: readonly number[],
): Figure[] {
  const name = `${changed.length} differences`;
  const planted = new Set(changed.map((number) => nameOf(benchPosition(number, 1, ''))));
  const lost = discrepancies.filter((found) => found.class === 'lost-event' && planted.has(nameOf(found)));
  const found = new Set(lost.map(nameOf)).size;
  const others = discrepancies.length - lost.length;
  return [
    figure(`${name}, the grace time included`, 's', seconds),
    figure(`${name}: found`, `of ${planted.size}`, found, atLeast(planted.size, '', found)),
    figure(`${name}: false alarms`, 'discrepancies', others, none(others)),
    figure(
      `${name}: corrected`,
      'positions',
      run.total.corrected,
      atLeast(planted.size, '', run.total.corrected),
    ),
    figure(`${name}: written`, 'documents', written),
    figure(`${name}: charge of a correction`, 'RU', cosmos.requestCharge / Math.max(1, found)),
  ];
}

function nameOf({ itemId, warehouseId }: StockKey): string {
  return `${itemId}|${warehouseId}`;
}
