import { beforeEach, describe, expect, test } from 'vitest';
import { someDiscrepancy, someRun } from '../../test/doubles/reconciliation-fixtures.ts';
import { inMemoryReconciliation } from '../../test/doubles/reconciliation-store.ts';
import { virtualRuntime } from '../../test/doubles/virtual-runtime.ts';
import { accuracySchema, type Run, type WarehouseFigures } from '../contracts/reconciliation.ts';
import { NO_FIGURES } from '../domain/reconciliation-figures.ts';
import { listDiscrepancies, MAX_POINTS, readAccuracy } from './read-runs.ts';

let store: ReturnType<typeof inMemoryReconciliation>;
/** Stands at 2024-11-18T10:00:00.000Z. */
const runtime = virtualRuntime();

beforeEach(() => {
  store = inMemoryReconciliation();
});

const figuresOf = (warehouseId: string, compared: number): WarehouseFigures => ({
  ...NO_FIGURES,
  ...{ warehouseId, compared, agreeing: compared, accuracy: 1, durationMs: 40 },
});

async function completed(startedAt: string, changes: Partial<Run> = {}): Promise<Run> {
  const endedAt = new Date(Date.parse(startedAt) + 1_500).toISOString();
  const run = someRun({ requestedAt: startedAt, status: 'completed', startedAt, endedAt, ...changes });
  await store.putRun(run);
  return run;
}

async function accuracyOf(query: Parameters<typeof readAccuracy>[0]) {
  return accuracySchema.parse(await readAccuracy(query, { store, runtime }));
}

describe('Accuracy', () => {
  test('is that of the last thirty days unless told, the oldest run first', async () => {
    await completed('2024-10-19T09:59:59.999Z');
    const first = await completed('2024-10-19T10:00:00.000Z');
    const last = await completed('2024-11-18T09:59:59.999Z', { mode: 'full' });
    await completed('2024-11-18T10:00:00.000Z');
    const { points, ...range } = await accuracyOf({});
    expect(range).toEqual({
      ...{ from: '2024-10-19T10:00:00.000Z', to: '2024-11-18T10:00:00.000Z', truncated: false },
    });
    expect(points.map(({ runId, mode, durationMs }) => ({ runId, mode, durationMs }))).toEqual([
      { runId: first.runId, mode: 'delta', durationMs: 1_500 },
      { runId: last.runId, mode: 'full', durationMs: 1_500 },
    ]);
  });

  test('takes instants in any precision', async () => {
    const run = await completed('2024-11-01T00:00:00.001Z');
    const runsOf = async (from: string, to: string) => {
      const { points } = await accuracyOf({ from, to });
      return points.map(({ runId }) => runId);
    };
    expect(await runsOf('2024-11-01T00:00:00Z', '2024-11-01T00:00:00.001000001Z')).toEqual([run.runId]);
    expect(await runsOf('2024-11-01T00:00:00.000999Z', '2024-11-01T00:00:01Z')).toEqual([run.runId]);
    expect(await runsOf('2024-11-01T00:00:00.001001Z', '2024-11-01T00:00:01Z')).toEqual([]);
    expect(await runsOf('2024-11-01T00:00:00Z', '2024-11-01T00:00:00.0010Z')).toEqual([]);
  });

  test('of a mode leaves out the other', async () => {
    await completed('2024-11-01T00:00:00.000Z');
    const full = await completed('2024-11-02T00:00:00.000Z', { mode: 'full' });
    expect((await accuracyOf({ mode: 'full' })).points.map(({ runId }) => runId)).toEqual([full.runId]);
  });

  test('of a warehouse is of its figures alone, in the runs that came upon it', async () => {
    const both = [figuresOf('WH-001', 10), figuresOf('WH-002', 3)];
    const total = { ...NO_FIGURES, compared: 13, agreeing: 13, accuracy: 1 };
    const run = await completed('2024-11-01T00:00:00.000Z', { warehouses: both, total });
    await completed('2024-11-02T00:00:00.000Z', { warehouses: [figuresOf('WH-001', 5)] });
    const { points } = await accuracyOf({ warehouseId: 'WH-002' });
    expect(points).toMatchObject([
      { runId: run.runId, total: { compared: 3 }, warehouses: [{ warehouseId: 'WH-002', compared: 3 }] },
    ]);
    expect(points[0]?.warehouses).toHaveLength(1);
    expect((await accuracyOf({ to: '2024-11-02T00:00:00Z' })).points[0]?.total.compared).toBe(13);
  });

  test('of more runs than one answer holds leaves out the newest, and says so', async () => {
    const start = Date.parse('2024-11-01T00:00:00.000Z');
    for (let run = 0; run <= MAX_POINTS; run++) await completed(new Date(start + run).toISOString());
    const { points, truncated, next } = await accuracyOf({});
    expect([points.length, truncated]).toEqual([3_000, true]);
    expect(points.at(-1)?.startedAt).toBe('2024-11-01T00:00:02.999Z');
    expect(next).toBe('2024-11-01T00:00:03.000Z');
    const whole = await accuracyOf({ from: '2024-11-01T00:00:00.001Z' });
    expect([whole.points.length, whole.truncated, whole.next]).toEqual([3_000, false, undefined]);
  });

  test('goes on to the end, also where what is asked for is rare among the runs', async () => {
    const start = Date.parse('2024-11-01T00:00:00.000Z');
    for (let run = 0; run < MAX_POINTS + 100; run++) await completed(new Date(start + run).toISOString());
    const full = await completed(new Date(start + MAX_POINTS + 100).toISOString(), { mode: 'full' });
    const found: string[] = [];
    let from: string | undefined;
    do {
      const answer = await accuracyOf({ mode: 'full', from });
      found.push(...answer.points.map(({ runId }) => runId));
      expect(answer.next).not.toBe(from);
      from = answer.next;
    } while (from !== undefined);
    expect(found).toEqual([full.runId]);
  });

  test.each([
    ['2024-11-02T00:00:00Z', '2024-11-01T00:00:00Z'],
    ['2024-11-01T00:00:00.000Z', '2024-11-01T00:00:00Z'],
    ['2024-11-18T10:00:00.001Z', undefined],
  ])('of the range from %s to %s is none', async (from, to) => {
    expect(await readAccuracy({ from, to }, { store, runtime })).toMatchObject({ empty: true, from });
  });
});

describe('Discrepancies', () => {
  test('of a run that found none are none; of one that nobody asked for are unknown', async () => {
    const run = await completed('2024-11-01T00:00:00.000Z');
    expect(await listDiscrepancies(run.runId, { top: 10 }, { store })).toEqual({ discrepancies: [] });
    await store.putDiscrepancies([someDiscrepancy({ runId: '20241101T000000000Z-none' })]);
    expect(await listDiscrepancies('20241101T000000000Z-none', { top: 10 }, { store })).toBeUndefined();
  });
});
