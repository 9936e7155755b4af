import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { SCAN_GAP_MS } from '../../apps/scanner/app/input/wedge.ts';
import {
  type AdapterUnderTest,
  scan as scanOf,
  startAdapterUnderTest,
} from '../../apps/wms-adapter/adapter-under-test.ts';
import { decideOn, request } from '../../apps/wms-adapter/contract/fixtures.ts';
import type { PositionKey } from '../../apps/wms-adapter/database.ts';
import { cardText } from '../../apps/wms-adapter/device-card/card.ts';
import { openSqliteDatabase } from '../../apps/wms-adapter/sqlite/database.ts';
import { registeredDeviceSchema } from '../../shared/contracts/device.ts';
import { type RunningLock, runningLocksSchema } from '../../shared/contracts/location-lock.ts';
import { wmsPositionsSchema } from '../../shared/contracts/position.ts';
import { type AppServer, serveApp } from './app-server.ts';
import { builtApp } from './built-app.ts';
import { type Browser, complaintsOf, newProfile, openBrowser } from './chromium.ts';

/** A warehouse with people, items and stock, and the scanner's app as its adapter serves it. */
export type ScannerAtWork = {
  readonly adapter: AdapterUnderTest;
  /** In between: the Wi-Fi, which can go away. */
  readonly server: AppServer;
  readonly browser: Browser;
  /** What the browser stores, also after it was killed. */
  readonly profile: string;
  /** A tab with the app. */
  readonly page: Page;
  /** What the QR code of the device's card says. */
  readonly card: string;
  /** Has the cloud ask for counts; all of them are of one investigation. */
  askToCount(...positions: readonly PositionKey[]): Promise<void>;
  askToPick(...lines: readonly OrderLine[]): Promise<void>;
  /** Complaints of the browser: errors and warnings of its console. */
  readonly complaints: readonly string[];
};

/** A bar code of the teapot. */
export const TEAPOT = '4006381333931';

/**
 * Starts adapter, browser and app, until the test is over. The device is not set up yet.
 * @param warehouseIds of the device
 * @param flags more of Chromium's command line
 */
export async function openScannerApp({
  warehouseIds = ['WH-001'],
  flags = [],
}: {
  readonly warehouseIds?: readonly string[];
  readonly flags?: readonly string[];
} = {}): Promise<ScannerAtWork> {
  builtApp('scanner');
  const folder = mkdtempSync(join(tmpdir(), 'scanner-app-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const adapter = await startAdapterUnderTest({ STOCKBRIDGE_DATA: folder });
  onTestFinished(() => adapter.end());
  await furnish(adapter);
  await order(folder, ORDERS);
  const { body } = await adapter.call('PUT', '/devices/SCANNER-08', { warehouseIds });
  const card = cardText(registeredDeviceSchema.parse(body));
  const server = await serveApp([], adapter.url);
  const profile = newProfile();
  const browser = await openBrowser(profile, flags);
  const page = await browser.newPage();
  const complaints = complaintsOf(page);
  await page.goto(server.url);
  return {
    ...{ adapter, server, browser, profile, page, card, complaints },
    askToCount: (...positions) => recount(folder, positions),
    askToPick: (...lines) => order(folder, lines),
  };
}

async function furnish(adapter: AdapterUnderTest): Promise<void> {
  await adapter.call('PUT', '/items', [
    { itemId: 'TEAPOT-1', description: 'Teapot, blue', barcodes: [TEAPOT], maxQuantity: 100 },
    { itemId: 'MUG-4', description: 'Mug, white, 0.3 l', barcodes: ['4002590502505'], maxQuantity: 200 },
    { itemId: 'YOGHURT', description: 'Yoghurt, plain, 500 g', barcodes: ['09506000134352'] },
  ]);
  const warehouseId = 'WH-001';
  const locations = ['A-01-01', 'A-01-02', 'B-07-03'].map((locationId) => ({ warehouseId, locationId }));
  await adapter.call('PUT', '/locations', [...locations, { warehouseId: 'WH-008', locationId: 'Z-09-09' }]);
  const user = { warehouseIds: [warehouseId], pin: '2468' };
  await adapter.call('PUT', '/users/ann', { ...user, name: 'Ann Brook', role: 'worker', badge: 'ANN-1' });
  await adapter.call('PUT', '/users/sue', { ...user, name: 'Sue Field', role: 'supervisor', badge: 'SUE-1' });
  await adapter.call('PUT', '/users/ben', { ...user, name: 'Ben Hill', role: 'worker', badge: 'BEN-1' });
  await adapter.post(STOCK.map(scanOf));
}

/** What lies there at first. */
const STOCK = [
  { itemId: 'TEAPOT-1', locationId: 'A-01-01', quantity: 24 },
  { itemId: 'TEAPOT-1', locationId: 'B-07-03', quantity: 60 },
  { itemId: 'MUG-4', locationId: 'A-01-02', quantity: 120 },
  { itemId: 'YOGHURT', locationId: 'B-07-03', lotNumber: 'L-2411', quantity: 40 },
  { itemId: 'YOGHURT', locationId: 'B-07-03', lotNumber: 'L-2412', quantity: 55 },
];

/** The adapter's database, as the messages of the cloud reach it. */
function openDatabase(folder: string) {
  return openSqliteDatabase(join(folder, 'wms-adapter', 'wms.db'));
}

async function recount(folder: string, positions: readonly PositionKey[]): Promise<void> {
  const database = openDatabase(folder);
  await database.takeRecountOrder({
    ...{ investigationId: 'WH-001:TEAPOT-1:1', stepNumber: 1 },
    asked: {
      ...{ askedAt: new Date().toISOString(), askedBy: 'Carla Stein', reason: 'Look behind the pallet too.' },
      positions: positions.map((position) => ({ position, sinceVersion: 0 })),
    },
  });
  await database.close();
}

/** Two orders. */
const ORDERS: readonly OrderLine[] = [
  { orderId: 'ORD-1001', lineId: '1', itemId: 'TEAPOT-1', quantity: 6, priority: 5 },
  { orderId: 'ORD-1001', lineId: '2', itemId: 'MUG-4', quantity: 12, priority: 5 },
  { orderId: 'ORD-1002', lineId: '1', itemId: 'MUG-4', quantity: 3 },
];

type OrderLine = NonNullable<Parameters<typeof request>[0]> & {
  readonly orderId: string;
  readonly lineId: string;
};

async function order(folder: string, lines: readonly OrderLine[]): Promise<void> {
  const database = openDatabase(folder);
  await decideOn(
    database,
    lines.map((line) => request({ ...line, allocationId: `${line.orderId}:${line.lineId}:1` })),
  );
  await database.close();
}

/** Keystrokes of a hardware scanner: 4 ms apart by the clock of the events, and Enter at the end, with some scanners twice. */
export async function scan(page: Page, code: string, enters = 1): Promise<void> {
  const session = await page.context().newCDPSession(page);
  // What was typed a moment before would be part of it: nobody pulls a trigger that fast.
  await page.waitForTimeout(2 * SCAN_GAP_MS);
  const start = Date.now() / 1000;
  // Sent at once: on a machine that is busy they would else come as slowly as a person types.
  const enter = { text: '\r', key: 'Enter' };
  const keys = [
    ...[...code].map((text) => ({ text, key: text })),
    ...Array<typeof enter>(enters).fill(enter),
  ];
  await Promise.all(
    keys.flatMap(({ text, key }, index) => {
      const common = { key, timestamp: start + index * 0.004 };
      return [
        session.send('Input.dispatchKeyEvent', { ...common, type: 'keyDown', text }),
        session.send('Input.dispatchKeyEvent', { ...common, type: 'keyUp' }),
      ];
    }),
  );
  await session.detach();
}

/** Presses a button by what it says. */
export async function press(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('button', { name, exact: true }).first().click();
}

/** Enters a quantity with the keys on the screen. */
export async function enter(page: Page, quantity: number): Promise<void> {
  await press(page, /^Quantity/);
  for (const digit of String(quantity)) await press(page, digit);
  await press(page, 'OK');
}

/** Receives one teapot, from the first screen; the form stays open. */
export async function receiveTeapot(page: Page, locationId: string): Promise<void> {
  await press(page, 'Receive');
  await scan(page, TEAPOT);
  await scan(page, locationId);
  await press(page, 'Receive 1');
}

/** Fulfilled when a text is to be seen. */
export async function untilSeen(page: Page, words: string | RegExp): Promise<void> {
  await page.getByText(words).filter({ visible: true }).first().waitFor();
}

/** Fulfilled when the status bar says so. */
export async function untilStatus(page: Page, words: string): Promise<void> {
  await page.locator('.status', { hasText: words }).waitFor();
}

/** A page is never to be wider than the screen. */
export function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
}

/** Pieces that the adapter has at a location. */
export async function onHand(adapter: AdapterUnderTest, itemId: string, locationId: string): Promise<number> {
  const answer = await adapter.call('GET', `/positions?itemId=${itemId}&warehouseId=WH-001`);
  const { positions } = wmsPositionsSchema.parse(answer.body);
  const there = positions.filter((position) => position.locationId === locationId);
  return there.reduce((sum, position) => sum + position.onHand, 0);
}

/** Ben begins a count with another device. */
export async function countElsewhere(adapter: AdapterUnderTest, locationId: string): Promise<void> {
  const key = await adapter.register('SCANNER-09', ['WH-001']);
  const lock = { warehouseId: 'WH-001', locationId, scannerId: 'SCANNER-09', userId: 'ben' };
  await adapter.call('POST', '/locks', lock, key);
}

/** Counts under way, by the adapter. */
export async function locksOf(adapter: AdapterUnderTest): Promise<RunningLock[]> {
  const { body } = await adapter.call('GET', '/locks?warehouseId=WH-001');
  return runningLocksSchema.parse(body).locks;
}

/** Ben picks two teapots with another device. */
export async function pickElsewhere(adapter: AdapterUnderTest): Promise<void> {
  const pick = { type: 'pick', itemId: 'TEAPOT-1', locationId: 'A-01-01', quantity: 2 };
  const scannedAt = new Date().toISOString();
  await adapter.post(scanOf({ ...pick, scannedAt, scannerId: 'SCANNER-09', userId: 'ben' }));
}

/** The app, at work from the first: its device is set up and a person has signed in. */
export async function openAtWork(badge?: string): Promise<ScannerAtWork> {
  const app = await openScannerApp();
  await putToWork(app, badge);
  return app;
}

/** Sets the device up by its card and signs a person in. */
export async function putToWork({ page, card }: ScannerAtWork, badge?: string): Promise<void> {
  await untilSeen(page, 'Waiting for the device card');
  await scan(page, card);
  await beginWork(page, badge);
}

/** Signs a person in on a device that was just set up. */
export async function beginWork(page: Page, badge = 'ANN-1'): Promise<void> {
  await untilSeen(page, 'Scan your badge');
  await signIn(page, badge);
  await page.getByRole('heading', { name: 'What is to be done?' }).waitFor();
  // Items and locations are there.
  await page.getByText('Items and locations are not loaded yet').waitFor({ state: 'detached' });
}

/** Scans a badge and enters a PIN. */
export async function signIn(page: Page, badge: string, pin = '2468'): Promise<void> {
  await scan(page, badge);
  await page.getByRole('heading', { name: 'PIN' }).waitFor();
  for (const digit of pin) await page.getByRole('button', { name: digit, exact: true }).click();
  await press(page, /^(Sign in|Anmelden)$/);
}
