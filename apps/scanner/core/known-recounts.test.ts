import { expect, test } from 'vitest';
import { openDeviceStore } from '../store/device-store.ts';
import { receipt } from '../store/device-store-contract.ts';
import { openNodeSqlite } from '../store/node-sqlite.ts';
import { type KnownRecountsParts, knownRecounts } from './known-recounts.ts';
import type { RecountTask } from './scanner-device.ts';

const AT = '2026-11-22T10:00:00.000Z';
const WH = 'WH-001';
const COUNT = '00000000-0000-4000-8000-000000000001';
const POSITION = { itemId: 'TEAPOT', warehouseId: WH, locationId: 'A-05-02', lotNumber: null };
const ASKED = { investigationId: 'WH-001:TEAPOT:1', askedAt: AT, askedBy: 'sue', reason: 'Look behind it.' };
const TASK: RecountTask = { ...POSITION, ...ASKED };
const OF_LOT = { ...TASK, lotNumber: 'LOT-1' };

/** A server that asks for two counts, until one is booked. */
function office() {
  const store = openDeviceStore(openNodeSqlite(':memory:'));
  const asked = [TASK, OF_LOT];
  const network = { isOffline: false };
  const parts: KnownRecountsParts = {
    store,
    client: { recountTasks: async () => ({ kind: 'answered', body: { rows: [...asked] } }) },
    now: () => AT,
    isOffline: () => network.isOffline,
    within: (work) => work,
  };
  const count = () => store.append(receipt({ ...POSITION, type: 'count', transactionId: COUNT }));
  /** The server books the count that waits, and the device hears of it. */
  const book = () => {
    asked.splice(0, 1);
    store.settle([{ transactionId: COUNT, state: 'synced', booked: { flags: [], isShort: false } }], AT);
  };
  return { store, parts, network, count, book };
}

test('without a network it is what was told last, and what is counted meanwhile says so until it is booked', async () => {
  const { parts, network, count, book } = office();
  expect(await knownRecounts(parts, WH)).toEqual({
    tasks: [
      { ...TASK, isCounted: false },
      { ...OF_LOT, isCounted: false },
    ],
    isLive: true,
    asOf: AT,
  });
  network.isOffline = true;
  count();
  expect(await knownRecounts(parts, WH)).toMatchObject({
    tasks: [{ isCounted: true }, { isCounted: false }],
    isLive: false,
  });
  book();
  expect((await knownRecounts(parts, WH)).tasks).toMatchObject([OF_LOT]);
});

test('a count that the server refuses leaves its task open', async () => {
  const { parts, store, count } = office();
  count();
  const problem = { type: 'about:blank', title: 'The transaction was not booked', status: 422 };
  const refusal = { outcome: 'rejected', problem } as const;
  store.settle([{ transactionId: COUNT, state: 'refused', refusal }], AT);
  expect((await knownRecounts(parts, WH)).tasks).toMatchObject([{ isCounted: false }, { isCounted: false }]);
});

test('a task that is done while the list comes is not asked for again', async () => {
  const { parts, count, book } = office();
  count();
  let calls = 0;
  const client: typeof parts.client = {
    async recountTasks(warehouseId) {
      const answer = await parts.client.recountTasks(warehouseId);
      calls += 1;
      if (calls === 1) book();
      return answer;
    },
  };
  const list = await knownRecounts({ ...parts, client }, WH);
  expect(list).toMatchObject({ tasks: [OF_LOT], isLive: true });
});

test('a server that does not answer a page changes nothing', async () => {
  const { parts, store } = office();
  store.putRecounts(WH, [OF_LOT], AT);
  const client: typeof parts.client = {
    recountTasks: async (_, after) =>
      after === undefined
        ? { kind: 'answered', body: { rows: [TASK], next: '1' } }
        : { kind: 'no-answer', detail: 'the network is gone' },
  };
  expect(await knownRecounts({ ...parts, client }, WH)).toMatchObject({ tasks: [OF_LOT], isLive: false });
});
