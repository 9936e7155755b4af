import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AdapterProcess, startAdapterProcess } from '../adapter-process.ts';
import { DEAD_BUS } from '../adapter-under-test.ts';
import { selfSignedCertificate } from './self-signed-certificate.ts';

const folder = mkdtempSync(join(tmpdir(), 'wms-adapter-tls-'));
const KEY = 'a key of sixteen and more'.replaceAll(' ', '-');
const { key, certificate } = selfSignedCertificate();
let adapter: AdapterProcess;

beforeAll(async () => {
  const [certificateFile, keyFile] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  writeFileSync(certificateFile, certificate);
  writeFileSync(keyFile, key);
  adapter = await startAdapterProcess({
    STOCKBRIDGE_ENV: '',
    STOCKBRIDGE_ADAPTER_KEY: KEY,
    STOCKBRIDGE_TLS_CERT: certificateFile,
    STOCKBRIDGE_TLS_KEY: keyFile,
    STOCKBRIDGE_DATA: folder,
    ServiceBusConnection: DEAD_BUS,
  });
});
afterAll(async () => {
  await adapter?.end('SIGTERM');
  rmSync(folder, { recursive: true });
});

describe('An adapter with a certificate', () => {
  test('answers on https, to who trusts the certificate', async () => {
    expect(adapter.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect((await get('/api/v1/health/live')).status).toBe(200);
    const { certificate: another } = selfSignedCertificate();
    await expect(get('/api/v1/health/live', {}, another)).rejects.toThrow('self-signed certificate');
  });

  test('serves the scanner app to whoever comes by any name of it, and data to who has a key', async () => {
    // Built or not, as this checkout is; it is no matter of keys.
    const page = await get('/scanner/', { host: 'wms.example.com' });
    expect([200, 404]).toContain(page.status);
    expect(page.headers['content-security-policy']).toContain("'wasm-unsafe-eval'");
    expect((await get('/api/v1/positions', { host: 'wms.example.com' })).status).toBe(401);
    expect((await get('/api/v1/positions', { 'x-api-key': KEY })).status).toBe(200);
  });
});

function get(path: string, headers: Record<string, string> = {}, ca = certificate) {
  return new Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]> }>(
    (resolve, reject) => {
      const { port } = new URL(adapter.url);
      const options = { host: '127.0.0.1', servername: 'localhost', port, path, headers, ca, agent: false };
      const call = request(options, (response) => {
        response.resume();
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers }));
      });
      call.on('error', reject);
      call.end();
    },
  );
}
