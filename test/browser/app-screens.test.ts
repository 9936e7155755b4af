import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { violationsOf } from './axe.ts';
import { findChromium } from './chromium.ts';
import { isTooWide, openScannerApp } from './scanner-app.ts';
import { tour } from './tour.ts';

/** Where pictures of all screens go, if anywhere: `STOCKBRIDGE_SHOTS`. */
const shots = process.env.STOCKBRIDGE_SHOTS;
if (shots !== undefined) mkdirSync(shots, { recursive: true });

/** CSS pixels that whatever is tapped has at least, each way: a thumb in a glove. */
const LEAST_TARGET = 56;

const THEMES = ['bright', 'dark'] as const;

/** Looks at a screen as it is, in both themes: what is wrong with it for a screen reader, an eye or a glove. */
async function look(page: Page, name: string): Promise<string[]> {
  const wrong: string[] = [];
  for (const theme of THEMES) {
    await page.evaluate((chosen) => {
      document.documentElement.dataset.theme = chosen;
    }, theme);
    wrong.push(...(await axeFinds(page)).map((found) => `${name}, ${theme}: ${found}`));
    if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}-${theme}.png`) });
  }
  wrong.push(...(await smallTargets(page)).map((found) => `${name}: ${found}`));
  return wrong;
}

/** With the contrast of AAA, besides what counts for all pages. */
async function axeFinds(page: Page): Promise<string[]> {
  const violations = await violationsOf(page, { 'color-contrast-enhanced': { enabled: true } });
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`,
  );
}

function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate((least) => {
    const open = document.querySelector('dialog[open]') ?? document;
    const targets = [...open.querySelectorAll('button, input:not([type=radio]), label:has(input)')];
    const seen = targets.filter((target) => target.checkVisibility());
    return seen.flatMap((target) => {
      const { width, height } = target.getBoundingClientRect();
      const isSmall = width < least - 0.5 || height < least - 0.5;
      return isSmall ? [`${target.outerHTML.slice(0, 120)} is ${width} × ${height}`] : [];
    });
  }, LEAST_TARGET);
}

describe.skipIf(findChromium() === undefined)(
  'every screen can be read and touched',
  { timeout: 240_000 },
  () => {
    test('by everybody, in both themes', async () => {
      const app = await openScannerApp();
      const { page } = app;
      const wrong: string[] = [];
      const at = async (name: string) => {
        wrong.push(...(await look(page, name)));
        if (await isTooWide(page)) wrong.push(`${name} is too wide`);
      };
      await tour(app, at);
      expect(wrong).toEqual([]);
      // What the device says of a network that is away is not one.
      expect(app.complaints.filter((one) => !one.startsWith('offline: '))).toEqual([]);
    });
  },
);
