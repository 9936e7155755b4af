import { join } from 'node:path';
import { build } from 'hdr-histogram-js';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { type Browser, slowDown } from '../browser/chromium-process.ts';
import { bundle, PROBE_PAGE, probeScript } from '../browser/probe/bundle.ts';
import { hasBrowser, withBrowser } from './bench-browser.ts';
import { withStack } from './bench-stack.ts';
import { below, type Figure, figuresOf } from './figures.ts';
import { registerScanner, type ScannerAtWork } from './scanner-at-work.ts';

type Say = (line: string) => void;

const QUEUED = 5_000;
const SAVES = 250;
/** So many times slower than this machine is a handheld; the worker with the database cannot be slowed down. */
const SLOWER = 4;
const STARTS = 3;
const WANTED = { storedMs: 50, startSeconds: 2 };

const timesSchema = z.object({ filled: z.array(z.number()), stored: z.array(z.number()) });

/** The app in Chromium, without Wi-Fi and with a long queue: how long it takes to start, and to take and store a scan. */
export async function measureScannerPage(say: Say): Promise<Figure[]> {
  if (!hasBrowser('scanner-page', say)) return [];
  return withStack(['service-bus', 'wms-adapter'], async ({ urls, parts, dataFolder }) => {
    const scanner = await registerScanner(urls.adapter, ['ITEM-1']);
    const app = `${urls.adapter}/scanner/`;
    const profile = join(dataFolder, 'profile');
    say(`scanner-page: storing ${QUEUED} scans without Wi-Fi`);
    await withBrowser(profile, async (browser) => {
      const page = await browser.newPage();
      await openProbe(page, app, scanner);
      parts['wms-adapter']?.kill('SIGKILL');
      await page.evaluate(`shift.store(${QUEUED})`);
    });
    const starts: number[] = [];
    for (let start = 0; start < STARTS; start += 1)
      starts.push(await withBrowser(profile, async (browser) => open(await browser.newPage(), app)));
    say(`scanner-page: receiving ${SAVES} times`);
    const times = await withBrowser(profile, (browser) => receive(browser, app));
    return toFigures(Math.max(...starts), times);
  });
}

/** A page that has the device to itself: it is set up, and the browser keeps the app. */
async function openProbe(page: Page, app: string, { card, badge, pin }: ScannerAtWork): Promise<void> {
  await page.route(`${app}probe.html`, (route) =>
    route.fulfill({ contentType: 'text/html', body: PROBE_PAGE }),
  );
  const script = await probeScript();
  await page.route(`${app}assets/probe.js`, (route) =>
    route.fulfill({ contentType: 'text/javascript', body: script }),
  );
  await page.goto(`${app}probe.html`);
  await page.evaluate(await bundle('shift.ts'));
  await page.evaluate(`shift.begin(${JSON.stringify(card)}, '${badge}', '${pin}')`);
}

/** Seconds until the app can be worked with. */
async function open(page: Page, app: string): Promise<number> {
  const begun = performance.now();
  await page.goto(app, { waitUntil: 'commit' });
  await page.getByRole('button', { name: 'Receive' }).waitFor();
  return (performance.now() - begun) / 1_000;
}

async function receive(browser: Browser, app: string): Promise<z.infer<typeof timesSchema>> {
  const page = await browser.newPage();
  await open(page, app);
  await page.getByText(`${QUEUED.toLocaleString('en-GB')} waiting`).waitFor();
  await slowDown(browser, page, SLOWER);
  // By a key: without a person's hand a page makes no sound, and a mouse pointer, which no handheld has, would be followed all the time.
  await page.getByRole('button', { name: 'Receive' }).press('Enter');
  await page.evaluate(await bundle('shift.ts'));
  return timesSchema.parse(await page.evaluate(`shift.receive(${SAVES})`));
}

function toFigures(startSeconds: number, { filled, stored }: z.infer<typeof timesSchema>): Figure[] {
  const figure = figuresOf('scanner-page');
  const scan = percentiles(filled);
  const save = percentiles(stored);
  return [
    figure('offline start, the longest', 's', startSeconds, below(WANTED.startSeconds, 's', startSeconds)),
    figure('scan → in its field, p50', 'ms', scan(50)),
    figure('scan → in its field, p99', 'ms', scan(99)),
    figure('saved → stored and shown, p50', 'ms', save(50)),
    figure('saved → stored and shown, p99', 'ms', save(99), below(WANTED.storedMs, 'ms', save(99))),
    figure('saved → stored and shown, longest', 'ms', save(100)),
  ];
}

/** Of milliseconds. */
function percentiles(times: readonly number[]): (percentile: number) => number {
  const histogram = build();
  for (const time of times) histogram.recordValue(Math.round(time * 1_000));
  return (percentile) => histogram.getValueAtPercentile(percentile) / 1_000;
}
