import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { findChromium } from './chromium.ts';
import {
  isTooWide,
  onHand,
  openAtWork,
  openScannerApp,
  press,
  scan,
  signIn,
  TEAPOT,
  untilSeen,
  untilStatus,
} from './scanner-app.ts';
import { untilKept } from './until.ts';

async function signOut(page: Page): Promise<void> {
  await press(page, 'Settings');
  await press(page, 'Hand over the device');
  await press(page, 'Sign out');
  await untilSeen(page, 'Scan your badge');
}

describe.skipIf(findChromium() === undefined)('a device', { timeout: 150_000 }, () => {
  test('takes no card but its own, and says why', async () => {
    const app = await openScannerApp();
    const { page } = app;
    await untilSeen(page, 'Waiting for the device card');
    await scan(page, TEAPOT);
    await untilSeen(page, /^That is not a device card/);
    await scan(page, 'stockbridge:device?id=SCANNER-08&key=sbk_wrong');
    await untilSeen(page, /The server does not take this card/);
    const key = new URL(app.card).searchParams.get('key') ?? '';
    await scan(page, `stockbridge:device?id=SCANNER-09&key=${key}`);
    await untilSeen(page, 'The key belongs to SCANNER-08, not to SCANNER-09. Ask for a new card.');
    await press(page, 'Type it in instead');
    // A label on the device, or what somebody sent.
    await scan(page, 'SCANNER-08');
    await scan(page, key);
    await expect.poll(() => page.getByLabel('Key', { exact: true }).inputValue()).toBe(key);
    expect(await page.getByLabel('Name of the device').inputValue()).toBe('SCANNER-08');
    await press(page, 'Set up');
    await untilSeen(page, 'Scan your badge');
  });

  test('is handed over: a wrong PIN lets nobody in, and after five it has to be waited', async () => {
    const { page } = await openAtWork();
    await signOut(page);
    await signIn(page, 'BEN-1', '1111');
    await untilSeen(page, 'Badge or PIN is wrong.');
    for (let time = 2; time <= 6; time++) {
      for (const digit of '1111') await press(page, digit);
      await press(page, 'Sign in');
      await untilSeen(
        page,
        time < 6 ? 'Badge or PIN is wrong.' : /Too many wrong PINs. Try again at \d\d:\d\d./,
      );
    }
    await press(page, 'Back');
    await signIn(page, 'SUE-1');
    await untilSeen(page, 'Hello Sue Field');
  });

  test('lets in offline who was here before, and nobody else', async () => {
    const { page, server } = await openAtWork();
    await signOut(page);
    await server.goAway();
    await signIn(page, 'BEN-1');
    await untilSeen(page, /this badge has not signed in here in the last 12 hours/);
    await press(page, 'Back');
    await signIn(page, 'ANN-1');
    await untilSeen(page, /Hello Ann Brook. Signed in offline until/);
  });

  test('speaks German to whoever wants it, and remembers that', async () => {
    const { page, server } = await openAtWork();
    await press(page, 'Settings');
    await page.getByRole('radio', { name: 'Deutsch' }).check();
    await page.getByRole('radio', { name: 'Dunkel' }).check();
    await page.getByRole('heading', { name: 'Einstellungen' }).waitFor();
    await untilKept(page);
    await server.goAway();
    await page.reload();
    await page.getByRole('heading', { name: 'Was ist zu tun?' }).waitFor();
    expect(await page.evaluate(() => ({ ...document.documentElement.dataset }))).toMatchObject({
      theme: 'dark',
    });
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('de');
    await press(page, 'Eingang');
    await scan(page, TEAPOT);
    await scan(page, 'NO-SUCH');
    await untilSeen(page, 'NO-SUCH ist hier nicht bekannt');
    await scan(page, 'A-01-01');
    await press(page, '1 einbuchen');
    await untilStatus(page, '1 wartet');
    expect(await isTooWide(page)).toBe(false);
  });

  test('is open in one tab, and another takes it over when it is asked to', async () => {
    const { page, server, browser } = await openAtWork();
    const second = await browser.newPage();
    await second.goto(server.url);
    await untilSeen(second, 'Open elsewhere');
    await press(second, 'Work here');
    await second.getByRole('heading', { name: 'What is to be done?' }).waitFor();
    await untilSeen(page, 'Another tab has taken the scanner over.');
  });

  test('is taken over before it has stored a scan, and then has it stored by the tab that did', async () => {
    const app = await openAtWork();
    const { page, server, browser, adapter } = app;
    await press(page, 'Receive');
    await scan(page, TEAPOT);
    await scan(page, 'A-01-01');
    await untilSeen(page, 'Location A-01-01');
    // What the page asks its worker next is not heard.
    await page.evaluate(() => {
      MessagePort.prototype.postMessage = () => undefined;
    });
    await press(page, 'Receive 1');
    const second = await browser.newPage();
    await second.goto(server.url);
    await press(second, 'Work here');
    await untilSeen(second, 'Stored, from the other tab: Receipt 1 × Teapot, blue');
    await untilStatus(second, 'All synced');
    expect(await onHand(adapter, 'TEAPOT-1', 'A-01-01')).toBe(25);
    await page.close();
    await untilStatus(second, 'All synced');
  });
});
