import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** The folder with the scanner's web app as it is built; builds it where a source is newer (vitest alone does not). */
export function builtScanner(): string {
  const { status, stderr } = spawnSync(process.execPath, ['apps/scanner/build.mjs'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The scanner could not be built: ${stderr}`);
  return join(root, 'dist', 'scanner');
}

/** The device's worker in it, by its name under assets/. */
export function workerFile(): string {
  const file = readdirSync(join(builtScanner(), 'assets')).find((name) => /^worker-.*\.js$/.test(name));
  if (file === undefined) throw new Error('dist/scanner/assets has no worker');
  return file;
}
