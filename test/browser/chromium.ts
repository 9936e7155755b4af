import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { type Browser, startChromium } from './chromium-process.ts';

export { type Browser, findChromium } from './chromium-process.ts';

/** A folder for what browsers store, which is deleted when the test is over. */
export function newProfile(): string {
  const profile = mkdtempSync(join(tmpdir(), 'stockbridge-profile-'));
  onTestFinished(() => rm(profile, { recursive: true, force: true, maxRetries: 5 }));
  return profile;
}

/**
 * Starts a browser without a window, until the test is over.
 * @param flags more of Chromium's command line
 */
export async function openBrowser(profile: string, flags: readonly string[] = []): Promise<Browser> {
  const browser = await startChromium(profile, flags);
  onTestFinished(browser.kill);
  return browser;
}

/** What the browser complains of from now on: errors and warnings of the page's console, and what it did not catch. */
export function complaintsOf(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}

/** Lets the origin of a page store so many bytes; without a figure, as many as there is room for. */
export async function limitStorage(page: Page, quotaSize?: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const quota = { origin: new URL(page.url()).origin, ...(quotaSize !== undefined && { quotaSize }) };
  await session.send('Storage.overrideQuotaForOrigin', quota);
}
