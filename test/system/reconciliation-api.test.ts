import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemDetailsSchema } from '../../shared/contracts/problem-details.ts';
import {
  accuracySchema,
  discrepanciesSchema,
  type Run,
  runSchema,
  runsSchema,
  type WarehouseFigures,
} from '../../shared/contracts/reconciliation.ts';
import { NO_FIGURES } from '../../shared/domain/reconciliation-figures.ts';
import type { ReconciliationStore } from '../../shared/ports/reconciliation-store.ts';
import { openStorage } from '../../shared/storage/connection.ts';
import { tableReconciliationStore } from '../../shared/storage/reconciliation-store.ts';
import { someDiscrepancy, someRun } from '../doubles/reconciliation-fixtures.ts';
import { WITHOUT_TIMED_RUNS } from '../without-timed-runs.ts';
import { type Fabric, startFabric, until } from './fabric.ts';
import { runProgram } from './run-program.ts';

const RUNS = 'reconciliation/runs';

async function call(fabric: Fabric, method: 'GET' | 'POST', path: string, body?: unknown) {
  const response = await fetch(`${fabric.stack.urls.functions}/api/${path}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    location: response.headers.get('location'),
    body: (await response.json()) as unknown,
  };
}

async function problemOf(answer: ReturnType<typeof call>) {
  const { status, type, body } = await answer;
  expect(type).toBe('application/problem+json');
  const problem = problemDetailsSchema.parse(body);
  expect(problem.status).toBe(status);
  return problem;
}

describe('The API of runs, where no setting says where the WMS database is', () => {
  let fabric: Fabric;
  let store: ReconciliationStore;

  beforeAll(async () => {
    fabric = await startFabric({
      parts: ['service-bus', 'cosmos', 'azurite', 'functions'],
      environment: { WmsSqlFile: '', WmsSqlConnection: '' },
    });
    const storage = await openStorage({ StorageConnection: fabric.stack.connections.storage });
    store = tableReconciliationStore(storage.table('reconciliation'));
  }, 90_000);
  afterAll(() => fabric?.stop(), 30_000);

  const get = (path: string) => call(fabric, 'GET', path);

  /** Runs of a year that no other test uses. */
  async function completed(requestedAt: string, changes: Partial<Run> = {}): Promise<Run> {
    const endedAt = new Date(Date.parse(requestedAt) + 2_000).toISOString();
    const run = someRun({ requestedAt, status: 'completed', startedAt: requestedAt, endedAt, ...changes });
    await store.putRun(run);
    return run;
  }

  test('says what to set, and queues nothing', async () => {
    const problem = await problemOf(call(fabric, 'POST', RUNS, {}));
    expect(problem).toMatchObject({ status: 503, title: 'Not configured' });
    expect(problem.detail).toMatch(/WmsSqlConnection .*WmsSqlFile/);
    expect(await store.openRuns()).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['a warehouse that nobody knows', { warehouseId: 'WH-999' }, '/warehouseId'],
    ['a range that is none', { itemIdFrom: 'B', itemIdTo: 'A' }, '/itemIdTo'],
    ['a range of what changed', { mode: 'delta', itemIdFrom: 'A' }, '/mode'],
    ['a restore of a part', { acceptRestore: true, itemIdTo: 'A' }, '/acceptRestore'],
    ['a mode that is none', { mode: 'some' }, '/mode'],
  ])('refuses %s by field, with the value', async (_name, body, pointer) => {
    const problem = await problemOf(call(fabric, 'POST', RUNS, body));
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer }] });
    const value = Reflect.get(body, pointer.slice(1));
    expect(problem.errors?.[0]?.detail).toContain(`(given: ${JSON.stringify(value)})`);
  });

  test('lists runs with the newest first, page by page, and by status', async () => {
    const ids: string[] = [];
    for (const second of ['01', '02', '03'])
      ids.unshift((await completed(`2031-01-01T00:00:${second}.000Z`)).runId);
    await completed('2031-01-01T00:00:04.000Z', { status: 'failed' });
    const first = runsSchema.parse((await get(`${RUNS}?status=completed&top=2`)).body);
    const next = `${RUNS}?status=completed&top=2&continuationToken=${first.continuationToken}`;
    const second = runsSchema.parse((await get(next)).body);
    const listed = [...first.runs, ...second.runs].map(({ runId }) => runId);
    expect(listed.slice(0, 3)).toEqual(ids);
  });

  test('reads a run, and knows none that nobody asked for', async () => {
    const run = await completed('2030-01-01T00:00:00.000Z');
    expect(await get(`${RUNS}/${run.runId}`)).toMatchObject({ status: 200, body: run });
    const other = '20300101T000000000Z-none';
    for (const path of [`${RUNS}/${other}`, `${RUNS}/${other}/discrepancies`])
      expect(await problemOf(get(path))).toMatchObject({
        status: 404,
        detail: expect.stringContaining(other),
      });
  });

  test('reads what a run found, page by page, by class and warehouse', async () => {
    const { runId } = await completed('2030-02-01T00:00:00.000Z');
    const [a, b, c] = [
      someDiscrepancy({ runId, itemId: 'ITEM-1' }),
      someDiscrepancy({ runId, itemId: 'ITEM-2', class: 'phantom' }),
      someDiscrepancy({ runId, itemId: 'ITEM-1', warehouseId: 'WH-002', class: 'phantom' }),
    ];
    await store.putDiscrepancies([c, b, a]);
    const path = `${RUNS}/${runId}/discrepancies`;
    const of = async (query: string) => discrepanciesSchema.parse((await get(`${path}?${query}`)).body);
    const first = await of('top=2');
    expect(first.discrepancies).toEqual([a, b]);
    expect(await of(`top=2&continuationToken=${first.continuationToken}`)).toEqual({ discrepancies: [c] });
    expect(await of('class=phantom&warehouseId=WH-002')).toEqual({ discrepancies: [c] });
  });

  test('gives the accuracy of a range of time', async () => {
    const figures = (warehouseId: string, compared: number): WarehouseFigures => ({
      ...NO_FIGURES,
      ...{ warehouseId, compared, agreeing: compared, accuracy: 1, durationMs: 10 },
    });
    const warehouses = [figures('WH-001', 7), figures('WH-002', 3)];
    const one = await completed('2032-01-01T00:00:00.000Z', { warehouses });
    const two = await completed('2032-01-02T00:00:00.000Z', { mode: 'full' });
    const of = async (query: string) =>
      accuracySchema.parse((await get(`reconciliation/accuracy?from=2032-01-01T00:00:00Z&${query}`)).body);
    const all = await of('to=2032-02-01T00:00:00Z');
    expect(all.points.map(({ runId, durationMs }) => [runId, durationMs])).toEqual([
      [one.runId, 2_000],
      [two.runId, 2_000],
    ]);
    expect((await of('to=2032-02-01T00:00:00Z&mode=full')).points.map(({ runId }) => runId)).toEqual([
      two.runId,
    ]);
    const ofOne = await of('to=2032-02-01T00:00:00Z&warehouseId=WH-002');
    expect(ofOne.points).toMatchObject([{ total: { compared: 3 }, warehouses: [{ warehouseId: 'WH-002' }] }]);
  });

  test.each([
    [`${RUNS}?status=done`, '/status'],
    [`${RUNS}?top=0`, '/top'],
    [`${RUNS}?continuationToken=of-no-list`, '/continuationToken'],
    [`${RUNS}/yesterday`, '/runId'],
    [`${RUNS}/yesterday/discrepancies`, '/runId'],
    ['reconciliation/accuracy?from=yesterday', '/from'],
    ['reconciliation/accuracy?from=2030-01-02T00:00:00Z&to=2030-01-01T00:00:00Z', '/from'],
    ['reconciliation/accuracy?from=9999-01-01T00:00:00Z', '/from'],
    ['reconciliation/accuracy?warehouseId=WH-999', '/warehouseId'],
    ['reconciliation/accuracy?mode=none', '/mode'],
  ])('refuses GET %s by field', async (path, pointer) => {
    expect(await problemOf(get(path))).toMatchObject({ status: 400, errors: [{ pointer }] });
  });

  test.each([
    ['class=theft', '/class'],
    ['warehouseId=WH-999', '/warehouseId'],
    ['top=1001', '/top'],
    ['continuationToken=of-no-list', '/continuationToken'],
  ])('refuses discrepancies asked for with %s by field', async (query, pointer) => {
    const { runId } = await completed('2030-03-01T00:00:00.000Z');
    const asked = get(`${RUNS}/${runId}/discrepancies?${query}`);
    expect(await problemOf(asked)).toMatchObject({ status: 400, errors: [{ pointer }] });
  });
});

describe('POST /api/reconciliation/runs', () => {
  let fabric: Fabric;
  beforeAll(async () => {
    fabric = await startFabric({ environment: WITHOUT_TIMED_RUNS });
  }, 90_000);
  afterAll(() => fabric?.stop(), 30_000);

  test('answers where to follow each run, and works them off one after the other', async () => {
    const itemId = `ITEM-${randomUUID().slice(0, 8)}`;
    const asked = [
      await call(fabric, 'POST', RUNS, {}),
      await call(fabric, 'POST', RUNS, { warehouseId: 'WH-002', itemIdFrom: itemId }),
    ];
    for (const { status, location, body } of asked)
      expect({ status, body }).toMatchObject({
        status: 202,
        body: { status: 'queued', links: { self: location, discrepancies: `${location}/discrepancies` } },
      });
    const runOf = async ({ location }: { location: string | null }) =>
      runSchema.parse((await call(fabric, 'GET', location?.slice('/api/'.length) ?? '')).body);
    const [first, second] = await until(
      () => Promise.all(asked.map(runOf)),
      (runs) => runs.every(({ status }) => status === 'completed'),
    );
    // Before the first run nothing says what changed since: it looks at everything.
    expect(first).toMatchObject({ mode: 'full', trigger: 'request' });
    expect(second).toMatchObject({ mode: 'full', warehouseId: 'WH-002', itemIdFrom: itemId });
    expect(second?.startedAt && first?.endedAt && second.startedAt >= first.endedAt).toBe(true);
  });

  test('npm run reconcile asks for a run, and ends with what it found', async () => {
    const args = ['reconcile', '--warehouse', 'WH-003', '--json', '--url', fabric.stack.urls.functions];
    const { code, stdout, stderr } = await runProgram('apps/command-line/main.ts', args, {});
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      run: { status: 'completed', mode: 'delta', warehouseId: 'WH-003' },
      discrepancies: [],
    });
  });
});
