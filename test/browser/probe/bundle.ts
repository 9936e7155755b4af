import { join } from 'node:path';
import { build } from 'esbuild';
import { workerFile } from '../built-scanner.ts';

/**
 * A script of this folder with all that it needs, for a page or a worker.
 * @param constants put in by name
 */
export async function bundle(
  file: string,
  constants: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, file)],
    bundle: true,
    write: false,
    format: 'esm',
    define: Object.fromEntries(
      Object.entries(constants).map(([name, value]) => [name, JSON.stringify(value)]),
    ),
  });
  return outputFiles.map(({ text }) => text).join('');
}

/** A page that has no more than `window.probe`, and its script `assets/probe.js`, which starts the worker of the app. */
export const PROBE_PAGE = emptyPage('<script type="module" src="assets/probe.js"></script>');
export const probeScript = () => bundle('probe.ts', { DEVICE_WORKER_FILE: workerFile() });

export function emptyPage(head = ''): string {
  return `<!doctype html><html lang="en"><head><title>Probe</title>${head}</head><body></body></html>`;
}
