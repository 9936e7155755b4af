// Builds the scanner's web app into dist/scanner/, when one of the files it is made of is newer than the last build.
// What is under assets/ carries a hash of its content in its name; everything else keeps its name and may change.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { build } from 'esbuild';
import { iconPng, iconSvg } from './shell/icon.mjs';
import { takePlace } from './take-place.mjs';

const root = join(import.meta.dirname, '..', '..');
const source = 'apps/scanner';
const output = join(root, 'dist', 'scanner');
const stamp = join(root, 'dist', '.build-scanner.json');

/** Chrome of the handhelds: synchronous access handles (108) and what the worker needs besides are long there. */
const TARGET = 'chrome120';

/** zod brings its messages in some fifty languages, a quarter of the app; nobody reads them but developers. */
const englishOnly = {
  name: 'english-only',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js'",
    }));
  },
};

/** What a build depends on beside the sources that esbuild reads. */
const files = [
  `${source}/build.mjs`,
  `${source}/take-place.mjs`,
  `${source}/shell/icon.mjs`,
  `${source}/shell/index.html`,
  `${source}/shell/manifest.webmanifest`,
  'package-lock.json',
];

if (!isFresh()) await buildScanner();

/** Whether the files that the last build was made of are those of now, and nothing of its output is missing. */
function isFresh() {
  try {
    const { ino, inputs, outputs } = JSON.parse(readFileSync(stamp, 'utf8'));
    return (
      // Another build may have taken its place since.
      statSync(output).ino === ino &&
      outputs.every((file) => statSync(join(output, file)).isFile()) &&
      inputs.every(([file, time]) => statSync(join(root, file)).mtimeMs === time)
    );
  } catch {
    return false;
  }
}

/** Builds beside the last build and takes its place, so that a server in between serves one of them. */
async function buildScanner() {
  const folder = `${output}.${process.pid}`;
  rmSync(stamp, { force: true });
  rmSync(folder, { recursive: true, force: true });
  try {
    const inputs = await buildInto(folder);
    const outputs = filesUnder(folder);
    const { ino } = statSync(folder);
    takePlace(folder, output);
    writeFileSync(stamp, JSON.stringify({ ino, inputs, outputs }));
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    // esbuild has printed what is wrong with a source, where and why.
    if (error.errors === undefined) console.error(`apps/scanner could not be built: ${error.message}`);
    process.exitCode = 1;
  }
}

/** Writes the whole app into `folder` and answers what it was made of: paths from the repository with their times. */
async function buildInto(folder) {
  const assets = join(folder, 'assets');
  const worker = await bundle('worker/main.ts', assets);
  const app = await bundle('app/main.tsx', assets, { DEVICE_WORKER_FILE: worker.script });
  writeShell(folder, app);
  const serviceWorker = await bundle('shell/service-worker.ts', folder, {
    PRECACHED: precacheList(folder),
  });
  const read = [worker, app, serviceWorker].flatMap(({ inputs }) => inputs);
  return [...new Set([...read, ...files])].map((file) => [file, statSync(join(root, file)).mtimeMs]);
}

/** Bundles one script; `constants` are put in by name. Only what goes to `assets/` gets a hash in its name. */
async function bundle(entry, folder, constants = {}) {
  const hash = basename(folder) === 'assets' ? '-[hash]' : '';
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [`${source}/${entry}`],
    outdir: folder,
    entryNames: `${hash === '' ? '[name]' : entry.split('/')[0]}${hash}`,
    assetNames: '[name]-[hash]',
    loader: { '.wasm': 'file' },
    plugins: [englishOnly],
    bundle: true,
    minify: true,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: TARGET,
    charset: 'utf8',
    legalComments: 'none',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    define: {
      'process.env.NODE_ENV': '"production"',
      ...Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, JSON.stringify(value)])),
    },
    logLevel: 'warning',
  });
  const [path, made] = Object.entries(metafile.outputs).find(
    ([, { entryPoint }]) => entryPoint !== undefined,
  );
  return {
    script: basename(path),
    style: made.cssBundle && basename(made.cssBundle),
    // Packages change with package-lock.json only; <define:…> is a constant.
    inputs: Object.keys(metafile.inputs).filter((file) => !/^(node_modules\/|<)/.test(file)),
  };
}

/** The page, its manifest and icons. */
function writeShell(folder, app) {
  const shell = join(import.meta.dirname, 'shell');
  const page = readFileSync(join(shell, 'index.html'), 'utf8')
    .replace('src="app.js"', `src="assets/${app.script}"`)
    .replace('href="app.css"', `href="assets/${app.style}"`);
  writeFileSync(join(folder, 'index.html'), page);
  writeFileSync(
    join(folder, 'manifest.webmanifest'),
    readFileSync(join(shell, 'manifest.webmanifest'), 'utf8'),
  );
  mkdirSync(join(folder, 'icons'));
  writeFileSync(join(folder, 'icons', 'icon.svg'), iconSvg());
  for (const size of [192, 512]) writeFileSync(join(folder, 'icons', `icon-${size}.png`), iconPng(size));
}

/**
 * Everything the app needs without a network; a file whose name tells its content needs no revision. By its integrity the browser
 * takes nothing else for it, the sign-in page of a guest network for example.
 */
function precacheList(folder) {
  return filesUnder(folder).map((file) => {
    const hash = createHash('sha384').update(readFileSync(join(folder, file)));
    const integrity = `sha384-${hash.digest('base64')}`;
    return { url: file, revision: file.startsWith('assets/') ? null : integrity, integrity };
  });
}

function filesUnder(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}
