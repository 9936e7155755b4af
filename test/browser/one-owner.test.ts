import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { findChromium, newProfile, openBrowser } from './chromium.ts';
import { openProbe, serveProbe, statesOf, untilDevice } from './probe-page.ts';

describe.skipIf(findChromium() === undefined)('one tab at a time has the device', () => {
  test('a second tab says so, and takes it over when asked to', async () => {
    const { server, browser, first } = await openFirst();
    const second = await openProbe(browser, server);
    await untilDevice(second, 'elsewhere');
    await second.evaluate(() => window.probe.connection.takeOver());
    await untilDevice(second, 'running');
    await untilDevice(first, 'elsewhere');
    expect(await first.evaluate(() => window.probe.states.at(-1))).toEqual({
      kind: 'elsewhere',
      wasHere: true,
    });
  });

  test('a tab that stood in line has it when the other is closed', async () => {
    const { server, browser, first } = await openFirst();
    const second = await openProbe(browser, server);
    await untilDevice(second, 'elsewhere');
    await first.close();
    await untilDevice(second, 'running');
  });

  test('a tab that is loaded again does not take itself for another', async () => {
    const { first: page } = await openFirst();
    await page.reload();
    await untilDevice(page, 'running');
    expect(await statesOf(page)).not.toContain('elsewhere');
  });

  test('what a tab is asked to do when it has the device no more is refused, not forgotten', async () => {
    const { server, browser, first } = await openFirst();
    const device = await first.evaluateHandle(() => window.probe.device);
    const second = await openProbe(browser, server);
    await second.evaluate(() => window.probe.connection.takeOver());
    await untilDevice(second, 'running');
    await untilDevice(first, 'elsewhere');
    const answer = device.evaluate((gone) => gone.syncNow());
    await expect(answer).rejects.toThrow('The device is not open in this tab any more');
  });

  test('while a tab that is ending holds the files the next waits, and finds everything there', async () => {
    const { server, browser, first, before } = await openFirstThatHolds('for-good');
    const second = await openProbe(browser, server);
    await untilDevice(second, 'waiting-for-files');
    await first.close();
    await untilDevice(second, 'running');
    expect(await filesOf(second)).toEqual(before);
  });

  // SQLite's own way with files that it cannot open, unless told otherwise, is to delete them.
  test('no file is deleted while another tab opens and closes one of them', async () => {
    const { server, browser, before } = await openFirstThatHolds('again-and-again');
    const second = await openProbe(browser, server);
    for (let times = 1; times <= 8; times++) {
      await untilDevice(second, 'running');
      expect(await filesOf(second)).toEqual(before);
      await second.reload();
    }
  });

  test('files that are no database any more are said to be damaged, and are left as they are', async () => {
    const { server, first: page, before } = await openFirstThatHolds('damage');
    await page.goto(`${server.url}probe.html`);
    await untilDevice(page, 'failed');
    expect(await page.evaluate(() => window.probe.states.at(-1))).toMatchObject({ reason: 'damaged' });
    expect(await filesOf(page)).toEqual(before);
  });
});

/** A browser with one tab, which has the device. */
async function openFirst() {
  const server = await serveProbe();
  const browser = await openBrowser(newProfile());
  const first = await openProbe(browser, server);
  await untilDevice(first, 'running');
  return { server, browser, first };
}

/** The same, with the tab on a blank page that holds or damages the device's files; `before`: the names of all of them. */
async function openFirstThatHolds(how: Hold) {
  const { server, browser, first } = await openFirst();
  const before = await filesOf(first);
  await first.goto(`${server.url}blank.html`);
  await holdOneFile(first, how);
  return { server, browser, first, before };
}

/** Names of the files that the database may use. */
function filesOf(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('stockbridge-scanner');
    const names = [];
    for await (const name of (await folder.getDirectoryHandle('.opaque')).keys()) names.push(name);
    return names.sort();
  });
}

type Hold = 'for-good' | 'again-and-again' | 'damage';

/** Opens one of them, as a worker does that is about to end, or damages all of them. */
function holdOneFile(page: Page, how: Hold): Promise<void> {
  return page.evaluate(
    (query) =>
      new Promise<void>((held) => {
        new Worker(`assets/hold-file.js?${query}`, { type: 'module' }).onmessage = () => held();
      }),
    how,
  );
}
