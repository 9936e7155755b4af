import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..', '..');
let copy: URL | undefined;

/**
 * A folder with the console as it is built; builds it where a source is newer (vitest alone does not). It stays as it is
 * while the tests of a file run, whoever builds meanwhile.
 */
export function builtConsole(): URL {
  if (copy !== undefined) return copy;
  const args = ['apps/console/build.mjs'];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`The console could not be built: ${stderr}`);
  const folder = mkdtempSync(join(tmpdir(), 'stockbridge-console-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(root, 'dist', 'console'), folder, { recursive: true });
  copy = pathToFileURL(`${folder}/`);
  return copy;
}
