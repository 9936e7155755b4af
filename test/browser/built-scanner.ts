import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
let copy: string | undefined;

/**
 * A folder with the scanner's web app as it is built; builds it where a source is newer (vitest alone does not). It stays as it is
 * while the tests of a file run, whoever builds meanwhile.
 */
export function builtScanner(): string {
  if (copy !== undefined) return copy;
  const args = ['apps/scanner/build.mjs'];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`The scanner could not be built: ${stderr}`);
  const folder = mkdtempSync(join(tmpdir(), 'stockbridge-scanner-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(root, 'dist', 'scanner'), folder, { recursive: true });
  copy = folder;
  return folder;
}

/** The device's worker in it, by its name under assets/. */
export function workerFile(): string {
  const file = readdirSync(join(builtScanner(), 'assets')).find((name) => /^worker-.*\.js$/.test(name));
  if (file === undefined) throw new Error('The scanner has no worker');
  return file;
}
