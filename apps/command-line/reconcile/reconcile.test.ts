import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Discrepancy,
  type Run,
  runRequestSchema,
  type WarehouseFigures,
} from '../../../shared/contracts/reconciliation.ts';
import { NO_FIGURES } from '../../../shared/domain/reconciliation-figures.ts';
import { systemRuntime } from '../../../shared/ports/runtime.ts';
import { listDiscrepancies } from '../../../shared/reconciliation/read-runs.ts';
import { requestRun } from '../../../shared/reconciliation/request-run.ts';
import { someDiscrepancy } from '../../../test/doubles/reconciliation-fixtures.ts';
import { inMemoryReconciliation } from '../../../test/doubles/reconciliation-store.ts';

const figures: WarehouseFigures = {
  ...{
    warehouseId: 'WH-001',
    compared: 12_345,
    agreeing: 12_344,
    corrected: 1,
    uncorrected: 0,
    reservations: 0,
  },
  ...{ inFlight: 0, late: 0, piecesOff: 2, valueOff: 4.5, accuracy: 12_344 / 12_345, durationMs: 1_240 },
};
const untouched: WarehouseFigures = { ...NO_FIGURES, warehouseId: 'WH-002', durationMs: 3 };
const { warehouseId: _w, durationMs: _d, ...total } = figures;

let server: Server;
let url: string;
let store: ReturnType<typeof inMemoryReconciliation>;
/** What the run comes to, step by step: each reading of it shows the next. */
let steps: ((run: Run) => Run)[];
let found: number;
let unreadable: Partial<Discrepancy>;
let refuse: { status: 400 | 401 | 503; problem: object | undefined } | undefined;
/** Keys that came with calls. */
let keys: (string | undefined)[];

/** The API of runs on its use cases; in place of the orchestration, each reading takes the run a step further. */
function app(): Hono {
  const runs = '/api/reconciliation/runs';
  return new Hono()
    .post(runs, async (context) => {
      keys.push(context.req.header('x-functions-key'));
      if (refuse) return context.json(refuse.problem ?? {}, refuse.status);
      const ports = { store, runtime: systemRuntime, orchestrations: { start: async () => {} } };
      const { runId, status } = await requestRun(runRequestSchema.parse(await context.req.json()), ports);
      const discrepancies = Array.from({ length: found }, (_unused, index) =>
        someDiscrepancy({ runId, itemId: `ITEM-${String(index).padStart(2, '0')}`, ...unreadable }),
      );
      await store.putDiscrepancies(discrepancies);
      return context.json({ runId, status, links: { self: runs, discrepancies: runs } }, 202);
    })
    .get(`${runs}/:runId`, async (context) => {
      const run = await store.run(context.req.param('runId'));
      if (!run) return context.notFound();
      await store.putRun(steps.shift()?.(run) ?? run);
      return context.json((await store.run(run.runId)) ?? run);
    })
    .get(`${runs}/:runId/discrepancies`, async (context) => {
      const top = Number(context.req.query('top'));
      return context.json(await listDiscrepancies(context.req.param('runId'), { top }, { store }));
    });
}

beforeEach(async () => {
  store = inMemoryReconciliation();
  [steps, found, unreadable, refuse, keys] = [[], 0, {}, undefined, []];
  server = await new Promise<Server>((resolve) => {
    const started = serve({ fetch: app().fetch, hostname: '127.0.0.1', port: 0 }, () =>
      resolve(started as Server),
    );
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const at = '2024-11-18T10:00:00.000Z';
const running = (run: Run): Run => ({
  ...run,
  status: 'running',
  startedAt: at,
  warehouses: [figures, untouched],
});
const completed = (run: Run): Run => ({
  ...{ ...running(run), status: 'completed', endedAt: '2024-11-18T10:00:31.500Z', total },
});

type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string };

function reconcile(args: readonly string[], environment: Record<string, string> = {}): Promise<Outcome> {
  const command = [
    '--disable-warning=ExperimentalWarning',
    join(import.meta.dirname, '../main.ts'),
    'reconcile',
    ...args,
  ];
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, STOCKBRIDGE_FUNCTIONS_URL: url, ...environment };
  return new Promise((resolve) => {
    execFile(process.execPath, command, { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

describe('stockbridge reconcile', () => {
  test('follows the run to its end, and shows its figures and the first of what it found', async () => {
    steps = [(run) => run, running, completed];
    found = 22;
    const { code, stdout, stderr } = await reconcile(['--warehouse', 'WH-001']);
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^Run \d{8}T\d{9}Z-\w{4} \(delta\) completed\.$/);
    expect(lines.slice(1, 4).map((line) => line.trim().split(/\s{2,}/))).toEqual([
      expect.arrayContaining(['warehouse', 'compared', 'in flight', 'accuracy', 'seconds']),
      ['WH-001', '12,345', '12,344', '1', '0', '0', '0', '0', '2', '4.50', '99.991 %', '1.2'],
      ['all', '12,345', '12,344', '1', '0', '0', '0', '0', '2', '4.50', '99.991 %', '31.5'],
    ]);
    expect(new Set(lines.slice(1, 4).map(({ length }) => length)).size).toBe(1);
    expect(lines[5]).toBe(
      '  lost-event: ITEM-00 WH-001 A-01: WMS 5 pieces (version 4), cloud 7 pieces (version 3); corrected. Version 4 never arrived.',
    );
    expect(lines.slice(5, -1)).toHaveLength(20);
    expect(lines.at(-1)).toMatch(/and more: GET .*\/discrepancies$/);
    expect((await store.runs({ top: 5 })).rows).toMatchObject([{ mode: 'delta', warehouseId: 'WH-001' }]);
  });

  test('says of a row of the WMS that cannot be read what the cloud has, and not that the WMS knows nothing', async () => {
    steps = [completed];
    found = 1;
    unreadable = { class: 'unknown', action: 'none', expected: null, detail: 'It cannot be read.' };
    const { stdout } = await reconcile([]);
    expect(stdout).toContain(
      '  unknown: ITEM-00 WH-001 A-01: WMS cannot be told, cloud 7 pieces (version 3); none. It cannot be read.',
    );
  });

  test('says what the WMS has where it is known, though nobody knows what is wrong and nothing could be done', async () => {
    steps = [completed];
    found = 1;
    unreadable = { class: 'unknown', action: 'none', expected: { onHand: 5, version: 2 }, detail: 'Full.' };
    const { stdout } = await reconcile([]);
    expect(stdout).toContain('WMS 5 pieces (version 2), cloud 7 pieces (version 3); none. Full.');
  });

  test('asks for what the options say, with the key of the settings', async () => {
    steps = [completed, completed];
    const { code, stdout } = await reconcile(['--from', 'ITEM-1', '--to', 'ITEM-2'], {
      STOCKBRIDGE_FUNCTIONS_KEY: 'secret',
    });
    expect([code, keys]).toEqual([0, ['secret']]);
    expect(stdout).toContain('No discrepancies.');
    await reconcile(['--full', '--accept-restore', '--url', url], { STOCKBRIDGE_FUNCTIONS_URL: '' });
    const { rows } = await store.runs({ top: 5 });
    expect(rows).toMatchObject([
      { mode: 'full', acceptRestore: true },
      { mode: 'full', itemIdFrom: 'ITEM-1', itemIdTo: 'ITEM-2' },
    ]);
  });

  test('gives a program the run and what it found as JSON', async () => {
    steps = [completed];
    found = 22;
    const { code, stdout } = await reconcile(['--json']);
    const { run, discrepancies, more } = JSON.parse(stdout);
    expect({ code, more, status: run.status, total: run.total }).toEqual({
      ...{ code: 0, more: false, status: 'completed', total },
    });
    expect(discrepancies).toHaveLength(22);
  });

  test('of a run that failed says why, and ends with 1', async () => {
    const problem = { code: 'wms-restored', detail: 'The WMS was restored.' } as const;
    steps = [
      (run) => ({ ...completed(run), status: 'failed', problem, notes: ['WH-099 is known to nobody.'] }),
    ];
    const { code, stdout } = await reconcile([]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^Run \S+ \(delta\) failed: The WMS was restored\.\n/);
    expect(stdout).toContain('Note: WH-099 is known to nobody.');
  });
});

describe('stockbridge reconcile that cannot ask ends with 1 and one line', () => {
  const field = (pointer: string) => ({
    ...{ type: 'about:blank', title: 'The request is not valid', status: 400 },
    errors: [{ pointer, detail: 'is no warehouse (given: "WH-9")' }],
  });
  const unconfigured = {
    type: 'about:blank',
    title: 'Not configured',
    status: 503,
    detail: 'set WmsSqlFile',
  };

  test.each([
    ['an option that is none', ['--fast'], undefined, "Unknown option '--fast'"],
    [
      'no warehouse',
      ['--warehouse', 'WH-9'],
      { status: 400, problem: field('/warehouseId') },
      '--warehouse: is no',
    ],
    ['an app without settings', [], { status: 503, problem: unconfigured }, 'answered 503: set WmsSqlFile'],
    ['an app that wants a key', [], { status: 401, problem: undefined }, 'set STOCKBRIDGE_KEY'],
    [
      'an app that is away',
      ['--url', 'http://127.0.0.1:9'],
      undefined,
      'does not answer at http://127.0.0.1:9',
    ],
    ['an address that is none', ['--url', 'x'], undefined, 'Option --url is "x"'],
  ] as const)('given %s', async (_name, args, refusal, told) => {
    refuse = refusal;
    const { code, stdout, stderr } = await reconcile(args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^Reconcile: [^\n]+\n$/);
    expect(stderr).toContain(told);
  });

  test('given an address that sends elsewhere, where the key does not go', async () => {
    const elsewhere = createServer((request, response) => {
      response.writeHead(307, { location: `${url}${request.url}` }).end();
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    const { code, stdout, stderr } = await reconcile(['--url', address], { STOCKBRIDGE_FUNCTIONS_KEY: 'k' });
    elsewhere.close();
    expect([code, stdout, keys]).toEqual([1, '', []]);
    expect(stderr).toBe(
      `Reconcile: The functions app at ${address} sends to ${url}: if that is the functions app, say so with --url or STOCKBRIDGE_FUNCTIONS_URL.\n`,
    );
  });
});

test('--help says what there is', async () => {
  const { code, stdout } = await reconcile(['--help']);
  expect(code).toBe(0);
  for (const option of ['--full', '--warehouse', '--from', '--to', '--accept-restore', '--json', '--url'])
    expect(stdout).toContain(`  ${option} `);
});
