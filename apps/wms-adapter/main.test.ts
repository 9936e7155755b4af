import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEAD_BUS } from './adapter-under-test.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wms-adapter-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('The start', () => {
  const MAIN = new URL('main.ts', import.meta.url).pathname;
  const run = (args: string[], env: Record<string, string>) =>
    promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
      env: { PATH: process.env.PATH, STOCKBRIDGE_DATA: folder, ...env },
    }).then(
      ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
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
      'a port that is none',
      { ...development, STOCKBRIDGE_ADAPTER_PORT: '99999' },
      'STOCKBRIDGE_ADAPTER_PORT is "99999"',
    ],
    ['a folder that cannot be made', { ...development, STOCKBRIDGE_DATA: '/dev/null' }, 'STOCKBRIDGE_DATA'],
  ])('with %s stops with one line that says what to do', async (_what, env, text) => {
    const { code, stderr, stdout } = await run([], env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^WMS adapter cannot start: [^\n]+\n$/);
    expect(stderr).toContain(text);
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
