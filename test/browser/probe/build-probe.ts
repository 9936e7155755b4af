import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { onTestFinished } from 'vitest';
import { workerFile } from '../built-scanner.ts';

/**
 * Builds the page `probe.html`, which has no more than `window.probe`, and the page `blank.html` of the same origin. To be served
 * over the app, whose worker it starts.
 */
export async function buildProbe(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'stockbridge-probe-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await build({
    entryPoints: ['probe.ts', 'hold-file.mjs'].map((file) => join(import.meta.dirname, file)),
    outdir: join(folder, 'assets'),
    bundle: true,
    format: 'esm',
    define: { DEVICE_WORKER_FILE: JSON.stringify(workerFile()) },
  });
  writeFileSync(join(folder, 'probe.html'), page('<script type="module" src="assets/probe.js"></script>'));
  writeFileSync(join(folder, 'blank.html'), page(''));
  return folder;
}

function page(head: string): string {
  return `<!doctype html><html lang="en"><head><title>Probe</title>${head}</head><body></body></html>`;
}
