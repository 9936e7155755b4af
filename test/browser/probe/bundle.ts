import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { builtApp } from '../built-app.ts';

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

/** The device's worker in the app, by its name under assets/. */
function workerFile(): string {
  const file = readdirSync(join(builtApp('scanner'), 'assets')).find((name) => /^worker-.*\.js$/.test(name));
  if (file === undefined) throw new Error('The scanner has no worker');
  return file;
}
