import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Run } from '../../shared/contracts/reconciliation.ts';
import { InvalidContinuationToken } from '../../shared/ports/quarantine-store.ts';
import type {
  Page,
  ReconciliationState,
  ReconciliationStore,
} from '../../shared/ports/reconciliation-store.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import type { Storage } from '../../shared/storage/connection.ts';
import { readRows } from '../../shared/storage/key-pages.ts';
import { runKey, runRow } from '../../shared/storage/reconciliation-row.ts';
import { tableReconciliationStore } from '../../shared/storage/reconciliation-store.ts';
import { unique } from '../doubles/fixtures.ts';
import { runIdAt, someDiscrepancy, someRun } from '../doubles/reconciliation-fixtures.ts';
import { inMemoryReconciliation } from '../doubles/reconciliation-store.ts';
import { inMemory, inStorage, type StoreUnderTest } from './store-under-test.ts';

const reconciliationTable = (storage: Storage) => storage.table('reconciliation');

const TOKENS_OF_NO_LIST = ['x', 'eyJ', 'bnVsbA', '"', 'WyJydW5zIiwieCJd', 'WyJqb3VybmFsIiwiYSJd'];

describe.each<[string, () => Promise<StoreUnderTest<ReconciliationStore>>]>([
  ['in memory', inMemory(inMemoryReconciliation)],
  ['in Table storage', inStorage((storage) => tableReconciliationStore(reconciliationTable(storage)))],
])('the store of reconciliation %s', (_name, start) => {
  let implementation: StoreUnderTest<ReconciliationStore>;
  let store: ReconciliationStore;
  /** A day that no other test uses, so that none meets another's runs. */
  let day: string;

  beforeAll(async () => {
    implementation = await start();
    store = implementation.store;
  });
  afterAll(() => implementation.stop());
  beforeEach(() => {
    day = new Date(Date.UTC(2030, 0, unique())).toISOString().slice(0, 10);
  });

  async function completed(clock: string, changes: Partial<Run> = {}): Promise<Run> {
    const requestedAt = `${day}T${clock}Z`;
    const run = someRun({
      requestedAt,
      status: 'completed',
      startedAt: requestedAt,
      endedAt: requestedAt,
      ...changes,
    });
    await store.putRun(run);
    return run;
  }

  describe('runs', () => {
    test('come back as they were put, the last word of each', async () => {
      const run = someRun({
        warehouseId: 'WH-003',
        trigger: 'request',
        mode: 'full',
        itemIdFrom: 'A',
        acceptRestore: true,
      });
      await store.putRun(run);
      expect(await store.run(run.runId)).toEqual(run);
      const problem = { code: 'wms-restored', detail: 'It went back — by "much".' } as const;
      const failed: Run = { ...run, status: 'failed', problem, notes: ['ä'.repeat(100_000)] };
      await store.putRun(failed);
      expect(await store.run(run.runId)).toEqual(failed);
    });

    test.each(['20300101T000000000Z-none', '20300101T000000000Z-longer', 'x', '', "' or 1 eq 1", 'a/b'])(
      'nobody put, such as "%s", are not there',
      async (runId) => {
        expect(await store.run(runId)).toBeUndefined();
        expect(await store.discrepancies(runId, { top: 5 })).toEqual({ rows: [] });
      },
    );

    test('without an id of the form that sorts by time are refused', async () => {
      await expect(store.putRun(someRun({ runId: 'mine' }))).rejects.toThrow('"mine" is no id of a run');
    });

    test('are listed with the newest first, page by page, each once, also when others are put in between', async () => {
      const clocks = ['08:00:00.000', '08:00:00.001', '09:59:59.999', '10:00:00.000', '23:00:00.000'];
      const runs = [];
      for (const clock of clocks) runs.push(await completed(clock));
      const ids = runs.map(({ runId }) => runId).reverse();
      const all = await pages(
        (page) => store.runs(page),
        2,
        async () => {
          day = '2040-01-01';
          await completed('00:00:00.000');
        },
      );
      expect(all.map(({ runId }) => runId).filter((id) => ids.includes(id))).toEqual(ids);
      expect(new Set(all.map(({ runId }) => runId)).size).toBe(all.length);
    });

    test('of one millisecond are in the same order everywhere', async () => {
      const requestedAt = `${day}T00:00:00.000Z`;
      const prefix = requestedAt.replace(/[-:.]/g, '');
      for (const end of ['zz9z', 'a000', '0zzz', '9zzz', 'z000'])
        await store.putRun(
          someRun({ runId: `${prefix}-${end}`, requestedAt, status: 'completed', startedAt: requestedAt }),
        );
      const { rows } = await store.runs({ top: 200 });
      const ends = rows
        .filter(({ runId }) => runId.startsWith(prefix))
        .map(({ runId }) => runId.slice(prefix.length));
      expect(ends).toEqual([...ends].sort().reverse());
      expect(ends).toHaveLength(5);
    });

    test('are listed by status', async () => {
      const failed = await completed('01:00:00.000', { status: 'failed' });
      await completed('02:00:00.000');
      const { rows } = await store.runs({ status: 'failed', top: 200 });
      expect(rows.map(({ runId }) => runId)).toContain(failed.runId);
      expect(rows.every(({ status }) => status === 'failed')).toBe(true);
    });

    test.each(TOKENS_OF_NO_LIST)(
      'a continuation token that no list gave, %s, is told',
      async (continuationToken) => {
        await expect(store.runs({ top: 10, continuationToken })).rejects.toBeInstanceOf(
          InvalidContinuationToken,
        );
        const ofRun = store.discrepancies(runIdAt(`${day}T00:00:00.000Z`), { top: 10, continuationToken });
        await expect(ofRun).rejects.toBeInstanceOf(InvalidContinuationToken);
      },
    );

    test('are open while they are queued or running, the oldest request first', async () => {
      const [second, first] = [
        someRun({ requestedAt: `${day}T02:00:00.000Z` }),
        someRun({ requestedAt: `${day}T01:00:00.000Z` }),
      ];
      await store.putRun(second);
      await store.putRun(first);
      const ofToday = async () => {
        const open = (await store.openRuns()).filter(({ requestedAt }) => requestedAt.startsWith(day));
        return open.map(({ runId, status }) => `${runId} ${status}`);
      };
      expect(await ofToday()).toEqual([`${first.runId} queued`, `${second.runId} queued`]);
      await store.putRun({ ...first, status: 'running' });
      expect(await ofToday()).toEqual([`${first.runId} running`, `${second.runId} queued`]);
      const endedAt = `${day}T03:00:00.000Z`;
      await store.putRun({ ...first, status: 'completed', startedAt: first.requestedAt, endedAt });
      await store.putRun({ ...second, status: 'failed', startedAt: first.requestedAt, endedAt });
      await store.putRun({ ...second, status: 'failed', startedAt: first.requestedAt, endedAt });
      expect(await ofToday()).toEqual([]);
    });
  });

  describe('completed runs', () => {
    test('are those that started in between, the oldest first, however they were asked for', async () => {
      const late = await completed('01:00:00.000', { startedAt: `${day}T12:00:00.000Z` });
      const early = await completed('02:00:00.000', { startedAt: `${day}T02:00:00.500Z` });
      await completed('03:00:00.000', { status: 'failed' });
      await completed('14:00:00.000');
      const between = await store.completedRuns(`${day}T02:00:00.500Z`, `${day}T14:00:00.000Z`, 10);
      expect(between).toEqual([early, late]);
    });

    test('beyond the limit are left out at the new end', async () => {
      const runs = [];
      for (const clock of ['01:00:00.000', '02:00:00.000', '03:00:00.000']) runs.push(await completed(clock));
      const limited = await store.completedRuns(`${day}T00:00:00.000Z`, `${day}T23:00:00.000Z`, 2);
      expect(limited).toEqual(runs.slice(0, 2));
    });
  });

  describe('discrepancies', () => {
    test('are kept once however often they are put, the last word of each', async () => {
      const runId = runIdAt(`${day}T00:00:00.000Z`);
      const one = someDiscrepancy({ runId });
      const told = { ...one, investigationId: 'WH-001:ITEM-1:1' };
      await store.putDiscrepancies([one]);
      await store.putDiscrepancies([told]);
      expect(await store.discrepancies(runId, { top: 10 })).toEqual({ rows: [told] });
      await store.putDiscrepancies([]);
    });

    test('come by warehouse, item, location and lot, page by page, those of the run only', async () => {
      const [runId, other] = [runIdAt(`${day}T00:00:00.000Z`), runIdAt(`${day}T00:00:00.000Z`)];
      const places = [
        { warehouseId: 'WH-002', itemId: 'ITEM-1', locationId: 'A-01' },
        { warehouseId: 'WH-001', itemId: 'ITEM-2', locationId: 'A-01' },
        { warehouseId: 'WH-001', itemId: 'ITEM-1', locationId: 'B-01', lotNumber: 'L 2' },
        { warehouseId: 'WH-001', itemId: 'ITEM-1', locationId: 'B-01', lotNumber: 'L 1' },
        { warehouseId: 'WH-001', itemId: 'ITEM-1', locationId: 'A-01' },
      ];
      const found = places.map((place) => someDiscrepancy({ runId, ...place }));
      await store.putDiscrepancies([...found, someDiscrepancy({ runId: other })]);
      const all = await pages((page) => store.discrepancies(runId, page), 2);
      expect(all).toEqual([...found].reverse());
    });

    test('are listed by class and warehouse', async () => {
      const runId = runIdAt(`${day}T00:00:00.000Z`);
      const [a, b, c, d] = [
        someDiscrepancy({ runId, warehouseId: 'WH-1', class: 'phantom' }),
        someDiscrepancy({ runId, warehouseId: 'WH-1' }),
        someDiscrepancy({ runId, warehouseId: 'WH-10', class: 'phantom' }),
        someDiscrepancy({ runId, warehouseId: 'WH-10' }),
      ];
      await store.putDiscrepancies([a, b, c, d]);
      const of = async (query: object) =>
        (await store.discrepancies(runId, { top: 10, ...query })).rows
          .map(({ discrepancyId }) => discrepancyId)
          .sort();
      const ids = (...some: { discrepancyId: string }[]) =>
        some.map(({ discrepancyId }) => discrepancyId).sort();
      expect(await of({ warehouseId: 'WH-1' })).toEqual(ids(a, b));
      expect(await of({ class: 'phantom' })).toEqual(ids(a, c));
      expect(await of({ class: 'phantom', warehouseId: 'WH-10' })).toEqual(ids(c));
      expect(await of({ class: 'missing' })).toEqual([]);
    });

    test('of a WMS whose ids are none of ours are kept too, each for itself', async () => {
      const runId = runIdAt(`${day}T00:00:00.000Z`);
      const locations = ['A/1', 'A\\1', 'A#1', 'A?1', 'A~1', 'A~002f1', 'Ä 1', "A'1", 'A%1', 'A\t1'];
      const found = locations.map((locationId) => someDiscrepancy({ runId, itemId: 'ITEM', locationId }));
      await store.putDiscrepancies(found);
      const all = await pages((page) => store.discrepancies(runId, page), 3);
      expect(all.map(({ locationId }) => locationId).sort()).toEqual([...locations].sort());
    });

    test('a continuation token of another run is told', async () => {
      const [runId, other] = [runIdAt(`${day}T00:00:00.000Z`), runIdAt(`${day}T00:00:00.000Z`)];
      await store.putDiscrepancies([someDiscrepancy({ runId }), someDiscrepancy({ runId })]);
      const { continuationToken } = await store.discrepancies(runId, { top: 1 });
      expect(continuationToken).toBeDefined();
      const asked = store.discrepancies(other, { top: 1, continuationToken });
      await expect(asked).rejects.toBeInstanceOf(InvalidContinuationToken);
    });
  });

  describe('the state', () => {
    const state = (items: number): ReconciliationState => ({
      wms: {
        rowVersion: '18446744073709551615',
        lastTransaction: { ledgerId: '7', transactionId: 'TRX-1', committedAt: '2024-11-18T10:00:00.000Z' },
      },
      cloud: '"token"',
      pending: { 'WH-001': Array.from({ length: items }, (_unused, item) => `ITEM-ä-${item}`), 'WH-002': [] },
    });

    test('is none at first, then the last that was put, also when a hundred thousand items are pending', async () => {
      expect(await store.state()).toBeUndefined();
      for (const next of [
        state(1),
        state(100_000),
        state(100_000),
        { ...state(0), pending: {} },
        { ...state(1), restored: true as const },
      ]) {
        await store.putState(next);
        expect(await store.state()).toEqual(next);
      }
    });
  });

  test('a store that went away says so', async () => {
    await implementation.goAway();
    const run = someRun({ requestedAt: `${day}T00:00:00.000Z` });
    const calls = [
      store.putRun(run),
      store.run(run.runId),
      store.runs({ top: 1 }),
      store.openRuns(),
      store.completedRuns(day, day, 1),
      store.putDiscrepancies([someDiscrepancy({ runId: run.runId })]),
      store.discrepancies(run.runId, { top: 1 }),
      store.state(),
      store.putState({ wms: { rowVersion: '1', lastTransaction: null }, cloud: '', pending: {} }),
    ];
    for (const result of await Promise.allSettled(calls))
      expect(result).toMatchObject({ reason: expect.any(StoreUnavailable) });
  });
});

test('a run whose process ended while it was closed, in Table storage, is closed when open runs are read', async () => {
  const { store: table, stop } = await inStorage(reconciliationTable)();
  try {
    const store = tableReconciliationStore(table);
    const run = someRun({ status: 'running', startedAt: '2024-11-18T10:00:01.000Z' });
    await store.putRun(run);
    const completed: Run = { ...run, status: 'completed', endedAt: '2024-11-18T10:00:02.000Z' };
    await table.upsertEntity(runRow(completed), 'Replace');
    await table.upsertEntity({ partitionKey: 'open', rowKey: runIdAt('2024-11-18T10:00:03.000Z') });
    const inThatSecond = () => store.completedRuns('2024-11-18T10:00:01.000Z', '2024-11-18T10:00:02.000Z', 5);
    expect(await inThatSecond()).toEqual([]);
    expect(await store.openRuns()).toEqual([]);
    expect(await inThatSecond()).toEqual([completed]);
    // What is only named is about to be written, and stays named.
    const named = await readRows(table, "PartitionKey eq 'open'", 5);
    expect(named.map(({ rowKey }) => rowKey?.slice(0, 18))).toEqual(['20241118T100003000']);
  } finally {
    await stop();
  }
});

test('the key of a run sorts opposite to its id, and turned round again is its id', () => {
  const suffix = fc.string({
    unit: fc.constantFrom(...'0123456789abcdefghijklmnopqrstuvwxyz'),
    minLength: 4,
    maxLength: 4,
  });
  const time = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });
  const runId = fc.tuple(time, suffix).map(([at, end]) => `${at.toISOString().replace(/[-:.]/g, '')}-${end}`);
  fc.assert(
    fc.property(runId, runId, (a, b) => {
      expect(runKey(runKey(a))).toBe(a);
      expect(runKey(a) < runKey(b)).toBe(a > b);
    }),
  );
});

async function pages<Row>(
  list: (page: { top: number; continuationToken?: string }) => Promise<Page<Row>>,
  top: number,
  between: () => Promise<void> = async () => {},
): Promise<Row[]> {
  const all: Row[] = [];
  let token: string | undefined;
  do {
    const page = await list({ top, ...(token !== undefined && { continuationToken: token }) });
    expect(page.rows.length).toBeLessThanOrEqual(top);
    all.push(...page.rows);
    token = page.continuationToken;
    await between();
  } while (token !== undefined);
  return all;
}
