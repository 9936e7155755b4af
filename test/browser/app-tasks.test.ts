import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { findChromium } from './chromium.ts';
import {
  countElsewhere,
  enter,
  locksOf,
  onHand,
  openAtWork,
  openScannerApp,
  press,
  putToWork,
  receiveTeapot,
  type ScannerAtWork,
  scan,
  TEAPOT,
  untilSeen,
  untilStatus,
} from './scanner-app.ts';
import { untilKept } from './until.ts';

const WH = 'WH-001';
const TEAPOTS = { itemId: 'TEAPOT-1', warehouseId: WH, locationId: 'B-07-03', lotNumber: null };
const YOGHURT = { itemId: 'YOGHURT', warehouseId: WH, locationId: 'B-07-03', lotNumber: 'L-2412' };
const MUGS = { itemId: 'MUG-4', warehouseId: WH, locationId: 'A-01-02', lotNumber: null };

async function wantedOf({ adapter }: ScannerAtWork): Promise<unknown[]> {
  const { body } = await adapter.call('GET', `/recount-tasks?warehouseId=${WH}`);
  return Object(body).recountTasks;
}

/** Moves the clock of a page on, not that of its worker. */
function moveClock(page: Page, minutes: number): Promise<void> {
  return page.evaluate((ahead) => {
    const read = Date.now;
    Date.now = () => read() + ahead;
  }, minutes * 60_000);
}

describe.skipIf(findChromium() === undefined)('a count that is asked for', { timeout: 150_000 }, () => {
  test('is begun from the list or by scanning its location, is blind, holds the lock, and is done', async () => {
    const app = await openScannerApp();
    const { page, adapter } = app;
    await app.askToCount(TEAPOTS, YOGHURT, MUGS);
    await putToWork(app);
    await press(page, /^Count 3 counts wanted/);
    await untilSeen(page, '3 counts wanted');
    // From the list it is not known yet that somebody is there.
    await press(page, /A-01-02/);
    await untilSeen(page, 'Look behind the pallet too.');
    await scan(page, 'B-07-03');
    await untilSeen(page, 'Wrong location: B-07-03');
    expect(await locksOf(adapter)).toEqual([]);
    await scan(page, 'A-01-02');
    await untilSeen(page, /You count here until/);
    expect(await page.getByText('120').filter({ visible: true }).count()).toBe(0);
    const [lock] = await locksOf(adapter);
    expect(lock).toMatchObject({ locationId: 'A-01-02', userId: 'ann' });
    // Half an hour is not enough for every shelf: near its end the lock is taken for another.
    await moveClock(page, 21);
    await expect
      .poll(async () => (await locksOf(adapter))[0]?.until, { timeout: 20_000 })
      .not.toBe(lock?.until);
    await enter(page, 118);
    await press(page, 'Save and finish');
    await untilSeen(page, '2 fewer than in the books');
    await untilStatus(page, 'All synced');
    expect(await locksOf(adapter)).toEqual([]);
    await press(page, 'To the list');
    await untilSeen(page, '2 counts wanted');
    // Both of a location are counted under one lock.
    await scan(page, 'B-07-03');
    await untilSeen(page, 'Wanted here: Teapot, blue');
    await untilSeen(page, /You count here until/);
    for (let pieces = 0; pieces < 2; pieces++) await scan(page, TEAPOT);
    await untilSeen(page, 'Teapot, blue, 2 pieces');
    await enter(page, 60);
    await press(page, 'Save, next item');
    await untilSeen(page, 'L-2412');
    await untilSeen(page, 'The books agree');
    expect(await locksOf(adapter)).toHaveLength(1);
    await press(page, 'One less');
    await press(page, 'Save and finish');
    await untilSeen(page, '55 fewer than in the books');
    await untilStatus(page, 'All synced');
    expect(await wantedOf(app)).toEqual([]);
    expect(await locksOf(adapter)).toEqual([]);
    expect(await onHand(adapter, 'MUG-4', 'A-01-02')).toBe(118);
    expect(await onHand(adapter, 'YOGHURT', 'B-07-03')).toBe(40);
    await press(page, 'To the list');
    await press(page, 'Back');
    await page.getByRole('button', { name: 'Count', exact: true }).waitFor();
  });

  test('is there without Wi-Fi as it was, and says that it waits until it is booked', async () => {
    const app = await openScannerApp();
    const { page, server } = app;
    await app.askToCount(TEAPOTS, MUGS);
    await putToWork(app);
    await untilKept(page);
    // Nobody has looked at the list when the Wi-Fi goes.
    await untilStatus(page, 'Ready');
    await server.goAway();
    await page.reload();
    await press(page, /^Count 2 counts wanted/);
    await untilSeen(page, /As of \d\d:\d\d/);
    await scan(page, 'A-01-02');
    await untilSeen(page, /Offline: you count without a lock/);
    await enter(page, 120);
    await press(page, 'Save and finish');
    await untilSeen(page, 'The books agree');
    await press(page, 'To the list');
    await untilSeen(page, 'Counted, waits for upload');
    await untilSeen(page, '1 count wanted');
    expect(await wantedOf(app)).toHaveLength(2);
    await server.comeBack();
    await untilStatus(page, 'All synced');
    await page.getByText('Counted, waits for upload').waitFor({ state: 'detached' });
    expect(await wantedOf(app)).toMatchObject([TEAPOTS]);
    // Another is faster: the task stays, and nothing is taken from him.
    await countElsewhere(app.adapter, 'B-07-03');
    await press(page, /B-07-03/);
    await scan(page, 'B-07-03');
    await untilSeen(page, /Taken by ben/);
    await press(page, 'Another location');
    await untilSeen(page, '1 count wanted');
  });
});

test.skipIf(findChromium() === undefined)(
  'what is asked to be counted is told on the first page, while somebody looks at it',
  { timeout: 150_000 },
  async () => {
    const { page, askToCount } = await openAtWork();
    await page.getByRole('button', { name: 'Count', exact: true }).waitFor();
    await askToCount(MUGS);
    await moveClock(page, 1);
    await page.getByRole('button', { name: /^Count 1 count wanted/ }).waitFor();
  },
);

test.skipIf(findChromium() === undefined)(
  'who belongs to several warehouses works in one of them at a time, and its tasks are shown',
  { timeout: 150_000 },
  async () => {
    const app = await openScannerApp({ warehouseIds: ['WH-001', 'WH-008'] });
    const { page, adapter } = app;
    const ann = { name: 'Ann Brook', role: 'worker', badge: 'ANN-1', pin: '2468' };
    await adapter.call('PUT', '/users/ann', { ...ann, warehouseIds: ['WH-001', 'WH-008'] });
    await app.askToCount(MUGS);
    await putToWork(app);
    await untilSeen(page, 'Warehouse WH-001');
    await page.getByRole('button', { name: /^Count 1 count wanted/ }).waitFor();
    await press(page, 'Receive');
    await scan(page, TEAPOT);
    await scan(page, 'Z-09-09');
    await untilSeen(page, 'Z-09-09 is in another warehouse');
    await press(page, 'Back');
    await press(page, 'WH-001');
    await press(page, 'Warehouse WH-008');
    await untilSeen(page, 'Warehouse WH-008');
    await page.getByRole('button', { name: 'Count', exact: true }).waitFor();
    await press(page, 'Pick');
    await untilSeen(page, 'Nothing to pick');
    await press(page, 'Back');
    await receiveTeapot(page, 'Z-09-09');
    await untilStatus(page, 'All synced');
    const { body } = await adapter.call('GET', '/positions?itemId=TEAPOT-1&warehouseId=WH-008');
    expect(Object(body).positions).toMatchObject([{ locationId: 'Z-09-09', onHand: 1 }]);
    await page.reload();
    await untilSeen(page, 'Warehouse WH-008');
  },
);
