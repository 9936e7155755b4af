import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { DeviceStatus } from '../../apps/scanner/core/scanner-device.ts';
import { findChromium, limitStorage, newProfile, openBrowser } from './chromium.ts';
import { openProbe, untilDevice } from './probe-page.ts';
import { openWarehouse } from './scanner-warehouse.ts';
import { until } from './until.ts';

describe.skipIf(findChromium() === undefined)('a scan that the device said it has stored', () => {
  test('is there after its tab crashed that moment, and after the browser was killed, and is booked once', async () => {
    const profile = newProfile();
    const { server, browser, page, onHand } = await openDevice(profile);
    await server.goAway();
    const beforeCrash = await receiveUntil(page, 25, () => crash(page));
    await server.comeBack();
    const second = await openProbe(browser, server);
    await untilDevice(second, 'running');
    await server.goAway();
    const beforeKill = await receiveUntil(second, 25, () => browser.kill());
    await server.comeBack();
    const third = await openProbe(await openBrowser(profile), server);
    await untilDevice(third, 'running');
    await expectBookedOnce(third, [...beforeCrash, ...beforeKill], onHand);
  });

  test('is there after the device was taken over that moment, and is booked once', async () => {
    const { server, browser, page, onHand } = await openDevice();
    const second = await openProbe(browser, server);
    await untilDevice(second, 'elsewhere');
    const stored = await receiveUntil(page, 25, () =>
      second.evaluate(() => window.probe.connection.takeOver()),
    );
    await untilDevice(second, 'running');
    await expectBookedOnce(second, stored, onHand);
  });
});

test.skipIf(findChromium() === undefined)(
  'a scan that finds no room is not stored, which the device says, and what is stored stays, and goes to the server',
  async () => {
    const { server, page, onHand } = await openDevice();
    await server.goAway();
    await limitStorage(page, 1);
    const answers = await receive(page, 2_000);
    expect(answers.at(-1)).toMatchObject({ kind: 'storage-full' });
    const stored = answers.slice(0, -1).map(({ transactionId }) => transactionId);
    expect(await keptIn(page)).toEqual(stored);
    await server.comeBack();
    await expect.poll(onHand, { timeout: 30_000 }).toBe(stored.length);
    await untilOnline(page);
    await limitStorage(page);
    expect(await receive(page, 1)).toMatchObject([{ kind: 'stored' }]);
  },
);

test.skipIf(findChromium() === undefined)(
  'with a full storage all that waits is uploaded and known as synced, and then there is room for scans again',
  { timeout: 150_000 },
  async () => {
    const { server, page, onHand } = await openDevice();
    await server.goAway();
    const { usage = 0 } = await page.evaluate(() => navigator.storage.estimate());
    await limitStorage(page, usage + 5 * 1024 * 1024);
    const stored = (await receive(page, 5_000)).slice(0, -1).map(({ transactionId }) => transactionId);
    expect(stored.length).toBeGreaterThan(20);
    expect(stored.length).toBeLessThan(4_999);
    await server.comeBack();
    await untilSynced(page);
    expect(await onHand()).toBe(stored.length);
    const more = await receive(page, 200);
    expect(more.map(({ kind }) => kind)).toEqual(Array.from({ length: 200 }).fill('stored'));
    await untilSynced(page);
    expect(await onHand()).toBe(stored.length + 200);
  },
);

test.skipIf(findChromium() === undefined)(
  'a device hears from the browser that the network is gone and back, and uploads at once',
  async () => {
    const { browser, page, onHand } = await openDevice();
    const watched = await page.evaluateHandle(() => {
      const seen: DeviceStatus[] = [];
      void window.probe.device.watch((status) => seen.push(status));
      return seen;
    });
    await browser.context.setOffline(true);
    await page.waitForFunction((seen) => seen.at(-1)?.connection === 'offline', watched);
    await receive(page, 1);
    await page.waitForFunction((seen) => seen.at(-1)?.counts.queued === 1, watched);
    await browser.context.setOffline(false);
    await page.waitForFunction((seen) => seen.at(-1)?.counts.synced === 1, watched);
    expect(await onHand()).toBe(1);
  },
);

/** A browser with one tab, whose device is one of a warehouse. */
async function openDevice(profile = newProfile()) {
  const { server, putToWork, onHand } = await openWarehouse();
  const browser = await openBrowser(profile);
  const page = await openProbe(browser, server);
  await putToWork(page);
  return { server, browser, page, onHand };
}

type Received = { readonly kind: string; readonly transactionId?: string };

/** Receives single pieces one after another, until one is not stored. */
function receive(page: Page, times: number): Promise<Received[]> {
  return page.evaluate(async (most) => {
    const answers: Received[] = [];
    for (let time = 1; time <= most; time++) {
      const answer = await window.probe.receiveOne();
      answers.push(answer);
      if (answer.kind !== 'stored') break;
    }
    return answers;
  }, times);
}

/** Receives single pieces without an end; ids of what the page was told is stored, when `act` has ended it after so many. */
async function receiveUntil(page: Page, times: number, act: () => Promise<unknown>): Promise<string[]> {
  const stored: string[] = [];
  const enough = Promise.withResolvers<void>();
  await page.exposeFunction('tellStored', (transactionId: string) => {
    if (stored.push(transactionId) === times) enough.resolve();
  });
  const ended = page
    .evaluate(async () => {
      for (;;) {
        const { transactionId } = await window.probe.receiveOne();
        if (transactionId !== undefined) await window.tellStored(transactionId);
      }
    })
    .catch(() => undefined);
  await enough.promise;
  await act();
  await ended;
  return stored;
}

/** Ends a tab's process with all its workers, as a handheld does that is short of memory; the browser goes on. */
async function crash(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  // Nobody is left to answer.
  session.send('Page.crash').catch(() => undefined);
  await crashed;
}

/** Ids of all scans on the device, the oldest first. */
async function keptIn(page: Page): Promise<string[]> {
  const scans = await page.evaluate(() => window.probe.device.scans({ limit: 5_000 }));
  return scans.map(({ transaction }) => transaction.transactionId).reverse();
}

/** What was stored is on the device, and booked once, with what was about to be stored. */
async function expectBookedOnce(page: Page, stored: string[], onHand: () => Promise<number>): Promise<void> {
  const kept = await keptIn(page);
  expect(kept).toEqual(expect.arrayContaining(stored));
  await untilSynced(page);
  expect(await onHand()).toBe(kept.length);
}

/** It has tried to write down what the server answered. */
function untilOnline(page: Page): Promise<void> {
  return page.evaluate(
    () =>
      new Promise<void>((heard) => {
        void window.probe.device.watch(({ connection }) => connection === 'online' && heard());
      }),
  );
}

async function untilSynced(page: Page): Promise<void> {
  await page.evaluate(() => window.probe.device.syncNow());
  await until(page, async () => {
    const scans = await window.probe.device.scans({ limit: 5_000 });
    return scans.every(({ state }) => state === 'synced');
  });
}
