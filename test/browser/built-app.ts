import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const copies = new Map<string, string>();

/**
 * A folder with a web app as it is built; builds it where a source is newer (vitest alone does not). It stays as it is
 * while the tests of a file run, whoever builds meanwhile.
 */
export function builtApp(app: 'console' | 'scanner'): string {
  const known = copies.get(app);
  if (known !== undefined) return known;
  const args = [`apps/${app}/build.mjs`];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`The ${app} could not be built: ${stderr}`);
  const folder = mkdtempSync(join(tmpdir(), `stockbridge-${app}-`));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(root, 'dist', app), folder, { recursive: true });
  copies.set(app, folder);
  return folder;
}
