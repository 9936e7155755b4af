import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { findChromium } from './chromium.ts';
import {
  countElsewhere,
  enter,
  onHand,
  openAtWork,
  pickElsewhere,
  press,
  receiveTeapot,
  type ScannerAtWork,
  scan,
  signIn,
  TEAPOT,
  untilSeen,
  untilStatus,
} from './scanner-app.ts';

/** Pieces of the teapot on the shelf, by the adapter. */
function teapots({ adapter }: ScannerAtWork): Promise<number> {
  return onHand(adapter, 'TEAPOT-1', 'A-01-01');
}

/** Corrects the teapots by one less, while another takes two. */
async function conflict(app: ScannerAtWork): Promise<void> {
  const { page, adapter } = app;
  await press(page, 'Adjust');
  await scan(page, 'A-01-01');
  await scan(page, TEAPOT);
  await untilSeen(page, 'version 1');
  await press(page, /^Reason/);
  await press(page, 'Missing');
  await pickElsewhere(adapter);
  await press(page, 'Adjust by −1');
  await untilSeen(page, '1 scan needs a decision');
}

/** From now on the app speaks German. */
async function inGerman(page: Page): Promise<void> {
  await press(page, 'Settings');
  await page.getByRole('radio', { name: 'Deutsch' }).check();
  await press(page, 'Zurück');
}

describe.skipIf(findChromium() === undefined)('a scan that needs a person', { timeout: 150_000 }, () => {
  test('because stock has changed shows what is there now, and is sent again or dropped with a reason', async () => {
    const app = await openAtWork();
    const { page } = app;
    await conflict(app);
    await untilStatus(page, '1 needs you');
    expect(await teapots(app)).toBe(22);
    await press(page, 'Look');
    await press(page, /Adjustment −1/);
    await untilSeen(page, 'Stock has changed meanwhile');
    // 22 now, 21 afterwards.
    await untilSeen(page, '22');
    await untilSeen(page, '21');
    await press(page, 'Send again');
    await untilStatus(page, 'All synced');
    expect(await teapots(app)).toBe(21);
  });

  test('is dropped for a reason only, and stays in the list', async () => {
    const app = await openAtWork();
    const { page } = app;
    await conflict(app);
    await press(page, 'Look');
    await press(page, /Adjustment −1/);
    await press(page, 'Drop it');
    await press(page, 'Another reason …');
    await page.getByLabel('Reason').fill('The box was behind the shelf');
    await press(page, 'OK');
    await untilStatus(page, 'Ready');
    expect(await teapots(app)).toBe(22);
    await press(page, /^Dropped/);
    await press(page, /Adjustment −1/);
    await untilSeen(page, 'The box was behind the shelf');
    await untilSeen(page, /Dropped by ann/);
  });

  test('because another counts there says who and until when, and waits or goes on', async () => {
    const app = await openAtWork();
    const { page, adapter } = app;
    await countElsewhere(adapter, 'A-01-01');
    await receiveTeapot(page, 'A-01-01');
    await untilSeen(page, '1 scan needs a decision');
    await press(page, 'Look');
    await press(page, /Receipt 1/);
    await untilSeen(page, /ben counts with SCANNER-09 until \d\d:\d\d/);
    await press(page, 'Wait');
    await untilStatus(page, '1 needs you');
    expect(await teapots(app)).toBe(24);
    await press(page, /Receipt 1/);
    await press(page, 'Go on anyway');
    await untilStatus(page, 'All synced');
    expect(await teapots(app)).toBe(25);
    await press(page, /^Synced/);
    await press(page, /Receipt 1/);
    await untilSeen(page, 'Another was counting there: the location is counted again.');
  });

  test('because the server did not take it says why in the language of the worker', async () => {
    const { page, adapter, server } = await openAtWork('BEN-1');
    await inGerman(page);
    await server.goAway();
    await press(page, 'Eingang');
    await scan(page, TEAPOT);
    await scan(page, 'A-01-01');
    await press(page, '1 einbuchen');
    await untilStatus(page, '1 wartet');
    // Ben is told to work elsewhere before his scan has reached the server.
    await adapter.call('PUT', '/users/ben', { role: 'worker', warehouseIds: ['WH-008'] });
    await server.comeBack();
    await untilStatus(page, '1 braucht dich');
    await press(page, 'Ansehen');
    await press(page, /Eingang 1/);
    await untilSeen(page, 'Person: ben arbeitet in WH-008, nicht in diesem Lager');
  });

  test('is told beside a long word for the connection', async () => {
    const app = await openAtWork();
    const { page, adapter } = app;
    await inGerman(page);
    await countElsewhere(adapter, 'A-01-01');
    for (const place of ['A-01-01', 'A-01-02']) {
      await press(page, 'Eingang');
      await scan(page, TEAPOT);
      await scan(page, place);
      await press(page, '1 einbuchen');
      await untilStatus(page, '1 braucht dich');
      await press(page, 'Zurück');
      await adapter.call('DELETE', '/devices/SCANNER-08');
    }
    await untilStatus(page, 'Schlüssel ungültig');
    const [state, who] = await Promise.all(
      ['.status__state strong', '.status__line'].map((part) => page.locator(part).boundingBox()),
    );
    expect(who?.x).toBeGreaterThanOrEqual((state?.x ?? 0) + (state?.width ?? Number.NaN));
  });

  test('because the server did not take it is put right by the next person, and sent again', async () => {
    const app = await openAtWork('BEN-1');
    const { page, adapter, server } = app;
    await server.goAway();
    await press(page, 'Receive');
    await scan(page, TEAPOT);
    await scan(page, 'A-01-01');
    await scan(page, TEAPOT);
    await press(page, 'Receive 2');
    await untilStatus(page, '1 waiting');
    // Ben leaves before his scan has reached the server, and hands the device over.
    await adapter.call('PUT', '/users/ben', { role: 'worker', warehouseIds: ['WH-001'], isActive: false });
    await press(page, 'Back');
    await press(page, 'Settings');
    await press(page, 'Hand over the device');
    await untilSeen(page, '1 scan still waits');
    await press(page, 'Sign out');
    await server.comeBack();
    await untilStatus(page, '1 needs you');
    // Nobody may look at it yet.
    await untilSeen(page, '1 scan needs a decision');
    expect(await page.getByRole('button', { name: 'Look' }).count()).toBe(0);
    await signIn(page, 'ANN-1');
    await untilSeen(page, 'Hello Ann Brook');
    await press(page, '1 scan needs a decision');
    await press(page, /Receipt 2/);
    await untilSeen(page, 'The server did not take it');
    await untilSeen(page, /^User: /);
    // What is put right is asked about like what is scanned.
    await enter(page, 5_000);
    await press(page, 'Correct and send');
    await untilSeen(page, '5,000 is a lot: usual are up to 100.');
    await press(page, 'No, change it');
    await untilStatus(page, '1 needs you');
    // It was one piece more, at another place.
    await enter(page, 3);
    await scan(page, 'A-01-02');
    await press(page, 'Correct and send');
    await untilStatus(page, 'All synced');
    const { body } = await adapter.call(
      'GET',
      '/positions?locationId=A-01-02&itemId=TEAPOT-1&warehouseId=WH-001',
    );
    expect(Object(body).positions).toMatchObject([{ onHand: 3 }]);
    expect(await teapots(app)).toBe(24);
  });
});
