import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const output = join(root, 'dist', 'console');

/** Bytes of script that a page may have at most, as they are and not compressed. */
const MOST = 200_000;

beforeAll(() => {
  const args = ['apps/console/build.mjs'];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
});

test('no page has more than 200 KB of script', () => {
  const scripts = readdirSync(join(output, 'assets')).filter((file) => file.endsWith('.js'));
  const contents = scripts.map((file) => readFileSync(join(output, 'assets', file)));
  const size = (of: (content: Buffer) => number) => contents.reduce((sum, content) => sum + of(content), 0);
  const compressed = size((content) => gzipSync(content).length);
  console.log(
    `The console has ${(size(({ length }) => length) / 1_000).toFixed(1)} kB of script, ${(compressed / 1_000).toFixed(1)} kB compressed`,
  );
  expect(size(({ length }) => length)).toBeLessThan(MOST);
});

test('the page names every file that is there, from the root, and holds no script or style itself', () => {
  const page = readFileSync(join(output, 'index.html'), 'utf8');
  const named = [...page.matchAll(/(?:src|href)="\/api\/console\/assets\/([^"]*)"/g)].map(([, file]) => file);
  expect(named.sort()).toEqual(readdirSync(join(output, 'assets')).sort());
  expect(page).not.toMatch(/<style|<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=/);
});
