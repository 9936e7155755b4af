import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DEAD_BUS, startAdapterUnderTest } from '../adapter-under-test.ts';
import { scan } from '../contract/fixtures.ts';
import { createTestDatabase, SKIPPED, type TestDatabase } from './test-database.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

/** The adapter as a command; answers its exit code and what it printed. */
function run(args: string[], environment: Record<string, string>) {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, STOCKBRIDGE_ENV: 'development', ...environment };
  return promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
    env,
  }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      stdout,
      stderr,
    }),
  );
}

describe('The adapter', () => {
  test.each([
    ['--migrate and no WmsSqlConnection', ['--migrate'], {}, /set WmsSqlConnection/],
    [
      'a connection string that is none',
      [],
      { WmsSqlConnection: 'topsecret' },
      /WmsSqlConnection: it must read/,
    ],
    [
      'a server that does not answer',
      [],
      { WmsSqlConnection: 'Server=127.0.0.1,1;Database=wms;User Id=u;Password=topsecret' },
      /the database wms on 127\.0\.0\.1,1 cannot be opened/,
    ],
  ])(
    'with %s stops with one line that says why, without the password',
    async (_what, args, environment, why) => {
      const { code, stdout, stderr } = await run(args, { ServiceBusConnection: DEAD_BUS, ...environment });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^WMS adapter cannot start: [^\n]+\n$/);
      expect(stderr).toMatch(why);
      expect(stderr).not.toContain('topsecret');
    },
  );
});

describe.skipIf(SKIPPED !== undefined)(
  `The adapter on SQL Server${SKIPPED ? `, skipped: ${SKIPPED}` : ''}`,
  () => {
    let server: TestDatabase;
    beforeAll(async () => {
      server = await createTestDatabase();
    });
    afterAll(() => server?.drop());

    test('makes its tables by --migrate, and ends', async () => {
      const { code, stdout, stderr } = await run(['--migrate'], {
        WmsSqlConnection: server.connectionString,
      });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toBe('The tables of the WMS database are those of this version\n');
    });

    test('shares the database with another one, and has all of it after a restart', async () => {
      const environment = { WmsSqlConnection: server.connectionString };
      const [one, other] = await Promise.all([
        startAdapterUnderTest(environment),
        startAdapterUnderTest(environment),
      ]);
      await one.call('PUT', '/items/ITEM-1', {});
      await other.call('PUT', '/warehouses/WH-001/locations/A-05-02', {});
      const receipt = scan({ quantity: 10 });
      expect(await one.post([receipt])).toMatchObject([
        { outcome: 'applied', position: { onHand: 10, version: 1 } },
      ]);
      expect(await other.post([scan({ type: 'pick', quantity: 3 }), receipt])).toMatchObject([
        { outcome: 'applied', position: { onHand: 7, version: 2 } },
        { outcome: 'duplicate', position: { onHand: 10, version: 1 } },
      ]);
      await one.restart();
      const { body } = await one.call('GET', '/positions?itemId=ITEM-1');
      expect(body).toMatchObject({ positions: [{ onHand: 7, version: 2, lotNumber: null }] });
      await Promise.all([one.end(), other.end()]);
    });
  },
);
