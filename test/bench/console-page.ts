import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { adapterClient } from '../../local/replay/adapter-client.ts';
import { type Transaction, transactionResultsSchema } from '../../shared/contracts/transaction.ts';
import { signIn } from '../browser/console-person.ts';
import { bundle } from '../browser/probe/bundle.ts';
import { hasBrowser, withBrowser } from './bench-browser.ts';
import { type BenchStack, withStack } from './bench-stack.ts';
import { atMost, below, type Figure, figuresOf } from './figures.ts';
import { receipt } from './loads.ts';
import { drained, withServiceBus } from './service-bus-client.ts';

type Say = (line: string) => void;

const STARTS = 3;
/** Events a second while the page *Now* is looked at, sent so often, and for how many seconds. */
const RATE = 500;
const SENDS_A_SECOND = 10;
const SECONDS = 8;
/** Transactions of the item whose pages are turned, and how often. */
const HISTORY = 10_000;
const TURNS = 20;
/** A task that takes longer is felt as a pause (https://web.dev/articles/rail). */
const WANTED = { firstPaintSeconds: 1, frameMs: 50 };

const PARTS = ['service-bus', 'cosmos', 'azurite', 'functions', 'wms-adapter'] as const;
const WAREHOUSE = 'WH-001';
const LOCATION = 'C-01-01';
const LONG_ITEM = 'ITEM-10000';
const LIVE_ITEMS = Array.from({ length: 100 }, (_, index) => `ITEM-LIVE-${index}`);
/** Transactions of a call. */
const AT_ONCE = 500;
const PATIENCE_MS = 120_000;

/** The console in Chromium on the whole stack: when it is there, and how long its frames take under load and while the pages of a long history are turned. */
export async function measureConsolePage(say: Say): Promise<Figure[]> {
  if (!hasBrowser('console-page', say)) return [];
  return withStack(PARTS, async (stack) => {
    const client = adapterClient(stack.urls.adapter);
    await client.putItems([LONG_ITEM, ...LIVE_ITEMS].map((itemId) => ({ itemId })));
    await client.putLocations([{ warehouseId: WAREHOUSE, locationId: LOCATION }]);
    say(`console-page: ${HISTORY} transactions of an item`);
    for (let sent = 0; sent < HISTORY; sent += AT_ONCE) await post(stack, AT_ONCE, () => LONG_ITEM);
    await visible(stack);
    const firstPaints: number[] = [];
    for (let start = 0; start < STARTS; start += 1) firstPaints.push(await firstPaint(stack, start));
    say(`console-page: ${RATE} events a second for ${SECONDS} s`);
    const live = await onPage(stack, '', (page) => watchLive(stack, page));
    say(`console-page: turning pages`);
    const long = await onPage(stack, `items/${LONG_ITEM}`, readAndTurn);
    return toFigures(Math.max(...firstPaints), live, long);
  });
}

/** Seconds until a new browser shows something of the console. */
function firstPaint(stack: BenchStack, start: number): Promise<number> {
  return onPage(stack, '', startOf, `profile-${start}`);
}

async function startOf(page: Page): Promise<number> {
  await page.getByText('Live', { exact: true }).waitFor();
  const [paint] = await page.evaluate(() =>
    performance.getEntriesByName('first-contentful-paint').map(({ startTime }) => startTime),
  );
  if (paint === undefined) throw new Error('The browser does not say when it painted');
  return paint / 1_000;
}

/** Opens a page of the console in a browser process of its own. */
function onPage<Result>(
  { urls, dataFolder }: BenchStack,
  path: string,
  work: (page: Page) => Promise<Result>,
  profile = 'profile',
): Promise<Result> {
  return withBrowser(join(dataFolder, profile), async (browser) => {
    const page = await browser.newPage();
    await page.setViewportSize({ width: 1280, height: 860 });
    await signIn(page, 'reader');
    await page.goto(`${urls.functions}/api/console/${path}`);
    await page.evaluate(await bundle('console-work.ts'));
    return work(page);
  });
}

/** The longest frame of the page *Now* while events come, until all of them are in its figures. */
async function watchLive(stack: BenchStack, page: Page): Promise<number> {
  await page.getByText('Live', { exact: true }).waitFor();
  const before = await eventsOf(page);
  await page.evaluate('consoleWork.watch()');
  const begun = performance.now();
  for (let send = 0; send < SECONDS * SENDS_A_SECOND; send += 1) {
    await sleep(Math.max(0, begun + (send * 1_000) / SENDS_A_SECOND - performance.now()));
    await post(stack, RATE / SENDS_A_SECOND, (index) => LIVE_ITEMS[index] ?? LONG_ITEM);
  }
  const all = before + RATE * SECONDS;
  const giveUp = performance.now() + PATIENCE_MS;
  for (let shown = before; shown < all; shown = await eventsOf(page)) {
    if (performance.now() > giveUp) throw new Error(`The page shows ${shown} events of ${all}`);
    await sleep(200);
  }
  return Number(await page.evaluate('consoleWork.longest()'));
}

/** The figure of the first tile. */
async function eventsOf(page: Page): Promise<number> {
  const all = page.getByText(/^[\d,]+ in all$/).first();
  return Number((await all.textContent())?.replace(/\D/g, ''));
}

type LongHistory = { readonly readSeconds: number; readonly reading: number; readonly turning: number };

/** Of the item with the long history: how long it is read, and the longest frames. Milliseconds unless they are seconds. */
async function readAndTurn(page: Page): Promise<LongHistory> {
  const begun = performance.now();
  await page.evaluate('consoleWork.watch()');
  await page
    .getByText(`${HISTORY.toLocaleString('en-GB')} transactions read.`)
    .waitFor({ timeout: PATIENCE_MS });
  const readSeconds = (performance.now() - begun) / 1_000;
  const reading = Number(await page.evaluate('consoleWork.longest()'));
  await page.evaluate('consoleWork.watch()');
  await page.evaluate(`consoleWork.turn('Transactions', ${TURNS})`);
  return { readSeconds, reading, turning: Number(await page.evaluate('consoleWork.longest()')) };
}

function toFigures(firstPaintSeconds: number, live: number, { readSeconds, reading, turning }: LongHistory) {
  const figure = figuresOf('console-page');
  const frame = (name: string, ms: number) =>
    figure(`${name}: longest frame`, 'ms', ms, atMost(WANTED.frameMs, 'ms', Math.round(ms)));
  const wanted = below(WANTED.firstPaintSeconds, 's', firstPaintSeconds);
  return [
    figure('first paint, the latest', 's', firstPaintSeconds, wanted),
    frame(`${RATE} events a second`, live),
    figure(`${HISTORY.toLocaleString('en-GB')} transactions read`, 's', readSeconds),
    frame('while they are read', reading),
    frame('turning their pages', turning),
  ];
}

/** Scans of one piece, in one call. */
async function post({ urls }: BenchStack, count: number, itemOf: (index: number) => string): Promise<void> {
  const receipts: Transaction[] = Array.from({ length: count }, (_, index) =>
    receipt(itemOf(index), WAREHOUSE, LOCATION),
  );
  const response = await fetch(`${urls.adapter}/api/v1/transactions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(receipts),
  });
  const { results } = transactionResultsSchema.parse(await response.json());
  const refused = results.find(({ outcome }) => outcome !== 'applied');
  if (refused) throw new Error(`the adapter answered ${JSON.stringify(refused)}`);
}

/** Until projection and journal have all of it. */
function visible({ connections }: BenchStack): Promise<void> {
  return withServiceBus(connections.serviceBus, (client) =>
    drained(
      client,
      { subscription: 'atp-projection' },
      { queue: 'projection-retry' },
      { subscription: 'journal' },
    ),
  );
}
