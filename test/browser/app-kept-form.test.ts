import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { findChromium, openBrowser } from './chromium.ts';
import {
  beginWork,
  enter,
  locksOf,
  onHand,
  openAtWork,
  press,
  type ScannerAtWork,
  scan,
  TEAPOT,
  untilSeen,
} from './scanner-app.ts';
import { untilKept } from './until.ts';

const AS_LEFT = 'As you left it. It is not saved yet.';

describe.skipIf(findChromium() === undefined)('what is not saved yet', { timeout: 150_000 }, () => {
  test('is there again after the browser was killed, and is booked only when it is saved', async () => {
    const app = await openAtWork();
    const { page, adapter } = app;
    await press(page, 'Receive');
    for (let pieces = 0; pieces < 3; pieces++) await scan(page, TEAPOT);
    await scan(page, 'A-01-01');
    await untilFormIsKept(page);
    const again = await killAndOpen(app);
    await again.getByRole('heading', { name: 'Receive' }).waitFor();
    await untilSeen(again, AS_LEFT);
    await scan(again, TEAPOT);
    await press(again, 'Receive 4');
    await expect.poll(() => onHand(adapter, 'TEAPOT-1', 'A-01-01')).toBe(28);
    // What was left is not offered again.
    await press(again, 'Back');
    await again.getByRole('heading', { name: 'What is to be done?' }).waitFor();
    await untilFormIsKept(again);
    await again.reload();
    await again.getByRole('heading', { name: 'What is to be done?' }).waitFor();
  });

  test('is there again after its tab crashed: less or more, reason, and what was picked', async () => {
    const { page, adapter, browser, server } = await openAtWork();
    await press(page, 'Adjust');
    await scan(page, 'A-01-01');
    await scan(page, TEAPOT);
    await untilSeen(page, 'version 1');
    await page.getByRole('radio', { name: '+ More' }).check();
    await press(page, /^Reason/);
    await press(page, 'Found');
    await untilFormIsKept(page);
    await crash(page);
    const second = await browser.newPage();
    await second.goto(server.url);
    await untilSeen(second, AS_LEFT);
    await press(second, 'Adjust by +1');
    await expect.poll(() => onHand(adapter, 'TEAPOT-1', 'A-01-01')).toBe(25);
    await press(second, 'Back');
    await press(second, 'Pick');
    await press(second, /ORD-1001/);
    await press(second, /Teapot/);
    await scan(second, 'A-01-01');
    await scan(second, TEAPOT);
    await untilFormIsKept(second);
    await second.reload();
    await untilSeen(second, AS_LEFT);
    await press(second, 'Pick 6');
    // The next line of the order is there by itself.
    await second.getByRole('heading', { name: 'Mug, white, 0.3 l' }).waitFor();
    await expect.poll(() => onHand(adapter, 'TEAPOT-1', 'A-01-01')).toBe(19);
  });

  test('of a count goes on under the same lock, or says who counts there now', async () => {
    const { page, adapter } = await openAtWork();
    await press(page, 'Count');
    await scan(page, 'A-01-02');
    await untilSeen(page, /You count here until/);
    await scan(page, 'MUG-4');
    await enter(page, 118);
    await untilFormIsKept(page);
    const [before] = await locksOf(adapter);
    await page.reload();
    await untilSeen(page, AS_LEFT);
    await untilSeen(page, /You count here until/);
    const locks = await locksOf(adapter);
    expect(locks.map(({ lockId }) => lockId)).toEqual([before?.lockId]);
    await press(page, 'Save, next item');
    await untilSeen(page, '2 fewer than in the books');
    await scan(page, TEAPOT);
    await enter(page, 7);
    await untilFormIsKept(page);
    await adapter.call('DELETE', `/locks/${before?.lockId}`);
    await page.reload();
    await untilSeen(page, 'Your lock had ended meanwhile. Check what you have counted.');
    await untilFormIsKept(page);
    const [anew] = await locksOf(adapter);
    const by = { scannerId: 'SCANNER-09', userId: 'sue', reason: 'urgent recount' };
    const key = await adapter.register('SCANNER-09', ['WH-001']);
    await adapter.call('POST', `/locks/${anew?.lockId}/take-over`, by, key);
    await page.reload();
    await untilSeen(page, /Taken by sue until \d\d:\d\d/);
    await press(page, 'Another location');
    await untilFormIsKept(page);
    await page.reload();
    await page.getByRole('heading', { name: 'What is to be done?' }).waitFor();
  });

  test('of a count goes on without Wi-Fi, and of one that is asked for with what is asked', async () => {
    const { page, adapter, server, askToCount } = await openAtWork();
    await untilKept(page);
    const teapots = { warehouseId: 'WH-001', itemId: 'TEAPOT-1', locationId: 'A-01-01', lotNumber: null };
    await askToCount(teapots);
    await page.reload();
    await press(page, /^Count/);
    await press(page, /A-01-01/);
    await scan(page, 'A-01-01');
    await untilSeen(page, /You count here until/);
    await scan(page, TEAPOT);
    await enter(page, 23);
    await untilFormIsKept(page);
    const before = await locksOf(adapter);
    await server.goAway();
    await page.reload();
    await untilSeen(page, AS_LEFT);
    await untilSeen(page, /You count here until/);
    await server.comeBack();
    await press(page, 'Save and finish');
    await untilSeen(page, '1 fewer than in the books');
    expect(before).toHaveLength(1);
    // It is uploaded when the device tries again.
    await expect.poll(() => locksOf(adapter), { timeout: 30_000 }).toEqual([]);
    await expect.poll(() => onHand(adapter, 'TEAPOT-1', 'A-01-01')).toBe(23);
  });

  test('is there in the tab that takes the device over, and for nobody else', async () => {
    const { page, browser, server, adapter } = await openAtWork();
    await press(page, 'Move');
    await scan(page, 'A-01-01');
    await scan(page, TEAPOT);
    await enter(page, 9);
    await untilFormIsKept(page);
    const second = await browser.newPage();
    await second.goto(server.url);
    await press(second, 'Work here');
    await untilSeen(second, AS_LEFT);
    await scan(second, 'A-01-02');
    await press(second, 'Move 9');
    await expect.poll(() => onHand(adapter, 'TEAPOT-1', 'A-01-02')).toBe(9);
    await scan(second, TEAPOT);
    await press(second, 'Back');
    await press(second, 'Settings');
    await press(second, 'Hand over the device');
    await press(second, 'Sign out');
    await beginWork(second, 'BEN-1');
    await page.close();
    await second.reload();
    await second.getByRole('heading', { name: 'What is to be done?' }).waitFor();
  });
});

/** It is written after the frame that shows it, and the device answers in the order in which it is asked. */
async function untilFormIsKept(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let frame = 0; frame < 10; frame++) await new Promise((drawn) => requestAnimationFrame(drawn));
  });
  await scan(page, 'NO-SUCH-CODE');
  await untilSeen(page, /NO-SUCH-CODE/);
}

async function killAndOpen({ browser, profile, server }: ScannerAtWork): Promise<Page> {
  await browser.kill();
  const page = await (await openBrowser(profile)).newPage();
  await page.goto(server.url);
  return page;
}

/** Ends a tab's process with all its workers, as a handheld does that is short of memory. */
async function crash(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  // Nobody is left to answer.
  session.send('Page.crash').catch(() => undefined);
  await crashed;
}
