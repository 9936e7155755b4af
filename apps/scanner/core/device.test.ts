import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDeviceStore } from '../store/device-store.ts';
import { openNodeSqlite } from '../store/node-sqlite.ts';
import type { AdapterClient } from './adapter-client.ts';
import { type Device, openDevice } from './device.ts';
import { StorageFullError } from './device-store.ts';
import { type DeviceUnderTest, deviceUnderTest, input, newId } from './device-under-test.ts';
import type { DeviceStatus } from './scanner-device.ts';

const newStore = () => openDeviceStore(openNodeSqlite(':memory:'));

/** Milliseconds after which the state of the device has been told. */
const A_MOMENT = 100;

test('a scan is stored with an id, both clocks, who and where, and is shown as waiting', async () => {
  const { device, time } = deviceUnderTest();
  time.setAhead(-2 * 86_400_000);
  const transactionId = newId();
  const answer = await device().submit(transactionId, input({ lotNumber: '' }));
  expect(answer).toMatchObject({
    kind: 'stored',
    scan: {
      state: 'queued',
      transaction: {
        transactionId,
        lotNumber: null,
        sequence: 1,
        scannedAt: '2026-11-20T10:00:00.000Z',
        scanClock: { run: 'run-1', milliseconds: 0 },
        scannerId: 'SCANNER-08',
        userId: 'ann',
      },
    },
  });
});

test('a scan with errors is not stored, one with doubts only when the worker is sure', async () => {
  const { device, store } = deviceUnderTest();
  expect(await device().submit(newId(), input({ itemId: 'JUG' }), true)).toMatchObject({
    kind: 'not-stored',
    errors: [{ field: 'itemId', code: 'unknown-item' }],
  });
  const many = input({ quantity: 51 });
  const doubts = [{ kind: 'unusual-quantity', usual: 50 }];
  expect(await device().check(many)).toEqual({ errors: [], doubts });
  expect(await device().submit(newId(), many)).toEqual({ kind: 'not-stored', errors: [], doubts });
  expect(await device().submit(newId(), many, true)).toMatchObject({ kind: 'stored' });
  expect(store.backlog().counts.queued).toBe(1);
});

test('a scan that is submitted again, since nobody heard what became of it, is stored once, whatever is known by now', async () => {
  const under = deviceUnderTest();
  const { device, store, time } = under;
  const position = { itemId: 'TEAPOT', warehouseId: 'WH-001', locationId: 'A-01', lotNumber: null };
  store.putPositions([{ ...position, onHand: 5, reserved: 0, version: 1 }], '2026-11-22T10:00:00.000Z');
  store.finishStock('WH-001', '2026-11-22T10:00:00.000Z');
  const transactionId = newId();
  const pick = input({ type: 'pick', quantity: 5 });
  const stored = await device().submit(transactionId, pick);
  expect(stored).toMatchObject({ kind: 'stored' });
  under.crash();
  // Its own pieces are gone from the shelf by now, and its worker has signed out.
  await device().signOut();
  expect(await device().submit(transactionId, pick)).toEqual(stored);
  await time.advance(1_000);
  expect(await device().submit(transactionId.toUpperCase(), pick)).toMatchObject({
    kind: 'stored',
    scan: { state: 'synced' },
  });
  expect(under.adapter.booked).toHaveLength(1);
});

test('a label that said when its lot expires is remembered for the scans of it', async () => {
  const { device } = deviceUnderTest();
  await device().read(']d201040063813339311726110110LOT-7');
  const expired = [{ kind: 'expired', expiresOn: '2026-11-01' }];
  expect((await device().check(input({ lotNumber: 'LOT-7' }))).doubts).toEqual(expired);
  expect((await device().check(input({ lotNumber: 'LOT-8' }))).doubts).toEqual([]);
  await device().read(']d201040063813339311728110110LOT-7');
  expect((await device().check(input({ lotNumber: 'LOT-7' }))).doubts).toEqual([]);
});

test('who signs out leaves the queue behind, which is uploaded all the same', async () => {
  const { device, time, adapter } = deviceUnderTest();
  await device().submit(newId(), input());
  await device().signOut();
  expect(await device().submit(newId(), input())).toMatchObject({
    errors: [{ field: 'user', code: 'signed-out' }],
  });
  await time.advance(1_000);
  expect(adapter.booked).toHaveLength(1);
});

test('a full storage keeps the scan in the form, and says so', async () => {
  const store = newStore();
  const full = {
    ...store,
    append: () => {
      throw new StorageFullError('database or disk is full');
    },
  };
  const { device } = deviceUnderTest(full);
  expect(await device().submit(newId(), input())).toEqual({
    kind: 'storage-full',
    detail: 'database or disk is full',
  });
  expect(store.backlog().counts.queued).toBe(0);
});

test('an answer that finds no room is asked for again, and nothing is lost or doubled by it', async () => {
  const store = newStore();
  let isFull = true;
  const under = deviceUnderTest({
    ...store,
    settle(settlements, at) {
      if (isFull) throw new StorageFullError('database or disk is full');
      store.settle(settlements, at);
    },
  });
  await under.device().submit(newId(), input());
  await under.time.advance(10_000);
  expect(store.backlog().counts.queued).toBe(1);
  isFull = false;
  await under.time.advance(60_000);
  expect(store.backlog().counts.synced).toBe(1);
  expect(under.adapter.booked).toHaveLength(1);
});

test('a full storage keeps no scan from the server', async () => {
  const store = newStore();
  const under = deviceUnderTest({
    ...store,
    attempted: () => {
      throw new StorageFullError('database or disk is full');
    },
  });
  await under.device().submit(newId(), input());
  await under.time.advance(10_000);
  expect(under.adapter.booked).toHaveLength(1);
  expect(store.backlog().counts.synced).toBe(1);
});

test('a storage that cannot be read for a moment doubles no scan and ends no upload', async () => {
  const store = newStore();
  let isBroken = false;
  const read = <Result>(work: () => Result): Result => {
    if (isBroken) throw new Error('disk I/O error');
    return work();
  };
  const under = deviceUnderTest({
    ...store,
    queued: (most) => read(() => store.queued(most)),
    enrolment: () => read(() => store.enrolment()),
    append: (transaction) => {
      const stored = store.append(transaction);
      isBroken = true;
      return stored;
    },
  });
  await under.time.advance(1_000);
  const submitted = under.device().submit(newId(), input());
  await under.time.advance(60_000);
  isBroken = false;
  await under.time.advance(60_000);
  // Whoever is told that it was not stored scans it again.
  expect(await submitted).toMatchObject({ kind: 'stored' });
  expect(store.backlog().counts.synced).toBe(1);
});

test('two thousand scans at once are all stored in their order, and told about once', async () => {
  const { device, store, time, adapter } = deviceUnderTest();
  adapter.plan('call-lost');
  const told: DeviceStatus[] = [];
  await device().watch((status) => told.push(status));
  for (let scans = 0; scans < 2_000; scans += 1) void device().submit(newId(), input());
  await time.settle();
  expect(store.backlog().counts.queued).toBe(2_000);
  await time.advance(A_MOMENT);
  expect(told.length).toBeLessThan(5);
  expect(told.at(-1)?.counts.queued).toBe(2_000);
});

test('what a scan changes of the whole device is told a moment after the scan is stored, which a page draws meanwhile', async () => {
  const { device, time, adapter } = deviceUnderTest();
  adapter.plan('call-lost');
  const told: number[] = [];
  await device().watch(({ counts }) => told.push(counts.queued));
  await time.advance(A_MOMENT);
  const { length } = told;
  expect(await device().submit(newId(), input())).toMatchObject({ kind: 'stored' });
  await time.advance(20);
  expect(told).toHaveLength(length);
  await time.advance(A_MOMENT);
  expect(told.at(-1)).toBe(1);
});

test('no scan waits while the log of the database is written back: that is done between scans, before it is long', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'scanner-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'device.db');
  const { device, time, store } = deviceUnderTest(openDeviceStore(openNodeSqlite(path)));
  await device().watch(() => undefined);
  for (let scans = 0; scans < 150; scans += 1) {
    await device().submit(newId(), input());
    await time.advance(A_MOMENT);
  }
  const { size } = statSync(`${path}-wal`);
  store.close();
  // SQLite does it within a commit when the log has 1,000 pages of 4 KiB; the file never becomes shorter.
  expect(size).toBeLessThan(700 * 4_120);
});

test('a scan under an id that another has goes under a new one once it is corrected, and both say so', async () => {
  const { device, store, time } = deviceUnderTest();
  const type = 'urn:stockbridge:problem:transaction-id-reused';
  const problem = { type, title: 'The transaction id belongs to another transaction', status: 422 };
  const stored = await device().submit(newId(), input());
  if (stored.kind !== 'stored') throw new Error(stored.kind);
  const { transactionId } = stored.scan.transaction;
  store.settle([{ transactionId, state: 'refused', refusal: { outcome: 'rejected', problem } }], '');
  const answer = await device().decide(transactionId, { kind: 'correct', changes: { quantity: 6 } });
  if (answer.kind !== 'decided') throw new Error(answer.kind);
  expect(answer.scan).toMatchObject({ replaces: transactionId, transaction: { quantity: 6, sequence: 2 } });
  expect(store.scan(transactionId)).toMatchObject({
    state: 'dropped',
    replacedBy: answer.scan.transaction.transactionId,
  });
  await time.advance(1_000);
  expect(store.scan(answer.scan.transaction.transactionId)?.state).toBe('synced');
});

test('a red scan that is dropped is told about at once', async () => {
  const { device, store, time } = deviceUnderTest();
  device().networkChanged(false);
  const transactionId = newId();
  await device().submit(transactionId, input());
  const problem = { type: 'about:blank', title: 'unknown item', status: 422 };
  store.settle([{ transactionId, state: 'refused', refusal: { outcome: 'rejected', problem } }], '');
  const told: DeviceStatus[] = [];
  await device().watch((status) => told.push(status));
  await device().decide(transactionId, { kind: 'drop', reason: 'scanned twice' });
  await time.advance(A_MOMENT);
  expect(told.at(-1)?.counts).toMatchObject({ refused: 0, dropped: 1 });
});

test('a wall clock that is set back does not let a sign-in last longer', async () => {
  const under = deviceUnderTest();
  const user = under.store.session();
  const validUntil = new Date(under.time.now() + 3_600_000).toISOString();
  if (user) under.store.putSession({ ...user, validUntil });
  under.device().networkChanged(false);
  await under.time.advance(2 * 3_600_000);
  const expired = { errors: [{ field: 'user', code: 'sign-in-expired' }] };
  expect(await under.device().submit(newId(), input())).toMatchObject(expired);
  under.time.setAhead(-90 * 60_000);
  expect(await under.device().submit(newId(), input())).toMatchObject(expired);
  under.crash();
  expect(await under.device().submit(newId(), input())).toMatchObject(expired);
});

test('a clock that jumped ahead and was put right ends the sign-in, and the status says so', async () => {
  const under = deviceUnderTest();
  const left = async () => {
    const told: DeviceStatus[] = [];
    await under.device().watch((status) => told.push(status));
    return told.at(-1)?.signInLeftMs;
  };
  const before = Date.UTC(2026, 11, 24) - under.time.now();
  expect(await left()).toBe(before);
  await under.time.advance(60_000);
  expect(await left()).toBe(before - 60_000);
  under.time.setAhead(40 * 86_400_000);
  await under.time.advance(60_000);
  under.time.setAhead(0);
  expect(await under.device().submit(newId(), input())).toMatchObject({
    errors: [{ field: 'user', code: 'sign-in-expired' }],
  });
  expect(await left()).toBe(before - 120_000 - 40 * 86_400_000);
  await under.device().signOut();
  expect(await left()).toBeUndefined();
});

test('what is synced is forgotten after 30 days, and nothing else', async () => {
  const under = deviceUnderTest();
  const { store, time } = under;
  await under.device().submit(newId(), input());
  await time.advance(1_000);
  await under.device().submit(newId(), input());
  const startAgainAfter = async (days: number) => {
    under.device().close();
    await time.advance(days * 86_400_000);
    under.crash();
    await time.settle();
  };
  await startAgainAfter(29);
  expect(store.backlog().counts).toMatchObject({ queued: 1, synced: 1 });
  await startAgainAfter(2);
  expect(store.backlog().counts).toMatchObject({ queued: 1, synced: 0 });
});

test.each([
  [20_000, '2026-10-23T10:00:00.000Z'],
  [20_001, '2026-11-15T10:00:00.000Z'],
])('with %s scans that are synced, those made before %s are forgotten', async (synced, before) => {
  const store = newStore();
  const asked: string[] = [];
  const { time } = deviceUnderTest({
    ...store,
    backlog: () => ({ counts: { queued: 0, synced, refused: 0, dropped: 0 } }),
    purgeSynced: (scannedBefore) => asked.push(scannedBefore),
  });
  await time.settle();
  expect(asked).toEqual([before]);
});

const badRequest = {
  kind: 'refused',
  problem: { type: 'about:blank', title: 'The body is not UTF-8', status: 400 },
} as const;

/** Another device on the store of a first one. */
function deviceOn({ store, time }: DeviceUnderTest, client: AdapterClient): Device {
  return openDevice({
    store,
    client,
    clock: time,
    random: () => 0,
    after: time.after,
    log: () => undefined,
    newId: () => crypto.randomUUID(),
  });
}

test.each([
  [{ scannerId: 'SCANNER-07' }, { kind: 'other-key', scannerId: 'SCANNER-07' }],
  [{}, { kind: 'other-key' }],
  [{ scannerId: 'SCANNER-09' }, { kind: 'enrolled', warehouseIds: ['WH-001'] }],
])('a card of SCANNER-09 whose key belongs to %o is answered by %o', async (owner, expected) => {
  const under = deviceUnderTest();
  under.device().close();
  const device = deviceOn(under, {
    ...under.adapter.client,
    enrol: async () => ({ kind: 'answered', body: { ...owner, warehouseIds: ['WH-001'] } }),
  });
  expect(await device.enrol({ scannerId: 'SCANNER-09', key: 'sbk_1' })).toEqual(expected);
  const isEnrolled = expected.kind === 'enrolled';
  expect(under.store.enrolment()?.scannerId).toBe(isEnrolled ? 'SCANNER-09' : 'SCANNER-08');
  device.close();
});

test('a device becomes no other one while it is asked for, when a scan is made meanwhile', async () => {
  const under = deviceUnderTest();
  under.device().close();
  const { store, time } = under;
  const device = deviceOn(under, {
    ...under.adapter.client,
    enrol: async () => {
      await time.sleep(50);
      return { kind: 'answered', body: { warehouseIds: ['WH-001'] } };
    },
  });
  device.networkChanged(false);
  const enrolled = device.enrol({ scannerId: 'SCANNER-09' });
  await device.submit(newId(), input());
  await time.advance(100);
  expect(await enrolled).toEqual({ kind: 'unsettled', scannerId: 'SCANNER-08', scans: 1 });
  expect(store.enrolment()?.scannerId).toBe('SCANNER-08');
});

/** A device whose server answers every call of scans like that, but for an empty one. */
function deviceRefused(isEmptyTaken: boolean) {
  const under = deviceUnderTest();
  under.device().close();
  const client: AdapterClient = {
    ...under.adapter.client,
    post: async (transactions) =>
      transactions.length === 0 && isEmptyTaken ? { kind: 'answered', body: [] } : badRequest,
  };
  const { store, time } = under;
  return { device: deviceOn(under, client), store, time };
}

test('a single scan that the server cannot read at all becomes red, and holds nobody up', async () => {
  const { device, store, time } = deviceRefused(true);
  for (let scans = 0; scans < 3; scans += 1) await device.submit(newId(), input());
  await time.advance(10_000);
  expect(store.scans({ limit: 9 }).map(({ state, refusal }) => [state, refusal?.problem.title])).toEqual(
    Array.from({ length: 3 }).fill(['refused', 'The body is not UTF-8']),
  );
  device.close();
});

test('where the server takes no call at all, not even an empty one, no scan is to blame', async () => {
  const { device, store, time } = deviceRefused(false);
  for (let scans = 0; scans < 3; scans += 1) await device.submit(newId(), input());
  await time.advance(60_000);
  expect(store.backlog().counts.queued).toBe(3);
  device.close();
});
