import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

/** Puts many folders in the place of the last one, each of two files that say the same. */
const BUILDER = `
  import { mkdirSync, writeFileSync } from 'node:fs';
  import { takePlace } from ${JSON.stringify(new URL('take-place.mjs', import.meta.url).href)};
  const [place, name] = process.argv.slice(1);
  for (let turn = 0; turn < 150; turn += 1) {
    const folder = place + '.' + name;
    mkdirSync(folder);
    for (const file of ['a', 'b']) writeFileSync(folder + '/' + file, name + turn);
    takePlace(folder, place);
  }
`;

test('builds at the same moment take the place one after another, whole, and leave nothing behind', async () => {
  const root = mkdtempSync(join(tmpdir(), 'take-place-'));
  const place = join(root, 'scanner');
  const build = (name: string) =>
    run(process.execPath, ['--input-type=module', '--eval', BUILDER, place, name]);
  await Promise.all(['one', 'two', 'three'].map(build));
  expect(readdirSync(root)).toEqual(['scanner']);
  const [a, b] = ['a', 'b'].map((file) => readFileSync(join(place, file), 'utf8'));
  expect(a).toBe(b);
  rmSync(root, { recursive: true });
});
