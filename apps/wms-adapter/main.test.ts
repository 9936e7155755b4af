import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEAD_BUS } from './adapter-under-test.ts';

/** For localhost, signed by its own key, which nobody has. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBgDCCASWgAwIBAgIUBFebxBHVyKwofQCgbfR33X9nKQAwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjEzMzQ1N1oYDzIxMjYxMDI5
MTMzNDU3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATmyEtMiUmA15j4zsAGvAvz199HPinhUcqSv1K0HCkc/wNdgPaL7MRh
iJt/F9Y8rH+sktOUxEBQPbaNh6NeXIx2o1MwUTAdBgNVHQ4EFgQUzUS94EQUij9A
0P6NrAoD25GbRj4wHwYDVR0jBBgwFoAUzUS94EQUij9A0P6NrAoD25GbRj4wDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAuai7CHPGlqZGIpOphKqI
c4H5D92KPndDBf/Rc4AKBX4CIQD358qb/rflhdLTRb3nrQMqEw4hjjr3cf49JQpQ
KUXA5A==
-----END CERTIFICATE-----
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wms-adapter-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('The start', () => {
  const MAIN = new URL('main.ts', import.meta.url).pathname;
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const run = (args: string[], env: Record<string, string>) =>
    promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
      cwd: import.meta.dirname,
      env: { PATH, NODE_COMPILE_CACHE, STOCKBRIDGE_DATA: folder, ...env },
    }).then(
      ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
  const production = {
    ServiceBusConnection: DEAD_BUS,
    STOCKBRIDGE_TLS_CERT: 'main.ts',
    STOCKBRIDGE_TLS_KEY: 'main.ts',
  };
  const development = { STOCKBRIDGE_ENV: 'development', ServiceBusConnection: DEAD_BUS };

  test.each([
    ['no bus setting', { STOCKBRIDGE_ENV: 'development' }, 'ServiceBusConnection is missing'],
    [
      'no key and TLS outside development',
      { ServiceBusConnection: DEAD_BUS },
      'set STOCKBRIDGE_ADAPTER_KEY, STOCKBRIDGE_TLS_CERT, STOCKBRIDGE_TLS_KEY',
    ],
    [
      'no key and TLS on every address',
      { ...development, STOCKBRIDGE_ADAPTER_HOST: '0.0.0.0' },
      'set STOCKBRIDGE_ADAPTER_KEY',
    ],
    ['half of TLS', { ...development, STOCKBRIDGE_TLS_CERT: 'cert.pem' }, 'go together'],
    [
      'a certificate that is not there',
      { ...development, STOCKBRIDGE_TLS_CERT: 'no.pem', STOCKBRIDGE_TLS_KEY: 'no.pem' },
      'STOCKBRIDGE_TLS_CERT is "no.pem"',
    ],
    [
      'TLS files that are no PEM',
      { ...development, STOCKBRIDGE_TLS_CERT: 'main.ts', STOCKBRIDGE_TLS_KEY: 'main.ts' },
      'STOCKBRIDGE_TLS_CERT is "main.ts" and STOCKBRIDGE_TLS_KEY is "main.ts"',
    ],
    [
      'a key with a space',
      { ...development, STOCKBRIDGE_ADAPTER_KEY: 'the key of the adapter' },
      'STOCKBRIDGE_ADAPTER_KEY must be printable ASCII without spaces',
    ],
    [
      'a key that no header can bring',
      { ...development, STOCKBRIDGE_ADAPTER_KEY: 'schlüssel-der-verwaltung' },
      'STOCKBRIDGE_ADAPTER_KEY must be printable ASCII without spaces',
    ],
    [
      'a short key outside development',
      { ...production, STOCKBRIDGE_ADAPTER_KEY: 'fifteen-letters' },
      'STOCKBRIDGE_ADAPTER_KEY has 15 characters',
    ],
    [
      'a port that is none',
      { ...development, STOCKBRIDGE_ADAPTER_PORT: '99999' },
      'STOCKBRIDGE_ADAPTER_PORT is "99999"',
    ],
    [
      'an OTLP endpoint without http://',
      { ...development, OTEL_EXPORTER_OTLP_ENDPOINT: '127.0.0.1:4318' },
      'OTEL_EXPORTER_OTLP_ENDPOINT is "127.0.0.1:4318": set it to an address such as http://127.0.0.1:4318.',
    ],
    ['a folder that cannot be made', { ...development, STOCKBRIDGE_DATA: '/dev/null' }, 'STOCKBRIDGE_DATA'],
  ])('with %s stops with one line that says what to do', async (_what, env, text) => {
    const { code, stderr, stdout } = await run([], env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^WMS adapter cannot start: [^\n]+\n$/);
    expect(stderr).toContain(text);
  });

  test('with a certificate and the key of another stops with one line that names both settings', async () => {
    const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await writeFile(certificate, CERTIFICATE);
    await writeFile(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const tls = { STOCKBRIDGE_TLS_CERT: certificate, STOCKBRIDGE_TLS_KEY: key };
    const { code, stderr } = await run([], { ...development, ...tls });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^WMS adapter cannot start: STOCKBRIDGE_TLS_CERT is "[^\n]*STOCKBRIDGE_TLS_KEY is "[^\n]*mismatch[^\n]*\n$/,
    );
  });

  test('on a port in use stops with one line that names it', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => resolve(Number(Object(other.address()).port)));
    });
    const own = join(folder, 'other');
    const { code, stderr } = await run([], {
      ...development,
      STOCKBRIDGE_DATA: own,
      STOCKBRIDGE_ADAPTER_PORT: String(port),
    });
    other.close();
    expect(code).toBe(1);
    expect(stderr).toContain(
      `WMS adapter cannot start: port ${port} on 127.0.0.1 is in use: stop the other process`,
    );
  });

  test('with --help tells the settings', async () => {
    const { code, stdout } = await run(['--help'], {});
    expect(code).toBe(0);
    expect(stdout).toContain('STOCKBRIDGE_ADAPTER_PORT');
  });
});
