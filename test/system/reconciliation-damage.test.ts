import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CosmosClient } from '@azure/cosmos';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isProven } from '../../local/damage/compare-with-log.ts';
import { type RunningDamage, startDamage } from '../../local/damage/damage.ts';
import { DAMAGE_KINDS, readDamageLog } from '../../local/damage/damage-log.ts';
import { wmsFileOf } from '../../local/damage/damage-settings.ts';
import { type ReconciliationRuns, reconciliationRuns } from '../../local/damage/reconciliation-runs.ts';
import { verifyDamage } from '../../local/damage/verify.ts';
import type { Transaction } from '../../shared/contracts/transaction.ts';
import { cloudFigures, type Fabric, figures, startFabric, transaction, until } from './fabric.ts';
import { omsOf } from './orders.ts';
import { expectSidesAgree } from './promises.ts';

const SEED = 20_241_118;
/** Seconds; what is delayed comes before. */
const GRACE = 2;
const LOCATIONS = ['A-01', 'A-02', 'B-01'];
/** Items with traffic, those that rest, and those that are promised. */
const BUSY = itemsOf('BUSY', 120);
const QUIET = itemsOf('QUIET', 60);
const PROMISED = itemsOf('PROMISED', 24);
/** Transactions in a call, and milliseconds between two: 100 events a second, which four stacks at once on two cores keep up with. */
const BATCH = 10;
const PAUSE = 100;

let fabric: Fabric;
let runs: ReconciliationRuns;
let log = '';

beforeAll(async () => {
  fabric = await startFabric({ environment: { STOCKBRIDGE_RECONCILIATION_GRACE_SECONDS: String(GRACE) } });
  runs = reconciliationRuns(fabric.stack.urls.functions);
  log = join(fabric.stack.dataFolder, 'damage.jsonl');
  await stockUp();
  await runs.run('full');
}, 60_000);
afterAll(() => fabric?.stop());

/** The tests follow one another: what the first damages, the second finds in order. */
describe('a stack that is damaged while traffic goes on', () => {
  test('is told of every damage by its class, and of nothing else', { timeout: 240_000 }, async () => {
    const restingSince = new Date();
    const traffic = startTraffic();
    await traffic.wentRound;
    const damage = startDamage({
      ...{ seed: SEED, rate: 0.03, editEvery: 120, kinds: DAMAGE_KINDS },
      ...{ delay: GRACE * 600, restingSince, log },
      wmsFile: wmsFileOf(fabric.stack.dataFolder),
      serviceBusConnection: fabric.stack.connections.serviceBus,
      cosmosConnection: fabric.stack.connections.cosmos,
    });
    await Promise.race([untilDamaged(damage), damage.ended, traffic.done]);
    const midway = runs.run('delta');
    await until(
      () => runs.since(restingSince.toISOString()),
      (found) => found.some(({ status }) => status === 'running'),
    );
    await damage.stop();
    await midway;
    const { comparison } = await verifyDamage({
      damages: readDamageLog(log),
      modes: ['delta', 'full'],
      runs,
    });
    expect(await traffic.stop()).toBeGreaterThan(200);

    expect(comparison.complaints).toEqual([]);
    expect(isProven(comparison)).toBe(true);
    expect(comparison.byClass.map((figures) => figures.class)).toEqual([
      'calculation-mismatch',
      'deleted',
      'hold-without-reservation',
      'lost-event',
      'missing',
      'phantom',
      'reservation-without-hold',
    ]);
  });

  test('agrees on both sides afterwards', { timeout: 60_000 }, async () => {
    const wms = figures((await fabric.wmsPositions()).filter(({ onHand }) => onHand > 0));
    await until(
      async () => cloudFigures(await fabric.cloudStocks()),
      (cloud) => JSON.stringify(withoutZeros(cloud)) === JSON.stringify(wms),
    );
    await expectSidesAgree(fabric);
  });

  test('has nothing found in it a second time, and nothing written', { timeout: 60_000 }, async () => {
    // What was corrected last is looked at once more.
    await runs.run('delta');
    const before = await cloudEtags();
    for (const mode of ['delta', 'full'] as const) {
      const run = await runs.run(mode);
      expect(run).toMatchObject({ status: 'completed', total: { corrected: 0, inFlight: 0, late: 0 } });
      expect(await runs.discrepancies(run.runId)).toEqual([]);
    }
    expect(await cloudEtags()).toEqual(before);
  });
});

async function stockUp(): Promise<void> {
  const items = [...BUSY, ...QUIET, ...PROMISED];
  await fabric.know(items, [...LOCATIONS, 'STAGE']);
  const receipts = items.flatMap((itemId) =>
    LOCATIONS.map((locationId) => transactionOf(itemId, { locationId, quantity: 100 })),
  );
  for (let from = 0; from < receipts.length; from += 500)
    await fabric.transact(receipts.slice(from, from + 500));
  await until(
    () => fabric.cloudStocks(),
    (stocks) => stocks.length === items.length && stocks.every(({ onHand }) => onHand === 300),
  );
  const oms = omsOf(fabric);
  const orders = PROMISED.map((itemId) => oms.order(`ORDER-${itemId}`, [{ itemId, quantity: 7 }]));
  for (const orderId of await Promise.all(orders)) await oms.until(orderId, (line) => line.confirmed === 7);
}

/** Until each kind was done, so that each class is there to be found. */
async function untilDamaged(damage: RunningDamage): Promise<void> {
  await until(
    async () => new Set(damage.damages().map(({ kind }) => kind)),
    (kinds) => DAMAGE_KINDS.every((kind) => kinds.has(kind)),
    60_000,
  );
}

/**
 * Posts what warehouses do, until it is stopped; answers how many transactions that were. It goes round all positions,
 * so that each rests for seconds: of two events of a position that overtake each other, neither shows what was falsified.
 */
function startTraffic() {
  const places = LOCATIONS.flatMap((locationId) => BUSY.map((itemId) => ({ itemId, locationId })));
  const ended = new AbortController();
  const round = Promise.withResolvers<void>();
  let posted = 0;
  const post = async () => {
    while (!ended.signal.aborted) {
      const batch = Array.from({ length: BATCH }, () => {
        const place = places[posted % places.length];
        posted += 1;
        return workAt(place?.itemId ?? '', place?.locationId ?? '', posted);
      });
      const results = await fabric.transact(batch);
      expect(results.filter(({ outcome }) => outcome !== 'applied')).toEqual([]);
      if (posted > places.length) round.resolve();
      await sleep(PAUSE, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  };
  const done = post();
  done.catch(round.reject);
  return {
    done,
    /** All positions were visited once. */
    wentRound: round.promise,
    async stop() {
      ended.abort();
      await done;
      return posted;
    },
  };
}

function workAt(itemId: string, locationId: string, number: number): Partial<Transaction> {
  if (locationId === LOCATIONS[0])
    return transactionOf(itemId, { type: 'transfer', locationId, toLocationId: 'STAGE', quantity: 1 });
  switch (number % 3) {
    case 0:
      return transactionOf(itemId, { type: 'count', locationId, quantity: 90 + (number % 20) });
    case 1:
      return transactionOf(itemId, { type: 'adjustment', locationId, quantity: -1, reason: 'broken' });
    default:
      return transactionOf(itemId, { locationId, quantity: 2 });
  }
}

function transactionOf(itemId: string, changes: Partial<Transaction>): Partial<Transaction> {
  const number = Number(itemId.split('-')[1]);
  return transaction({ itemId, warehouseId: `WH-00${1 + (number % 8)}`, ...changes });
}

function itemsOf(name: string, count: number): string[] {
  const run = randomUUID().slice(0, 4);
  return Array.from({ length: count }, (_unused, index) => `${name}-${index}-${run}`);
}

function withoutZeros(positions: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(positions).filter(([, onHand]) => onHand > 0));
}

/** Of every document in the container: what is written changes its etag. */
async function cloudEtags(): Promise<unknown[]> {
  const client = new CosmosClient(fabric.stack.connections.cosmos);
  const container = client.database('stockbridge').container('stock');
  const { resources } = await container.items.query('SELECT c.id, c.itemId, c._etag FROM c').fetchAll();
  client.dispose();
  return resources.sort((a, b) => (`${a.itemId}|${a.id}` < `${b.itemId}|${b.id}` ? -1 : 1));
}
