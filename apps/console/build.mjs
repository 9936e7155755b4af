// Builds the console into dist/console/, when one of the files it is made of is newer than the last build. What is under
// assets/ carries a hash of its content in its name; the page keeps its name and may change.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..', '..');
const source = 'apps/console';
const output = join(root, 'dist', 'console');
const stamp = join(root, 'dist', '.build-console.json');

/** Where functions/console.ts serves it. */
const BASE = '/api/console';

/** What a build depends on beside the sources that esbuild reads. */
const files = [`${source}/build.mjs`, `${source}/index.html`, `${source}/icon.svg`, 'package-lock.json'];

if (!isFresh()) await buildConsole();

/** Whether the files that the last build was made of are those of now, and nothing of its output is missing. */
function isFresh() {
  try {
    const { inputs, outputs } = JSON.parse(readFileSync(stamp, 'utf8'));
    return (
      outputs.every((file) => statSync(join(output, file)).isFile()) &&
      inputs.every(([file, time]) => statSync(join(root, file)).mtimeMs === time)
    );
  } catch {
    return false;
  }
}

/** The page goes last: it names the files that stand there already, so that a server in between serves one of the two. */
async function buildConsole() {
  rmSync(stamp, { force: true });
  try {
    const assets = join(output, 'assets');
    mkdirSync(assets, { recursive: true });
    const { outputFiles, metafile } = await bundle(assets);
    const icon = readFileSync(join(root, source, 'icon.svg'));
    const made = [
      ...outputFiles.map(({ path, contents }) => [basename(path), contents]),
      [`icon-${createHash('sha256').update(icon).digest('hex').slice(0, 8).toUpperCase()}.svg`, icon],
    ];
    for (const [name, contents] of made) replaceFile(join(assets, name), contents);
    const names = made.map(([name]) => name);
    replaceFile(join(output, 'index.html'), pageWith(names));
    for (const name of readdirSync(assets).filter((found) => !names.includes(found))) {
      rmSync(join(assets, name), { force: true });
    }
    // Packages change with package-lock.json only.
    const read = Object.keys(metafile.inputs).filter((file) => !/^(node_modules\/|<)/.test(file));
    const inputs = [...new Set([...read, ...files])].map((file) => [
      file,
      statSync(join(root, file)).mtimeMs,
    ]);
    const outputs = ['index.html', ...names.map((name) => `assets/${name}`)];
    writeFileSync(stamp, JSON.stringify({ inputs, outputs }));
  } catch (error) {
    // esbuild has printed what is wrong with a source, where and why.
    if (error.errors === undefined) console.error(`${source} could not be built: ${error.message}`);
    process.exitCode = 1;
  }
}

function bundle(outdir) {
  return build({
    absWorkingDir: root,
    entryPoints: [{ in: `${source}/app/main.tsx`, out: 'app' }],
    outdir,
    entryNames: '[name]-[hash]',
    bundle: true,
    write: false,
    minify: true,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: ['chrome120', 'firefox121', 'safari17'],
    charset: 'utf8',
    legalComments: 'none',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    define: { 'process.env.NODE_ENV': '"production"', CONSOLE_BASE: JSON.stringify(BASE) },
    logLevel: 'warning',
  });
}

/** The page is served for any path below, so that what it names has to be told from the root. */
function pageWith(names) {
  return readFileSync(join(root, source, 'index.html'), 'utf8').replace(
    /"(app|icon)\.(js|css|svg)"/g,
    (_, name, ending) =>
      `"${BASE}/assets/${names.find((made) => made.startsWith(`${name}-`) && made.endsWith(`.${ending}`))}"`,
  );
}

/** Nobody reads half a file. */
function replaceFile(file, contents) {
  const whole = `${file}.${process.pid}`;
  writeFileSync(whole, contents);
  renameSync(whole, file);
}
