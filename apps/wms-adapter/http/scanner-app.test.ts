import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startAdapterUnderTest } from '../adapter-under-test.ts';
import { createGroupCommit } from '../booking/group-commit.ts';
import { openSqliteDatabase } from '../sqlite/database.ts';
import { createApi } from './api.ts';
import { type HttpServer, listen } from './server.ts';

const folder = mkdtempSync(join(tmpdir(), 'scanner-app-'));
const built = join(folder, 'scanner');
const SCRIPT = `console.log(${JSON.stringify('x'.repeat(5_000))})`;
const WASM = Buffer.alloc(4_000, 7);
const FILES: Record<string, string | Buffer> = {
  'index.html': '<!doctype html><title>Scanner</title>',
  'manifest.webmanifest': '{"name":"Scanner"}',
  'service-worker.js': 'self.addEventListener("fetch", () => {})',
  'icons/icon-192.png': Buffer.alloc(3_000, 1),
  'assets/app-AB12CD34.js': SCRIPT,
  'assets/app-ZZ12CD34.css': 'body{}',
  'assets/sqlite3-XY12CD34.wasm': WASM,
  'assets/sqlite3-opfs-friendly.js': '1',
};

const database = openSqliteDatabase(join(folder, 'wms.db'));
let server: HttpServer;
beforeAll(async () => {
  for (const [name, content] of Object.entries(FILES)) write(name, content);
  writeFileSync(join(folder, 'secret.txt'), 'a secret');
  server = await serve(built, true);
});
afterAll(async () => {
  await server.close(0);
  await database.close();
  rmSync(folder, { recursive: true });
});

describe('The scanner app', () => {
  test.each([
    ['', 'index.html', 'text/html; charset=utf-8', 'no-cache'],
    ['index.html', 'index.html', 'text/html; charset=utf-8', 'no-cache'],
    ['manifest.webmanifest', undefined, 'application/manifest+json', 'no-cache'],
    ['service-worker.js', undefined, 'text/javascript; charset=utf-8', 'no-cache'],
    ['icons/icon-192.png', undefined, 'image/png', 'no-cache'],
    ['assets/app-AB12CD34.js', undefined, 'text/javascript; charset=utf-8', 'for good'],
    ['assets/app-ZZ12CD34.css', undefined, 'text/css; charset=utf-8', 'for good'],
    ['assets/sqlite3-XY12CD34.wasm', undefined, 'application/wasm', 'for good'],
    ['assets/sqlite3-opfs-friendly.js', undefined, 'text/javascript; charset=utf-8', 'no-cache'],
  ])('serves /scanner/%s without a key, as what it is', async (path, file, type, caching) => {
    const response = await fetch(`${server.url}/scanner/${path}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    const forGood = 'public, max-age=31536000, immutable';
    expect(response.headers.get('cache-control')).toBe(caching === 'for good' ? forGood : caching);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from(FILES[file ?? path] ?? ''));
  });

  test('lets nothing run that is not a file of it, and nobody frame it', async () => {
    for (const path of ['/scanner/', '/scanner/assets/app-AB12CD34.js', '/scanner/nowhere', '/scanner']) {
      const { headers } = await fetch(`${server.url}${path}`, { redirect: 'manual' });
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy.split('; ')).toContain("script-src 'self' 'wasm-unsafe-eval'");
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|\*|https?:/);
      expect(Object.fromEntries(headers)).toMatchObject({
        ...{ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' },
        ...{ 'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin' },
        'permissions-policy': 'camera=(self), microphone=(), geolocation=(), payment=(), usb=()',
      });
      expect(headers.has('strict-transport-security')).toBe(false);
    }
  });

  test.each([
    ['assets/app-AB12CD34.js', 'gzip', SCRIPT],
    ['assets/sqlite3-XY12CD34.wasm', 'gzip', WASM],
    ['icons/icon-192.png', undefined, FILES['icons/icon-192.png'] ?? ''],
  ])('sends %s compressed where that is worth it: %s', async (path, encoding, content) => {
    const { headers, body } = await get(`/scanner/${path}`, { 'accept-encoding': 'gzip, br' });
    expect(headers['content-encoding']).toBe(encoding);
    expect(encoding === undefined ? body : gunzipSync(body)).toEqual(Buffer.from(content));
    if (encoding !== undefined) {
      expect(headers.vary).toBe('Accept-Encoding');
      expect(body.length).toBeLessThan(Buffer.byteLength(content) / 10);
    }
  });

  test('is found without the slash at its end, also below another path, with what stands behind it', async () => {
    const { status, headers } = await fetch(`${server.url}/scanner?from=home`, { redirect: 'manual' });
    expect([status, headers.get('location')]).toEqual([308, 'scanner/?from=home']);
    expect((await fetch(`${server.url}/scanner`)).url).toBe(`${server.url}/scanner/`);
  });

  test.each([
    '/scanner/../secret.txt',
    '/scanner/%2e%2e/secret.txt',
    '/scanner/..%2fsecret.txt',
    '/scanner/%2e%2e%2fsecret.txt',
    '/scanner/..%5csecret.txt',
    '/scanner/..\\secret.txt',
    '/scanner/....//secret.txt',
    '/scanner//../secret.txt',
    '/scanner/assets/..;/../../secret.txt',
    '/scanner/%252e%252e/secret.txt',
    '/scanner/secret.txt%00.js',
    '/scanner../secret.txt',
    `/scanner/${encodeURIComponent(join(folder, 'secret.txt'))}`,
  ])('serves nothing that is not in its folder: %s', async (path) => {
    const { status, body } = await get(path);
    expect([400, 404]).toContain(status);
    expect(body.toString()).not.toContain('a secret');
  });

  test.each(['/scanner/nowhere', '/scanner/assets/', '/scanner/assets/app-00000000.js', '/scanner/icons'])(
    'says of %s that it is not there, and nobody keeps that',
    async (path) => {
      const response = await fetch(`${server.url}${path}`);
      expect(response.headers.get('cache-control')).toBe('no-cache');
      expect([response.status, await response.json()]).toMatchObject([404, { title: 'Not found' }]);
    },
  );

  test('takes GET and HEAD only', async () => {
    const post = await fetch(`${server.url}/scanner/`, { method: 'POST', body: 'x' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    const head = await fetch(`${server.url}/scanner/`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  });

  test('that is not built says how it is, and is there once it is', async () => {
    const later = join(folder, 'later');
    const waiting = await serve(later, true);
    const response = await fetch(`${waiting.url}/scanner/`);
    expect([response.status, await response.json()]).toMatchObject([
      404,
      { detail: expect.stringContaining('run "npm run build"') },
    ]);
    mkdirSync(later);
    writeFileSync(join(later, 'index.html'), 'built');
    expect(await (await fetch(`${waiting.url}/scanner/`)).text()).toBe('built');
    await waiting.close(0);
  });

  test('is in development for this machine only', async () => {
    const open = await serve(built, false);
    const port = new URL(open.url).port;
    const ask = async (headers: Record<string, string>) =>
      (await get('/scanner/', headers, Number(port))).status;
    expect(await ask({ host: `localhost:${port}` })).toBe(200);
    expect(await ask({ host: `127.0.0.1:${port}`, origin: `http://127.0.0.1:${port}` })).toBe(200);
    expect(await ask({ host: 'evil.example' })).toBe(403);
    await open.close(0);
    // Where keys are required it is reached by whatever name the server has.
    const named = await get('/scanner/', { host: 'wms.example' });
    expect(named.status).toBe(200);
  });

  test('is served by the process, whose API goes on beside it', async () => {
    const adapter = await startAdapterUnderTest();
    const page = await fetch(`${adapter.url}/scanner/`);
    // Built or not, as this checkout is.
    expect([200, 404]).toContain(page.status);
    expect(page.headers.get('content-security-policy')).toContain("'wasm-unsafe-eval'");
    const health = await adapter.call('GET', '/health/live');
    expect(health.status).toBe(200);
    expect(health.headers.has('content-security-policy')).toBe(false);
    await adapter.end();
  });
});

function write(name: string, content: string | Buffer): void {
  const file = join(built, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, content);
}

/** As `fetch` would not: the path as it is, any header, and the body as it came. */
function get(path: string, headers: Record<string, string> = {}, port = Number(new URL(server.url).port)) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: Buffer }>(
    (resolve, reject) => {
      const call = request({ host: '127.0.0.1', port, path, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => {
          const { statusCode: status = 0, headers: told } = response;
          resolve({ status, headers: told, body: Buffer.concat(chunks) });
        });
      });
      call.on('error', reject);
      call.end();
    },
  );
}

/** The whole API with the app in `app`. */
function serve(app: string, keyRequired: boolean): Promise<HttpServer> {
  const now = () => new Date();
  const reception = () => ({ starting: 0, connected: 1, away: 0 });
  const api = createApi({
    settings: { key: 'the key of the adapter', keyRequired, warehouseIds: ['WH-001'] },
    database,
    groupCommit: createGroupCommit({ database, now }),
    relay: { bus: () => ({ state: 'connected', since: now() }) },
    responder: { reception },
    recountReceiver: { reception },
    scannerFolder: app,
    now,
    log: () => {},
  });
  return listen(api, { host: '127.0.0.1', port: 0, tls: undefined });
}
