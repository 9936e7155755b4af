// Compiles the Functions app (functions/, shared/) into dist/, when a source is newer than the last build, and has the
// web apps of scanner and console built beside it.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const stamp = 'dist/.build.json';
const sources = JSON.stringify(sourceTimes());
if (sources !== lastBuild()) compile();
run('apps/scanner/build.mjs');
run('apps/console/build.mjs');

/** Path and modification time of everything the output depends on; a deleted file changes it too. */
function sourceTimes() {
  const files = ['functions', 'shared'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  files.push('tsconfig.json', 'tsconfig.build.json', 'package-lock.json');
  return files.sort().map((file) => [file, statSync(file).mtimeMs]);
}

function lastBuild() {
  try {
    return readFileSync(stamp, 'utf8');
  } catch {
    return undefined;
  }
}

/** Deletes what was compiled before, so that no function of a deleted file lives on. */
function compile() {
  for (const output of [stamp, 'dist/functions', 'dist/shared'])
    rmSync(output, { recursive: true, force: true });
  run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
  mkdirSync('dist', { recursive: true });
  writeFileSync(stamp, sources);
}

function run(...command) {
  const { status } = spawnSync(process.execPath, command, { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(1);
}
