import type { Page } from 'playwright-core';
import type { DeviceState } from '../../apps/scanner/worker/device-host.ts';
import { type AppServer, serveApp } from './app-server.ts';
import { builtApp } from './built-app.ts';
import type { Browser } from './chromium.ts';
import { buildProbe } from './probe/build-probe.ts';
import type {} from './probe/probe.ts';

/** Serves the app with the probe's pages beside it, until the test is over. */
export async function serveProbe(): Promise<AppServer> {
  return serveApp([builtApp('scanner'), await buildProbe()]);
}

/** A tab with `window.probe`. */
export async function openProbe(browser: Browser, server: AppServer): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`${server.url}probe.html`);
  return page;
}

/** Fulfilled when the tab's device is in a state. */
export async function untilDevice(page: Page, kind: DeviceState['kind']): Promise<void> {
  await page.waitForFunction((wanted) => window.probe.states.at(-1)?.kind === wanted, kind);
}

/** The kinds of all states so far. */
export function statesOf(page: Page): Promise<DeviceState['kind'][]> {
  return page.evaluate(() => window.probe.states.map(({ kind }) => kind));
}
