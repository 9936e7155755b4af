// Runs the scripts of package.json on the Node that this repository brings, whatever Node the machine has. Plain
// JavaScript without dependencies for Node 20 and newer: it runs before anything is installed.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
const node = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const biome = 'node_modules/@biomejs/biome/bin/biome';

/** A further SIGINT within this many milliseconds is the same Ctrl-C: npm hands it on beside the terminal. */
const SAME_SIGNAL = 1_000;

/** Make what they say in `dist/` where a source is newer. */
const functionsAndApps = 'local/build.mjs';
const scanner = 'apps/scanner/build.mjs';

/** What each script runs, after what has to be built first. */
const scripts = {
  start: { run: ['local/start.ts'], build: functionsAndApps },
  'start:func': { run: ['local/start-func.ts'], build: functionsAndApps },
  test: { run: ['node_modules/vitest/vitest.mjs', 'run'], build: functionsAndApps },
  build: { build: functionsAndApps },
  package: { run: ['local/package.ts'], build: functionsAndApps },
  check: { run: ['local/check-types.mjs'] },
  lint: { run: [biome, 'check'] },
  format: { run: [biome, 'check', '--write'] },
  replay: { run: ['local/replay.ts'], build: functionsAndApps },
  damage: { run: ['local/damage.ts'] },
  reset: { run: ['local/reset.ts'] },
  rebuild: { run: ['apps/command-line/main.ts', 'rebuild'] },
  reconcile: { run: ['apps/command-line/main.ts', 'reconcile'] },
  stockbridge: { run: ['apps/command-line/main.ts'] },
  'example-oms': { run: ['apps/oms-client/example-oms.ts'] },
  bench: { run: ['test/bench/main.ts'], build: functionsAndApps },
  // Most of what a step makes is gone after the next: a tenth less time goes to collecting it.
  simulate: { run: ['--min-semi-space-size=32', '--max-semi-space-size=64', 'test/simulation/main.ts'] },
  chaos: { run: ['test/chaos/main.ts'], build: functionsAndApps },
  fleet: { run: ['test/fleet/main.ts'] },
  adapter: { run: ['apps/wms-adapter/main.ts'], build: scanner },
  'local:service-bus': { run: ['local/service-bus.ts'] },
  'local:cosmos': { run: ['local/cosmos.ts'] },
  'local:functions': { run: ['local/functions.ts'], build: functionsAndApps },
};

const [name = '', ...args] = process.argv.slice(2);
const script = Object.hasOwn(scripts, name) ? scripts[name] : undefined;
if (script === undefined) {
  fail(`local/bootstrap.mjs knows no script "${name}"; it knows ${Object.keys(scripts).join(', ')}`);
}
const reason = staleness();
if (reason !== undefined) install(reason);
if (script.build) build(script.build);
if (script.run) await run([...script.run, ...args]);

/** Why the dependencies have to be installed, or undefined when they are what `package-lock.json` says. */
function staleness() {
  const lock = packagesOf(join(root, 'package-lock.json'));
  if (lock === undefined)
    fail('package-lock.json is missing or unreadable; restore it with `git checkout package-lock.json`');
  const installed = packagesOf(join(modules, '.package-lock.json'));
  if (installed === undefined) return 'Dependencies are not installed';
  for (const [path, wanted] of Object.entries(lock)) {
    if (path === '') continue;
    const found = installed[path];
    if (found === undefined ? !wanted.optional : found.version !== wanted.version) {
      return `Dependencies are out of date (${path.replace('node_modules/', '')} ${wanted.version} is wanted)`;
    }
  }
  return existsSync(node) ? undefined : 'Node itself is missing from the dependencies';
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

function install(why) {
  console.error(`${why}; running npm ci (about a minute the first time) …`);
  const started = Date.now();
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const [command, ...before] = npm;
  // Whatever NODE_ENV and npm's own settings leave out: the scripts need all of it.
  const all = ['--include=dev', '--include=optional'];
  const result = spawnSync(
    command,
    [...before, 'ci', ...all, '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: root,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32' && npm.length === 1,
    },
  );
  if (result.error) fail(`npm could not be started: ${result.error.message}`);
  if (result.status !== 0) fail('npm ci failed; its messages above say why');
  if (!existsSync(node)) {
    fail(
      'npm ci left no Node at node_modules/node/bin. Either install scripts are blocked (npm config get ignore-scripts ' +
        'must say false) or packages are left out (npm config get omit must name neither dev nor optional). ' +
        'Change that and start again',
    );
  }
  console.error(`Dependencies installed in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
}

/** The Functions host loads JavaScript, as Azure does, and so does a browser. */
function build(builder) {
  const result = spawnSync(node, [builder], { cwd: root, stdio: ['ignore', 2, 2] });
  if (result.status !== 0) fail('The build failed; the messages above say where');
}

/** Runs Node 24 in the foreground: signals go on to it and its end is ours. */
async function run(command) {
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', ...command], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${join(modules, '.bin')}${delimiter}${process.env.PATH ?? ''}` },
  });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  let interrupted = Number.NEGATIVE_INFINITY;
  process.on('SIGINT', () => {
    // A terminal sends Ctrl-C to all its foreground processes, the child among them.
    if (process.stdin.isTTY || Date.now() - interrupted < SAME_SIGNAL) return;
    interrupted = Date.now();
    child.kill('SIGINT');
  });
  const [code, signal] = await new Promise((resolve) => {
    child.on('exit', (...end) => resolve(end));
    child.on('error', (error) => fail(`Node 24 could not be started: ${error.message}`));
  });
  process.exit(signal === null ? code : 128 + (constants.signals[signal] ?? 0));
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
