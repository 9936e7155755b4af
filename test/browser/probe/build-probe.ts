import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { bundle, emptyPage, PROBE_PAGE, probeScript } from './bundle.ts';

/** A folder with the page `probe.html` and the page `blank.html` of the same origin, to be served over the app until the test is over. */
export async function buildProbe(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'stockbridge-probe-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'assets', 'probe.js'), await probeScript());
  writeFileSync(join(folder, 'assets', 'hold-file.js'), await bundle('hold-file.mjs'));
  writeFileSync(join(folder, 'probe.html'), PROBE_PAGE);
  writeFileSync(join(folder, 'blank.html'), emptyPage());
  return folder;
}
