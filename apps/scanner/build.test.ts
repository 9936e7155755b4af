import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const output = join(root, 'dist', 'scanner');

/** Compressed bytes that the app may have at most, without SQLite's WebAssembly. */
const MOST = 300_000;

function build() {
  return spawnSync(process.execPath, ['apps/scanner/build.mjs'], { cwd: root, encoding: 'utf8' });
}

function files(): string[] {
  return readdirSync(output, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(output.length + 1))
    .sort();
}

beforeAll(() => {
  const { status, stderr } = build();
  if (status !== 0) throw new Error(stderr);
});

test('the app has less than 300 KB compressed, without the WebAssembly of SQLite', () => {
  const size = files()
    .filter((file) => !file.endsWith('.wasm'))
    .reduce((sum, file) => sum + gzipSync(readFileSync(join(output, file))).length, 0);
  console.log(`The scanner's shell has ${(size / 1000).toFixed(1)} kB compressed`);
  expect(size).toBeLessThan(MOST);
});

test('what may be kept for ever has its hash in its name, and the page names it', () => {
  const assets = files().filter((file) => file.startsWith('assets/'));
  expect(assets.map((file) => file.replace(/-[A-Z0-9]{8}\./, '.')).sort()).toEqual([
    'assets/app.css',
    'assets/app.js',
    'assets/sqlite3.wasm',
    'assets/worker.js',
  ]);
  const page = readFileSync(join(output, 'index.html'), 'utf8');
  const named = [...page.matchAll(/(?:src|href)="(assets\/[^"]*)"/g)].map(([, file]) => file);
  expect(named.sort()).toEqual(assets.filter((file) => file.includes('/app-')));
});

test('the service worker keeps every file but itself', () => {
  const worker = readFileSync(join(output, 'service-worker.js'), 'utf8');
  const kept = [...worker.matchAll(/url:"([^"]+)"/g)].map(([, url]) => url);
  expect(kept).toEqual(files().filter((file) => file !== 'service-worker.js'));
});

test('the icons are PNG files of the sizes that the manifest tells', () => {
  const manifest: { icons: { src: string; sizes: string; type: string }[] } = JSON.parse(
    readFileSync(join(output, 'manifest.webmanifest'), 'utf8'),
  );
  for (const { src, sizes } of manifest.icons.filter(({ type }) => type === 'image/png')) {
    const png = readFileSync(join(output, src));
    expect(png.toString('latin1', 1, 4)).toBe('PNG');
    expect(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`).toBe(sizes);
  }
});

test('nothing is built again while no source has changed', () => {
  const before = statSync(join(output, 'index.html')).ino;
  expect(build().status).toBe(0);
  expect(statSync(join(output, 'index.html')).ino).toBe(before);
});
