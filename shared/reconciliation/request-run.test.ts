import { beforeEach, describe, expect, test } from 'vitest';
import { inMemoryReconciliation } from '../../test/doubles/reconciliation-store.ts';
import { virtualRuntime } from '../../test/doubles/virtual-runtime.ts';
import { runIdSchema, runRequestSchema, runSchema } from '../contracts/reconciliation.ts';
import type { OrchestrationStart } from '../ports/orchestrations.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { type RequestRunPorts, requestRun, requestTimedRun } from './request-run.ts';

let store: ReturnType<typeof inMemoryReconciliation>;
let runtime: ReturnType<typeof virtualRuntime>;
let started: OrchestrationStart[];
let queuedAtStart: number[];
let ports: RequestRunPorts;

beforeEach(() => {
  store = inMemoryReconciliation();
  runtime = virtualRuntime();
  started = [];
  queuedAtStart = [];
  const start = async (orchestration: OrchestrationStart) => {
    started.push(orchestration);
    queuedAtStart.push((await store.openRuns()).length);
  };
  ports = { store, runtime, orchestrations: { start } };
});

const ask = (request: object) => requestRun(runRequestSchema.parse(request), ports);

describe('A run that is asked for', () => {
  test('is queued with an id that sorts by time, before its orchestration is started', async () => {
    const run = await ask({ warehouseId: 'WH-003', itemIdFrom: 'ITEM-1', itemIdTo: 'ITEM-2' });
    expect(runIdSchema.parse(run.runId)).toBe('20241118T100000000Z-i000');
    expect(run).toMatchObject({ mode: 'full', status: 'queued', trigger: 'request', warehouseId: 'WH-003' });
    expect(await store.run(run.runId)).toEqual(runSchema.parse(run));
    expect(started).toEqual([{ name: 'reconcile', instanceId: 'reconciliation', input: {} }]);
    expect(queuedAtStart).toEqual([1]);
  });

  test('twice is two runs', async () => {
    await ask({});
    runtime.advance(1);
    await ask({});
    expect((await store.openRuns()).map(({ mode }) => mode)).toEqual(['delta', 'delta']);
  });

  test('says that a restore is accepted only where it is', async () => {
    expect(await ask({ acceptRestore: true })).toMatchObject({ mode: 'full', acceptRestore: true });
    expect(await ask({ acceptRestore: false })).not.toHaveProperty('acceptRestore');
  });

  test('keeps the trace of who asks', async () => {
    const trace = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
    const { runId } = await requestRun(runRequestSchema.parse({}), { ...ports, trace });
    expect(await store.run(runId)).toMatchObject(trace);
  });

  test('stays queued when the orchestration cannot be started now', async () => {
    const away = async () => Promise.reject(new StoreUnavailable('the host does not answer'));
    const run = await requestRun(runRequestSchema.parse({}), { ...ports, orchestrations: { start: away } });
    expect(await store.openRuns()).toEqual([run]);
  });

  test('that cannot be stored starts nothing', async () => {
    store.away = true;
    await expect(ask({})).rejects.toBeInstanceOf(StoreUnavailable);
    expect(started).toEqual([]);
  });
});

describe('A run of the timer', () => {
  test('is queued once, however often the timer goes off', async () => {
    const first = await requestTimedRun('delta', ports);
    runtime.advance(15 * 60_000);
    expect(await requestTimedRun('delta', ports)).toEqual(first);
    expect(await store.openRuns()).toEqual([first]);
    expect(started).toHaveLength(2);
  });

  test('is another than one of the other mode, and than one of a part', async () => {
    const full = await requestTimedRun('full', ports);
    runtime.advance(1);
    const part = await ask({ warehouseId: 'WH-001' });
    runtime.advance(1);
    const delta = await requestTimedRun('delta', ports);
    expect(await store.openRuns()).toEqual([full, part, delta]);
    expect(delta).toMatchObject({ mode: 'delta', trigger: 'timer' });
  });

  test('follows one that is running, for that one may be past what changed since', async () => {
    const running = await requestTimedRun('delta', ports);
    await store.putRun({ ...running, status: 'running' });
    runtime.advance(1);
    const next = await requestTimedRun('delta', ports);
    expect(next.runId).not.toBe(running.runId);
  });
});
