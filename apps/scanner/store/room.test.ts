import { expect, test } from 'vitest';
import { deviceUnderTest, input, newId } from '../core/device-under-test.ts';
import { openDeviceStore } from './device-store.ts';
import { openNodeSqlite } from './node-sqlite.ts';
import type { Reserve } from './room.ts';

const PAGES = 700;
const RESERVED = 300;

/** A device whose database may have so many pages, and some more when the reserve is released. */
function smallDevice() {
  const sql = openNodeSqlite(':memory:');
  const limit = (pages: number) => sql.all(`PRAGMA max_page_count = ${pages}`);
  let isHeld = true;
  const reserve: Reserve = {
    isHeld: () => isHeld,
    release() {
      isHeld = false;
      limit(PAGES + RESERVED);
    },
    // A database never becomes smaller.
    restore: () => false,
  };
  const under = deviceUnderTest(openDeviceStore(sql, reserve));
  limit(PAGES);
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
