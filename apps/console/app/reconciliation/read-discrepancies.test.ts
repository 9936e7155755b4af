import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readDiscrepancies } from './read-discrepancies.ts';

const PERIOD = { warehouseId: 'WH-001', from: '2024-11-17T00:00:00.000Z', to: '2024-11-18T00:00:00.000Z' };

/** Calls for discrepancies, as run and token. */
let calls: string[];

/** The API: each run found so many rows; `next` is told where runs were left out. */
function answerWith(found: Readonly<Record<string, number>>, next?: string): void {
  const points = Object.keys(found).map((runId) => ({ runId }));
  vi.stubGlobal('fetch', async (address: string) => {
    const { pathname, searchParams } = new URL(address, 'http://localhost');
    const [, runId] = /runs\/(.*)\/discrepancies$/.exec(pathname) ?? [];
    if (runId === undefined) return Response.json({ points, truncated: next !== undefined, next });
    const begin = Number(searchParams.get('continuationToken') ?? 0);
    calls.push(`${runId} ${begin}`);
    const end = Math.min(begin + Number(searchParams.get('top')), found[runId] ?? 0);
    return Response.json({
      discrepancies: Array.from({ length: end - begin }, (_, row) => ({
        discrepancyId: `${runId} ${begin + row}`,
      })),
      ...(end < (found[runId] ?? 0) && { continuationToken: String(end) }),
    });
  });
}

beforeEach(() => {
  calls = [];
  vi.stubGlobal('sessionStorage', { getItem: () => null });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const read = () => readDiscrepancies(PERIOD, new AbortController().signal);

test('all that the runs found is read, the newest run first', async () => {
  answerWith({ old: 1, middle: 0, new: 2_500 });
  const { rows, ...told } = await read();
  expect(told).toEqual({ runs: 3, isPart: false, next: undefined });
  expect([rows.length, rows[0]?.discrepancyId, rows.at(-1)?.discrepancyId]).toEqual([
    2_501,
    'new 0',
    'old 0',
  ]);
});

test('of a run that found very much no more is read than a table holds, nor of those before it', async () => {
  answerWith({
    before: 5,
    ...Object.fromEntries(Array.from({ length: 6 }, (_, run) => [`run-${run}`, 1_000_000])),
  });
  const { rows, isPart } = await read();
  expect(isPart).toBe(true);
  expect(rows.length).toBeGreaterThanOrEqual(20_000);
  expect(calls.length).toBeLessThanOrEqual(26);
  expect(calls).not.toContain('before 0');
});

test('of a time with more runs than one answer holds it is told when those begin that were left out', async () => {
  answerWith({ only: 1 }, '2024-11-17T12:00:00.000Z');
  expect(await read()).toMatchObject({ runs: 1, isPart: true, next: '2024-11-17T12:00:00.000Z' });
});
