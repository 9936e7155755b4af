import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consoleFile } from './console-files.ts';

const outside = mkdtempSync(join(tmpdir(), 'console-files-'));
const folder = pathToFileURL(join(outside, 'console/'));

beforeAll(() => {
  mkdirSync(new URL('assets', folder), { recursive: true });
  writeFileSync(new URL('index.html', folder), '<title>Console</title>');
  writeFileSync(new URL('assets/app-AB12CD34.js', folder), 'script');
  writeFileSync(new URL('assets/app-ZZ12CD34.css', folder), 'body{}');
  writeFileSync(new URL('assets/icon-0A12CD34.svg', folder), '<svg/>');
  writeFileSync(new URL('assets/app-AB12CD34.js.map', folder), 'a map');
  writeFileSync(join(outside, 'secret.js'), 'a secret');
  writeFileSync(join(outside, 'app-AB12CD34.js'), 'a secret');
});
afterAll(() => rmSync(outside, { recursive: true }));

async function sent(path: string) {
  const { status, headers, body } = await consoleFile(folder, path);
  return { status, headers, text: Buffer.from(body).toString('utf8') };
}

describe('The console', () => {
  test.each([
    ['app-AB12CD34.js', 'text/javascript; charset=utf-8', 'script'],
    ['app-ZZ12CD34.css', 'text/css; charset=utf-8', 'body{}'],
    ['icon-0A12CD34.svg', 'image/svg+xml', '<svg/>'],
  ])('sends %s as what it is, for good', async (name, type, text) => {
    const file = await sent(`assets/${name}`);
    expect(file).toMatchObject({ status: 200, text });
    expect(file.headers).toMatchObject({
      'content-type': type,
      'cache-control': 'public, max-age=31536000, immutable',
    });
  });

  test.each(['', 'items/ITEM-1', 'index.html', 'investigations/WH-001:ITEM-1:2', 'nowhere', '../secret.js'])(
    'sends its page for %j, to be asked for anew each time',
    async (path) => {
      const page = await sent(path);
      expect(page).toMatchObject({ status: 200, text: '<title>Console</title>' });
      expect(page.headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
      });
    },
  );

  test.each([
    'assets/app-00000000.js',
    'assets/app-AB12CD34.js.map',
    'assets/../index.html',
    'assets/../../secret.js',
    'assets/../../app-AB12CD34.js',
    'assets/%2e%2e/%2e%2e/secret.js',
    'assets/..%2f..%2fsecret.js',
    'assets/..\\..\\secret.js',
    'assets//app-AB12CD34.js',
    'assets/app-AB12CD34.js\0',
    'assets/',
  ])('says of %j that it is not there, and nobody keeps that', async (path) => {
    const { status, headers, text } = await sent(path);
    expect([status, headers['cache-control']]).toEqual([404, 'no-cache']);
    expect(text).toBe('The console has no such file; load its page again.\n');
  });

  test('lets nothing run that is not a file of it, and nobody frame it', async () => {
    for (const path of ['', 'assets/app-AB12CD34.js', 'assets/nothing', 'items/1']) {
      const { headers } = await sent(path);
      const policy = headers['content-security-policy'] ?? '';
      expect(policy.split('; ')).toEqual(
        expect.arrayContaining(["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"]),
      );
      expect(policy).not.toMatch(/unsafe|\*|https?:|data:/);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
      });
    }
  });

  test('that is not built says how it is', async () => {
    const { status, body } = await consoleFile(new URL('nowhere/', folder), '');
    expect([status, String(body)]).toEqual([404, expect.stringContaining('npm run build')]);
  });
});
