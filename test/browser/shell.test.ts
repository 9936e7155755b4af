import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startAdapterUnderTest } from '../../apps/wms-adapter/adapter-under-test.ts';
import { type AppServer, serveApp } from './app-server.ts';
import { seriousViolations } from './axe.ts';
import { builtApp } from './built-app.ts';
import { complaintsOf, findChromium, newProfile, openBrowser } from './chromium.ts';
import { lookForVersion, newVersion } from './new-version.ts';
import { openProbe, serveProbe, untilDevice } from './probe-page.ts';
import { untilKept } from './until.ts';

describe.skipIf(findChromium() === undefined)('the app shell', () => {
  test('loads under the policy that the adapter sends, and the browser complains of nothing', async () => {
    builtApp('scanner');
    const adapter = await startAdapterUnderTest();
    onTestFinished(() => adapter.end());
    const browser = await openBrowser(newProfile());
    const page = await browser.newPage();
    const complaints = complaintsOf(page);
    const answer = await page.goto(`${adapter.url}/scanner`);
    expect(answer?.headers()).toHaveProperty('content-security-policy');
    await untilOpen(page);
    await untilKept(page);
    expect(complaints).toEqual([]);
  });

  test('has nothing serious to find for axe', async () => {
    const server = await serveApp([builtApp('scanner')]);
    const browser = await openBrowser(newProfile());
    const page = await browser.newPage();
    await page.goto(server.url);
    await untilOpen(page);
    expect(await seriousViolations(page)).toEqual([]);
  });

  test('can be installed', async () => {
    const server = await serveApp([builtApp('scanner')]);
    const browser = await openBrowser(newProfile());
    const page = await browser.newPage();
    await page.goto(server.url);
    await untilKept(page);
    const session = await browser.context.newCDPSession(page);
    const { errors, url } = await session.send('Page.getAppManifest');
    expect({ errors, url }).toEqual({ errors: [], url: `${server.url}manifest.webmanifest` });
    expect(await session.send('Page.getInstallabilityErrors')).toEqual({ installabilityErrors: [] });
  });

  test('starts again, and from a browser that was closed, without a network', async () => {
    const server = await serveApp([builtApp('scanner')]);
    const profile = newProfile();
    const browser = await openBrowser(profile);
    const page = await browser.newPage();
    await page.goto(server.url);
    await untilKept(page);
    await server.goAway();
    await page.reload();
    await untilOpen(page);
    await browser.close();

    const later = await (await openBrowser(profile)).newPage();
    await later.goto(`${server.url}?from=the-home-screen`);
    await untilOpen(later);
  });

  test('keeps the old version until the page begins the new one', async () => {
    const server = await serveProbe();
    const page = await openProbe(await openBrowser(newProfile()), server);
    await untilKept(page);
    server.folders = [...server.folders, newVersion()];
    await lookForVersion(page);
    await page.waitForFunction(() => window.probe.versions.includes('ready'));
    expect(await titleOf(page, server)).toBe('Stockbridge scanner');
    await page.evaluate(async () => (await window.probe.shell)?.beginNewVersion());
    await page.waitForFunction(() => window.probe.versions.includes('begun'));
    expect(await titleOf(page, server)).toBe('Version 2');
    expect(await page.evaluate(() => window.probe.versions)).toEqual(['ready', 'begun']);
  });

  test('takes no page of a guest network for a new version', async () => {
    const server = await serveProbe();
    const page = await openProbe(await openBrowser(newProfile()), server);
    await untilKept(page);
    const version = newVersion();
    writeFileSync(join(version, 'index.html'), '<!doctype html><title>Please sign in to the Wi-Fi</title>');
    server.folders = [...server.folders, version];
    expect(await fateOfNewVersion(page)).toBe('redundant');
    expect(await titleOf(page, server)).toBe('Stockbridge scanner');
    expect(await page.evaluate(() => window.probe.versions)).toEqual([]);
  });

  test('is woken by Background Sync when the network is back', async () => {
    const server = await serveProbe();
    const browser = await openBrowser(newProfile());
    const page = await openProbe(browser, server);
    await untilKept(page);
    await untilDevice(page, 'running');
    await browser.context.setOffline(true);
    await page.evaluate(async () => (await window.probe.shell)?.askForWakeUp());
    expect(await page.evaluate(() => window.probe.wakeUps)).toBe(0);
    await browser.context.setOffline(false);
    await page.waitForFunction(() => window.probe.wakeUps > 0);
  });
});

/** The device is open: the page, its worker and SQLite are loaded. */
async function untilOpen(page: Page): Promise<void> {
  await page.locator('html[data-device=running]').waitFor();
}

/** What becomes of the version that is there to be found. */
function fateOfNewVersion(page: Page): Promise<ServiceWorkerState> {
  return page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    return new Promise<ServiceWorkerState>((tell) => {
      registration.addEventListener('updatefound', () => {
        const found = registration.installing;
        found?.addEventListener('statechange', () => tell(found.state));
      });
      void registration.update();
    });
  });
}

/** Of the app as it would be opened now. */
async function titleOf(page: Page, server: AppServer): Promise<string | undefined> {
  const html = await page.evaluate(async (url) => (await fetch(url)).text(), server.url);
  return /<title>(.*)<\/title>/.exec(html)?.[1];
}
