import { expect, test } from 'vitest';
import type { ServerSignIn } from '../core/adapter-client.ts';
import { StorageFullError } from '../core/device-store.ts';
import { deviceUnderTest, input, newId } from '../core/device-under-test.ts';
import type { Fate } from '../core/fake-adapter.ts';
import type { DeviceStatus } from '../core/scanner-device.ts';
import { openDeviceStore } from './device-store.ts';
import { openNodeSqlite } from './node-sqlite.ts';
import type { Reserve } from './room.ts';

const PAGES = 700;
const RESERVED = 300;

/** A device whose database may have so many pages, and some more when the reserve is released. */
function smallDevice(pages = PAGES) {
  const sql = openNodeSqlite(':memory:');
  const limit = (pages: number) => sql.all(`PRAGMA max_page_count = ${pages}`);
  let isHeld = true;
  const reserve: Reserve = {
    isHeld: () => isHeld,
    release() {
      isHeld = false;
      limit(pages + RESERVED);
    },
    // A database never becomes smaller.
    restore: () => false,
  };
  const under = deviceUnderTest(openDeviceStore(sql, reserve));
  limit(pages);
  return { ...under, isHeld: () => isHeld };
}

/** Scans without a network until there is no room left, answers the ids. */
async function scanUntilFull({ device }: ReturnType<typeof smallDevice>): Promise<string[]> {
  device().networkChanged(false);
  const ids: string[] = [];
  for (;;) {
    const answer = await device().submit(newId(), input());
    if (answer.kind !== 'stored') {
      expect(answer.kind).toBe('storage-full');
      return ids;
    }
    ids.push(answer.scan.transaction.transactionId);
  }
}

test('with a full storage every scan is uploaded once and known as synced, and there is room again', async () => {
  const under = smallDevice();
  const ids = await scanUntilFull(under);
  expect(ids.length).toBeGreaterThan(1_000);
  under.device().networkChanged(true);
  await under.time.advance(600_000);
  expect(under.isHeld()).toBe(false);
  expect(under.store.backlog().counts.queued).toBe(0);
  const { booked, calls } = under.adapter;
  expect(booked.map(({ transactionId }) => transactionId)).toEqual(ids);
  expect(calls.flat()).toHaveLength(ids.length);
  under.device().networkChanged(false);
  for (let scan = 0; scan < 500; scan += 1)
    expect(await under.device().submit(newId(), input())).toMatchObject({ kind: 'stored' });
  under.device().networkChanged(true);
  await under.time.advance(600_000);
  expect(under.store.backlog().counts.queued).toBe(0);
  expect(booked).toHaveLength(ids.length + 500);
});

test('what is not synced is never forgotten for room', async () => {
  const under = smallDevice();
  const ids = await scanUntilFull(under);
  expect(under.store.makeRoom()).toBe(0);
  const problem = { type: 'about:blank', title: 'unknown item', status: 422 };
  const refusal = { outcome: 'rejected', problem } as const;
  for (const transactionId of ids.slice(0, 50))
    under.store.settle([{ transactionId, state: 'refused', refusal }], '');
  expect(await under.device().submit(newId(), input())).toMatchObject({ kind: 'storage-full' });
  expect(under.store.backlog().counts).toMatchObject({ refused: 50, queued: ids.length - 50 });
});

const SUE: ServerSignIn = {
  userId: 'sue',
  name: 'Sue',
  role: 'worker',
  warehouseIds: ['WH-001'],
  validForMs: 43_200_000,
};

test('with a full storage a worker signs out and the next one in, whose scans are theirs', async () => {
  const under = smallDevice(1);
  await scanUntilFull(under);
  expect(under.isHeld()).toBe(true);
  const user = { ...SUE, validUntil: '2026-12-24T00:00:00.000Z' };
  const pin = { salt: 'c2FsdA==', iterations: 1, verifier: 'dmVyaWZpZXI=', wrong: 0 };
  for (let worker = 1; worker <= 30; worker += 1)
    under.store.remember({ badge: `B-${worker}`, user, ...pin });
  expect(under.isHeld()).toBe(false);
  await under.device().signOut();
  expect(under.store.session()).toBeUndefined();
  Object.assign(under.adapter.client, { signIn: async () => ({ kind: 'answered', body: SUE }) });
  expect(await under.device().signIn('B-sue', '271828')).toMatchObject({ kind: 'signed-in' });
  Object.assign(under.adapter.client, { signIn: async () => ({ kind: 'no-answer', detail: 'no network' }) });
  await under.device().signOut();
  expect(await under.device().signIn('B-sue', '271828')).toMatchObject({ kind: 'signed-in' });
  expect(under.store.session()).toMatchObject({ userId: 'sue', isOffline: true });
});

test('where not even that room is left, synced scans are forgotten for whoever signs out and in', async () => {
  const under = smallDevice(1);
  await under.device().submit(newId(), input());
  await under.time.advance(1_000);
  const { putSession, remember, forgetSignIns, makeRoom } = under.store;
  let isFull = true;
  const ifRoom = <Value>(write: (value: Value) => void) => {
    return (value: Value) => {
      if (isFull) throw new StorageFullError('database or disk is full');
      write(value);
      isFull = true;
    };
  };
  Object.assign(under.store, {
    putSession: ifRoom(putSession),
    remember: ifRoom(remember),
    forgetSignIns: ifRoom(forgetSignIns),
    makeRoom() {
      isFull = false;
      return Math.max(makeRoom(), 1);
    },
  });
  await under.device().signOut();
  expect(under.store.session()).toBeUndefined();
  expect(under.store.backlog().counts.synced).toBe(0);
  Object.assign(under.adapter.client, { signIn: async () => ({ kind: 'answered', body: SUE }) });
  expect(await under.device().signIn('B-sue', '271828')).toMatchObject({ kind: 'signed-in' });
});

test('a server that answers is there, though there is no room for what it says', async () => {
  const under = smallDevice();
  under.device().networkChanged(false);
  Object.assign(under.store, {
    putMasterData() {
      throw new StorageFullError('database or disk is full');
    },
  });
  const statuses: DeviceStatus[] = [];
  await under.device().watch((status) => statuses.push(status));
  await under.time.advance(60_000);
  expect(statuses.at(-1)).toMatchObject({
    connection: 'online',
    lastError: { kind: 'unexpected', detail: 'database or disk is full' },
  });
  under.adapter.plan(...Array.from<Fate>({ length: 99 }).fill('call-lost'));
  await under.time.advance(60_000);
  expect(statuses.at(-1)).toMatchObject({ connection: 'offline' });
});

test('with a full storage room is made for what the server tells, and the newest scans stay', async () => {
  const under = smallDevice();
  const { putPickList } = under.store;
  const synced = () => under.store.backlog().counts.synced;
  for (let scan = 0; scan < 1_300; scan += 1) await under.device().submit(newId(), input());
  await under.time.advance(600_000);
  const before = synced();
  expect(before).toBeGreaterThan(1_200);
  // There is room for it when so many are forgotten.
  let most = 1_100;
  Object.assign(under.store, {
    putPickList(...told: Parameters<typeof putPickList>) {
      if (synced() > most) throw new StorageFullError('database or disk is full');
      putPickList(...told);
    },
  });
  const asOf = () => under.store.pickList('WH-001').asOf ?? '';
  const told = asOf();
  await under.device().pickList('WH-001');
  await under.time.advance(1_000);
  expect(asOf() > told).toBe(true);
  expect(synced()).toBe(before - 200);
  // No more for it than scans to come may need.
  most = 999;
  await under
    .device()
    .pickList('WH-001')
    .catch(() => undefined);
  await under.time.advance(31 * 60_000);
  expect(synced()).toBe(1_000);
});
