import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { LogComparison } from '../../local/damage/compare-with-log.ts';
import { type RunningDamage, startDamage } from '../../local/damage/damage.ts';
import { EVENT_KINDS, type LoggedDamage } from '../../local/damage/damage-log.ts';
import { DAMAGE_LOG, longestDelay, wmsFileOf } from '../../local/damage/damage-settings.ts';
import { type Run, reconciliationRuns } from '../../local/damage/reconciliation-runs.ts';
import { verifyDamage } from '../../local/damage/verify.ts';
import { type AdapterClient, adapterClient, type WmsPosition } from '../../local/replay/adapter-client.ts';
import { type CloudPosition, cloudPositions } from '../../local/replay/cloud-stock.ts';
import { type Comparison, comparePositions } from '../../local/replay/compare.ts';
import { readRetailRows } from '../../local/replay/retail-row.ts';
import { allLocations, shiftToNow, surveyOf } from '../../local/replay/survey.ts';
import { createMapping, type WarehouseTransaction } from '../../local/replay/transactions.ts';
import { positionKey } from '../../shared/domain/position.ts';
import { WITHOUT_TIMED_RUNS } from '../without-timed-runs.ts';
import { type BenchStack, withStack } from './bench-stack.ts';
import { atLeast, type Figure, figuresOf, none } from './figures.ts';
import { outboxEmptied } from './outbox-state.ts';
import { drained, type Source, withServiceBus } from './service-bus-client.ts';

type Say = (line: string) => void;

/** Share of the events that are drawn. Of an item in a warehouse only one is damaged, so that in the end it is about 1 %. */
const RATE = 0.0125;
const SEED = 2011;
const SAMPLE_DAY = join(import.meta.dirname, '../../local/replay/data/online-retail-2011-12-05.csv.gz');
const AT_ONCE = 100;
const GRACE = { STOCKBRIDGE_RECONCILIATION_GRACE_SECONDS: '5' };
const PROJECTION: Source = { subscription: 'atp-projection' };
const RETRIES: Source = { queue: 'projection-retry' };

/** A day is replayed while one event in a hundred is damaged; how right the cloud is before and after it was reconciled. */
export async function measureReconcileDay(say: Say): Promise<Figure[]> {
  const parts = ['service-bus', 'cosmos', 'azurite', 'functions', 'wms-adapter'] as const;
  return withStack(parts, (stack) => measureDay(stack, say), {
    environment: (dataFolder) => ({ ...WITHOUT_TIMED_RUNS, ...GRACE, WmsSqlFile: wmsFileOf(dataFolder) }),
  });
}

async function measureDay(stack: BenchStack, say: Say): Promise<Figure[]> {
  const { connections, dataFolder, urls } = stack;
  const client = adapterClient(urls.adapter);
  say('reconcile-day: replaying a day');
  const damage = startDamage({
    wmsFile: wmsFileOf(dataFolder),
    serviceBusConnection: connections.serviceBus,
    cosmosConnection: connections.cosmos,
    log: join(dataFolder, DAMAGE_LOG),
    ...{ seed: SEED, rate: RATE, kinds: EVENT_KINDS, delay: longestDelay(GRACE) },
    // For kinds that are not among these.
    ...{ editEvery: 1_000, restingSince: new Date() },
  });
  const events = await playDamaged(client, damage);
  await outboxEmptied(urls.adapter);
  await withServiceBus(connections.serviceBus, (bus) => drained(bus, PROJECTION, RETRIES));
  const compare = () => compareWithTruth(client, connections.cosmos);
  const before = await compare();
  const damages = damage.damages();
  say(`reconcile-day: ${damages.length} of ${events} events damaged, ${before.different} positions wrong`);
  const runs = reconciliationRuns(urls.functions);
  const { comparison } = await verifyDamage({
    ...{ damages, runs, modes: ['delta', 'full'] },
    say: (line) => say(`reconcile-day: ${line}`),
  });
  for (const complaint of comparison.complaints) say(`reconcile-day: ${complaint}`);
  const final = await runs.run('full');
  return toFigures({ events, damages, before, after: await compare(), comparison, final });
}

/** Every position of the WMS and the cloud's. One at zero that the WMS does not know is right: that there is nothing is what it says. */
async function compareWithTruth(client: AdapterClient, cosmosConnection: string): Promise<Comparison> {
  const wms: WmsPosition[] = [];
  for await (const position of client.positions()) wms.push(position);
  const known = new Set(wms.map(nameOf));
  async function* cloud() {
    for await (const position of cloudPositions(cosmosConnection))
      if (position.onHand !== 0 || known.has(nameOf(position))) yield position;
  }
  return comparePositions(Readable.from(wms), cloud());
}

function nameOf({ itemId, warehouseId, ...position }: WmsPosition | CloudPosition): string {
  return `${itemId}|${warehouseId}|${positionKey(position)}`;
}

/** Ends the damage when the day is over, or could not be played. */
async function playDamaged(client: AdapterClient, damage: RunningDamage): Promise<number> {
  try {
    return await Promise.race([
      playDay(client),
      damage.ended.then(() => Promise.reject(new Error('the damage ended early'))),
    ]);
  } finally {
    await damage.stop();
  }
}

/** The sample day as the WMS books it, its sales as picks; answers how many events that was. */
async function playDay(client: AdapterClient): Promise<number> {
  const survey = await surveyOf(SAMPLE_DAY);
  await client.putItems(survey.items);
  await client.putLocations(allLocations());
  const now = Date.now();
  const mapping = createMapping({ runId: new Date(now).toISOString(), shift: shiftToNow(survey, now) });
  let events = 0;
  let batch: WarehouseTransaction[] = [];
  const post = async () => {
    events += batch.reduce((sum, { type }) => sum + (type === 'transfer' ? 2 : 1), 0);
    await client.postTransactions(batch);
    batch = [];
  };
  for await (const row of readRetailRows(SAMPLE_DAY)) {
    batch.push(...mapping.transactionsOf(row));
    if (batch.length >= AT_ONCE) await post();
  }
  if (batch.length > 0) await post();
  return events;
}

function toFigures(day: {
  readonly events: number;
  readonly damages: readonly LoggedDamage[];
  readonly before: Comparison;
  readonly after: Comparison;
  readonly comparison: LogComparison;
  /** A run when nothing is left to be found. */
  readonly final: Run;
}): Figure[] {
  const { events, damages, before, after, comparison, final } = day;
  const { planted, found, falseAlarms } = comparison;
  const figure = figuresOf('reconcile-day');
  const reported = 100 * (final.total.accuracy ?? 0);
  return [
    figure('events of the day', 'events', events),
    figure('damaged', '%', (100 * damages.length) / events),
    figure('right before', '%', rightShare(before)),
    figure('wrong before', `of ${before.compared}`, before.different),
    figure('found', `of ${planted} damages`, found, atLeast(planted, '', found)),
    figure('false alarms', 'discrepancies', falseAlarms, none(falseAlarms)),
    figure('right after', '%', rightShare(after), atLeast(100, '%', rightShare(after))),
    figure('wrong after', `of ${after.compared}`, after.different, none(after.different)),
    figure('accuracy, as the last run stored it', '%', reported, atLeast(100, '%', reported)),
  ];
}

function rightShare({ compared, different }: Comparison): number {
  return (100 * (compared - different)) / Math.max(1, compared);
}
