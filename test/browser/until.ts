import type { Page } from 'playwright-core';
import { vi } from 'vitest';

/**
 * Waits until a page answers true. Playwright's own `waitForFunction` takes the promise of an asynchronous function for true.
 * @throws Error after half a minute
 */
export async function until(page: Page, isSo: () => Promise<boolean>): Promise<void> {
  await vi.waitFor(
    async () => {
      if (!(await page.evaluate(isSo))) throw new Error(`This is not so: ${isSo}`);
    },
    { timeout: 30_000, interval: 50 },
  );
}

/** Fulfilled when the service worker has every file, and serves the page. */
export async function untilKept(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');
}
