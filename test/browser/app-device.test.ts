import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { findChromium } from './chromium.ts';
import { lookForVersion, newVersion } from './new-version.ts';
import { qrCamera } from './qr-camera.ts';
import { beginWork, openAtWork, openScannerApp, press, scan, TEAPOT, untilSeen } from './scanner-app.ts';
import { untilKept } from './until.ts';

declare global {
  interface Window {
    /** What was felt and heard: patterns of vibration, hertz of tones. */
    noticed: { buzzes: (number | number[])[]; tones: number[] };
  }
}

/** Runs in a page: notes what it makes the device do, which does it all the same. */
function noteSignals(): void {
  const noticed: Window['noticed'] = { buzzes: [], tones: [] };
  window.noticed = noticed;
  const vibrate = navigator.vibrate.bind(navigator);
  navigator.vibrate = (pattern) => {
    const felt = typeof pattern === 'number' ? pattern : [...pattern];
    noticed.buzzes.push(felt);
    return vibrate(felt);
  };
  window.OscillatorNode = class extends OscillatorNode {
    override start(when?: number) {
      noticed.tones.push(this.frequency.value);
      super.start(when);
    }
  };
}

/** What was noticed since this was asked last. */
function noticedIn(page: Page): Promise<Window['noticed']> {
  return page.evaluate(() => {
    const { buzzes, tones } = window.noticed;
    return { buzzes: buzzes.splice(0), tones: tones.splice(0) };
  });
}

/** After the next frame and what was to be done after it, such as a sound. */
function drawn(page: Page): Promise<void> {
  return page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => setTimeout(() => setTimeout(done)))),
  );
}

describe.skipIf(findChromium() === undefined)('the device', { timeout: 150_000 }, () => {
  test('is set up and scans with its camera, and is heard and felt, unless that is switched off', async () => {
    const camera = qrCamera();
    const { page, browser, server, card } = await openScannerApp({ flags: camera.flags });
    await camera.connect(page);
    await page.addInitScript(noteSignals);
    await page.goto(server.url);
    await untilSeen(page, 'Waiting for the device card');
    const { origin } = new URL(server.url);

    // Nobody has allowed it yet.
    await browser.context.clearPermissions();
    await browser.context.grantPermissions([], { origin });
    await press(page, 'Scan with the camera');
    await untilSeen(page, 'The camera cannot be used.');
    await press(page, 'Close');
    await browser.context.grantPermissions(['camera'], { origin });
    camera.hold(TEAPOT);
    await press(page, 'Scan with the camera');
    await untilSeen(page, /^That is not a device card/);
    camera.hold(card);
    await press(page, 'Scan with the camera');
    await beginWork(page);

    await press(page, 'Receive');
    await noticedIn(page);
    camera.hold(TEAPOT);
    await press(page, 'Scan with the camera');
    await untilSeen(page, 'Teapot, blue, 1 piece');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await expect.poll(() => noticedIn(page)).toEqual({ buzzes: [60], tones: [1_046, 1_568] });
    await scan(page, 'NO-SUCH-CODE');
    await untilSeen(page, 'NO-SUCH-CODE is not known here');
    await expect.poll(() => noticedIn(page)).toEqual({ buzzes: [[140, 70, 140]], tones: [196, 156] });

    await press(page, 'Back');
    await press(page, 'Settings');
    for (const name of ['Sound', 'Vibration'])
      await page.getByRole('group', { name }).getByRole('radio', { name: 'Off' }).check();
    await press(page, 'Back');
    await noticedIn(page);
    await scan(page, 'NO-SUCH-CODE');
    await untilSeen(page, 'NO-SUCH-CODE is not known here');
    await drawn(page);
    expect(await noticedIn(page)).toEqual({ buzzes: [], tones: [] });
  });

  test('tells of a new version on the first page, and begins it when somebody says so', async () => {
    const { page, server } = await openAtWork();
    await untilKept(page);
    server.folders = [newVersion()];
    await press(page, 'Receive');
    await scan(page, TEAPOT);
    await lookForVersion(page);
    await press(page, 'Back');
    await untilSeen(page, 'A new version of the app is ready.');
    expect(await page.title()).toBe('Stockbridge scanner');
    await Promise.all([page.waitForEvent('load'), press(page, 'Update')]);
    await page.getByRole('heading', { name: 'What is to be done?' }).waitFor();
    expect(await page.getByText('A new version of the app is ready.').count()).toBe(0);
    const html = await page.evaluate(async (url) => (await fetch(url)).text(), server.url);
    expect(html).toContain('<title>Version 2</title>');
  });
});
