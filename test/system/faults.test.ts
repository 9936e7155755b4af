import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Transaction } from '../../shared/contracts/transaction.ts';
import { cloudFigures, type Fabric, figures, startFabric, transaction, until } from './fabric.ts';

/** A killed host's messages stay locked for a minute before the bus delivers them again. */
const AFTER_THE_LOCK_MS = 150_000;

const ITEMS = Array.from({ length: 40 }, (_unused, index) => `ITEM-${String(index).padStart(3, '0')}`);
const CALL_SIZE = 20;

let fabric: Fabric;

beforeAll(async () => {
  fabric = await startFabric({ autoRestart: false });
  await fabric.know(ITEMS, ['A-05-02']);
}, 90_000);

afterAll(() => fabric?.stop(), 30_000);

/** A scanner that posts call after call, each until it is answered, as long as `wanted` says so of the scans made. */
async function keepScanning(wanted: (scans: number) => boolean): Promise<number> {
  let scans = 0;
  for (; wanted(scans); scans += CALL_SIZE) {
    const call = Array.from({ length: CALL_SIZE }, (_unused, index) => scan(scans + index));
    const results = await until(
      () => fabric.transact(call),
      (answers) => answers.length === CALL_SIZE,
    );
    expect(results.every(({ outcome }) => outcome === 'applied' || outcome === 'duplicate')).toBe(true);
  }
  return scans;
}

function scan(number: number): Partial<Transaction> {
  return transaction({
    itemId: ITEMS[number % ITEMS.length] ?? '',
    warehouseId: `WH-00${1 + (number % 3)}`,
    quantity: 1 + (number % 7),
    scannedAt: new Date().toISOString(),
  });
}

async function expectBothSidesEqual(timeoutMs: number): Promise<void> {
  const truth = figures(await fabric.wmsPositions());
  const stocks = await until(
    fabric.cloudStocks,
    (answer) => JSON.stringify(cloudFigures(answer)) === JSON.stringify(truth),
    timeoutMs,
  );
  expect(stocks.filter(({ openFindings }) => openFindings > 0)).toEqual([]);
  expect(await fabric.quarantine()).toEqual([]);
}

describe('kill -9 while scanners work', () => {
  test(
    'of any process loses nothing and counts nothing twice',
    async () => {
      let working = true;
      const scanning = keepScanning(() => working);
      for (const part of ['functions', 'service-bus', 'cosmos', 'wms-adapter', 'azurite']) {
        const before = await fabric.wmsPositions();
        fabric.stack.parts[part]?.kill('SIGKILL');
        await fabric.stack.parts[part]?.restart();
        await until(fabric.wmsPositions, (after) => versions(after) > versions(before) + 100);
      }
      working = false;
      const scans = await scanning;
      expect(versions(await fabric.wmsPositions())).toBe(scans);
      await expectBothSidesEqual(AFTER_THE_LOCK_MS);
    },
    AFTER_THE_LOCK_MS + 60_000,
  );

  test(
    'of Cosmos DB, away for a while under load, parks nothing and dead-letters nothing',
    async () => {
      fabric.stack.parts.cosmos?.kill('SIGKILL');
      await keepScanning((scans) => scans < 50 * CALL_SIZE);
      // Beside this load another part may once be late for the two seconds that it has.
      const missesCosmos = { status: 503, body: { missing: ['cosmos'] } };
      await vi.waitFor(async () => expect(await fabric.get('health')).toMatchObject(missesCosmos), 25_000);
      await fabric.stack.parts.cosmos?.restart();
      await expectBothSidesEqual(AFTER_THE_LOCK_MS);
      // What health said of Cosmos DB stands for a second, in which all of the above may be done.
      await vi.waitFor(async () => expect(await fabric.get('health')).toMatchObject({ status: 200 }), 10_000);
    },
    AFTER_THE_LOCK_MS + 60_000,
  );
});

/** Every booking numbers a version of its position, so their sum is the number of bookings. */
function versions(positions: readonly { version: number }[]): number {
  return positions.reduce((sum, { version }) => sum + version, 0);
}
