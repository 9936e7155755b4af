import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { builtApp } from './built-app.ts';

/** A folder with what differs in a version whose page has the title "Version 2". */
export function newVersion(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stockbridge-version-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const page = readFileSync(join(builtApp('scanner'), 'index.html'), 'utf8');
  const next = page.replace(/<title>.*<\/title>/, '<title>Version 2</title>');
  const worker = readFileSync(join(builtApp('scanner'), 'service-worker.js'), 'utf8');
  writeFileSync(join(folder, 'index.html'), next);
  writeFileSync(join(folder, 'service-worker.js'), worker.replaceAll(integrityOf(page), integrityOf(next)));
  return folder;
}

function integrityOf(text: string): string {
  return `sha384-${createHash('sha384').update(text).digest('base64')}`;
}

/** Has the browser look whether there is a new version, as it does by itself from time to time. */
export async function lookForVersion(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    await registration?.update();
  });
}
