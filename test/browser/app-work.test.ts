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
  scan,
  TEAPOT,
  untilSeen,
  untilStatus,
} from './scanner-app.ts';
import { untilKept } from './until.ts';

describe.skipIf(findChromium() === undefined)('a worker', { timeout: 150_000 }, () => {
  test('receives without Wi-Fi, closes the app, and all is green when the Wi-Fi is back', async () => {
    const { page, server, adapter } = await openAtWork();
    await untilKept(page);
    await server.goAway();
    await press(page, 'Receive');
    for (const times of [1, 2, 3]) {
      for (let time = 0; time < times; time++) await scan(page, TEAPOT);
      if (times === 1) await scan(page, 'A-01-02');
      await press(page, `Receive ${times}`);
      await untilSeen(page, `Received ${times} × Teapot, blue at A-01-02`);
    }
    await untilStatus(page, '3 waiting');
    await untilStatus(page, 'Offline');
    await page.reload();
    await untilStatus(page, '3 waiting');
    await untilStatus(page, 'Ann Brook');
    expect(await onHand(adapter, 'TEAPOT-1', 'A-01-02')).toBe(0);
    await press(page, /^Queue/);
    // Nobody has installed the app.
    await untilSeen(page, /the browser may delete it/);
    await server.comeBack();
    await press(page, 'Upload now');
    await untilStatus(page, 'All synced');
    expect(await onHand(adapter, 'TEAPOT-1', 'A-01-02')).toBe(6);
  });

  test('picks an order from the pick list, and closes a line that falls short', async () => {
    const { page, adapter } = await openAtWork();
    await press(page, 'Pick');
    await untilSeen(page, 'Order ORD-1001');
    await scan(page, 'YOGHURT');
    await untilSeen(page, 'YOGHURT is not to be picked here');
    await press(page, /ORD-1001/);
    await press(page, /Teapot/);
    await untilSeen(page, 'B-07-03');
    await scan(page, 'A-01-01');
    await scan(page, 'MUG-4');
    await untilSeen(page, 'Wrong item: MUG-4');
    await scan(page, TEAPOT);
    await press(page, 'Pick 6');
    await untilSeen(page, 'Picked 6 × Teapot, blue');
    // The next line of the order is there by itself.
    await page.getByRole('heading', { name: 'Mug, white, 0.3 l' }).waitFor();
    await scan(page, 'A-01-02');
    await scan(page, 'MUG-4');
    await enter(page, 0);
    await press(page, 'Pick 0');
    await untilSeen(page, 'Nothing is picked. If nothing is left here, count the location.');
    await enter(page, 10);
    await press(page, 'Pick 10');
    await untilSeen(page, '10 of 12. What about the rest?');
    await press(page, 'Rest is not there: close');
    await untilSeen(page, /Order ORD-1001 is picked/);
    await untilStatus(page, 'All synced');
    await untilSeen(page, 'Order ORD-1002');
    expect(await page.getByRole('button', { name: /ORD-1001/ }).count()).toBe(0);
    expect(await onHand(adapter, 'TEAPOT-1', 'A-01-01')).toBe(18);
    expect(await onHand(adapter, 'MUG-4', 'A-01-02')).toBe(110);
    const { body } = await adapter.call('GET', '/pick-list?warehouseId=WH-001');
    expect(Object(body).picks).toMatchObject([{ orderId: 'ORD-1002', open: 3 }]);
  });

  test('counts with the lock, sees the books only afterwards, and lets the location go', async () => {
    const { page, adapter } = await openAtWork();
    await press(page, 'Count');
    await scan(page, TEAPOT);
    await untilSeen(page, `${TEAPOT} is no location`);
    await scan(page, 'B-07-03');
    await untilSeen(page, /You count here until/);
    await scan(page, 'A-01-01');
    await untilSeen(page, 'A-01-01 is no item');
    expect(await locksOf(adapter)).toMatchObject([
      { locationId: 'B-07-03', scannerId: 'SCANNER-08', userId: 'ann' },
    ]);
    await scan(page, TEAPOT);
    await enter(page, 57);
    expect(await page.getByText('60').filter({ visible: true }).count()).toBe(0);
    await press(page, 'Save, next item');
    await untilSeen(page, '3 fewer than in the books');
    expect(await locksOf(adapter)).toHaveLength(1);
    // Two lots lie there: it has to be said which is meant.
    await scan(page, 'YOGHURT');
    await enter(page, 55);
    await page.getByRole('button', { name: 'Save and finish' }).click({ force: true });
    await untilSeen(page, 'Lot is missing');
    await press(page, /^Lot/);
    await press(page, 'L-2412');
    await press(page, 'Save and finish');
    await untilSeen(page, 'The books agree');
    await untilStatus(page, 'All synced');
    expect(await locksOf(adapter)).toEqual([]);
    expect(await onHand(adapter, 'TEAPOT-1', 'B-07-03')).toBe(57);
    expect(await onHand(adapter, 'YOGHURT', 'B-07-03')).toBe(95);
  });

  test('moves pieces, corrects stock for a reason, and sees what is where', async () => {
    const { page, adapter, server } = await openAtWork();
    await press(page, 'Move');
    await scan(page, 'B-07-03');
    await scan(page, TEAPOT);
    await enter(page, 10);
    await scan(page, 'A-01-02');
    await press(page, 'Move 10');
    await untilSeen(page, 'Moved 10 × Teapot, blue to A-01-02');
    await press(page, 'Back');
    await press(page, 'Adjust');
    await scan(page, 'A-01-02');
    await scan(page, TEAPOT);
    await untilSeen(page, 'version 1');
    await press(page, 'One more');
    await press(page, 'Adjust by −2');
    await press(page, 'Damaged');
    await press(page, 'Adjust by −2');
    await untilSeen(page, '−2 Teapot, blue at A-01-02');
    await untilStatus(page, 'All synced');
    expect(await onHand(adapter, 'TEAPOT-1', 'B-07-03')).toBe(50);
    expect(await onHand(adapter, 'TEAPOT-1', 'A-01-02')).toBe(8);
    await press(page, 'Back');
    // A scan on the first screen looks it up.
    await scan(page, TEAPOT);
    await untilSeen(page, 'Live');
    await untilSeen(page, '82');
    await press(page, 'Back');
    await server.goAway();
    await press(page, 'Receive');
    await scan(page, TEAPOT);
    await scan(page, 'A-01-01');
    await enter(page, 4);
    await press(page, 'Receive 4');
    await untilStatus(page, '1 waiting');
    await press(page, 'Back');
    await scan(page, TEAPOT);
    await untilSeen(page, /As of \d\d:\d\d · \+4 still waits here/);
    await untilSeen(page, '86');
  });
});

test.skipIf(findChromium() === undefined)(
  'the lot of a task is what lies at its location, also after another location, or the item typed again',
  { timeout: 150_000 },
  async () => {
    const { page, adapter } = await openAtWork();
    await press(page, 'Adjust');
    // Nothing of it lies there.
    await scan(page, 'A-01-01');
    await scan(page, 'YOGHURT');
    await untilSeen(page, 'version 0');
    await scan(page, 'B-07-03');
    await untilSeen(page, 'Which lot?');
    await press(page, /^Lot/);
    await press(page, /L-2411/);
    await untilSeen(page, '40');
    await press(page, 'Back');
    await press(page, 'Adjust');
    await scan(page, 'A-01-01');
    await scan(page, TEAPOT);
    await untilSeen(page, 'version 1');
    await press(page, /^Item/);
    await page.getByLabel('Type the code').fill('TEAPOT-1');
    await press(page, 'OK');
    await untilSeen(page, 'version 1');
    await press(page, /^Reason/);
    await press(page, 'Damaged');
    await press(page, 'Adjust by −1');
    await untilStatus(page, 'All synced');
    expect(await onHand(adapter, 'TEAPOT-1', 'A-01-01')).toBe(23);
  },
);

test.skipIf(findChromium() === undefined)(
  'what is not saved yet stays while somebody looks at the queue',
  { timeout: 150_000 },
  async () => {
    const { page, adapter } = await openAtWork();
    await press(page, 'Receive');
    for (let pieces = 0; pieces < 3; pieces++) await scan(page, TEAPOT);
    await scan(page, 'A-01-01');
    await page.locator('.status').click();
    await page.getByRole('heading', { name: 'Queue' }).waitFor();
    await page.locator('.status').click();
    // Nobody sees the form now.
    await scan(page, TEAPOT);
    await untilSeen(page, `No scan is expected now: ${TEAPOT}`);
    await press(page, 'Back');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Receive');
    await scan(page, TEAPOT);
    await press(page, 'Receive 4');
    await untilStatus(page, 'All synced');
    await press(page, 'Back');
    await press(page, 'Adjust');
    await scan(page, 'A-01-01');
    await scan(page, TEAPOT);
    await untilSeen(page, 'version 2');
    await page.getByRole('radio', { name: '+ More' }).check();
    await press(page, /^Reason/);
    await press(page, 'Found');
    await page.locator('.status').click();
    await press(page, /Receipt 4/);
    await untilSeen(page, 'Booked by the server.');
    await press(page, 'Back');
    await press(page, 'Back');
    await press(page, 'Adjust by +1');
    await untilSeen(page, '+1 Teapot, blue at A-01-01');
    await press(page, 'Back');
    await press(page, 'Count');
    await scan(page, 'A-01-02');
    await untilSeen(page, /You count here until/);
    await scan(page, 'MUG-4');
    await enter(page, 118);
    const before = await locksOf(adapter);
    await page.locator('.status').click();
    await page.getByRole('heading', { name: 'Queue' }).waitFor();
    await press(page, 'Back');
    expect(await locksOf(adapter)).toEqual(before);
    await press(page, 'Save and finish');
    await untilSeen(page, '2 fewer than in the books');
    await expect.poll(() => locksOf(adapter)).toEqual([]);
    expect(await onHand(adapter, 'TEAPOT-1', 'A-01-01')).toBe(29);
  },
);

describe.skipIf(findChromium() === undefined)('a count', { timeout: 150_000 }, () => {
  test('that another has begun is told, and a supervisor takes it over for a reason', async () => {
    const app = await openScannerApp();
    const { page, adapter } = app;
    await countElsewhere(adapter, 'A-01-01');
    await putToWork(app, 'SUE-1');
    await press(page, 'Count');
    await scan(page, 'A-01-01');
    await untilSeen(page, /Taken by ben until \d\d:\d\d/);
    await press(page, 'Take over');
    await press(page, 'Shift has ended');
    await untilSeen(page, /You count here until/);
    expect(await locksOf(adapter)).toMatchObject([{ userId: 'sue', takenOver: { reason: 'shift ended' } }]);
    // Leaving without a count lets go of it.
    await press(page, 'Back');
    await page.waitForFunction(async () => !document.querySelector('h1')?.textContent?.includes('Count'));
    await expect.poll(() => locksOf(adapter)).toEqual([]);
  });

  test('goes on without a lock where there is no Wi-Fi', async () => {
    const { page, adapter, server } = await openAtWork();
    await server.goAway();
    await receiveTeapot(page, 'B-07-03');
    await untilStatus(page, 'Offline');
    await press(page, 'Back');
    await press(page, 'Count');
    await scan(page, 'A-01-01');
    await untilSeen(page, /Offline: you count without a lock/);
    await scan(page, TEAPOT);
    await enter(page, 25);
    await press(page, 'Save and finish');
    await untilSeen(page, '1 more than in the books');
    await untilStatus(page, '2 waiting');
    await server.comeBack();
    await untilStatus(page, 'All synced');
    expect(await onHand(adapter, 'TEAPOT-1', 'A-01-01')).toBe(25);
  });
});
