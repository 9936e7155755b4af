import { expect, test } from 'vitest';
import type { AdapterClient } from './adapter-client.ts';
import { openDevice } from './device.ts';
import { deviceUnderTest, input, newId } from './device-under-test.ts';
import type { RecountTask } from './scanner-device.ts';

function recountsOf(warehouseId: string): RecountTask[] {
  const position = { itemId: 'MUG', warehouseId, locationId: 'A-01', lotNumber: null };
  const asked = { askedAt: '2026-11-22T09:00:00.000Z', askedBy: 'sue', reason: 'Look behind it.' };
  return [{ ...position, ...asked, investigationId: `${warehouseId}:MUG:1` }];
}

/** A device that has reached its server, which an administrator may move to other warehouses; every warehouse has one position. */
async function movableDevice() {
  const under = deviceUnderTest();
  under.device().close();
  const { store, time } = under;
  let warehouseIds = ['WH-001'];
  let recountCalls = 0;
  let pickPages = 2;
  const asked: string[] = [];
  let isDown = false;
  let isRestored = false;
  const client: AdapterClient = {
    ...under.adapter.client,
    async post(transactions) {
      asked.push('scans');
      return under.adapter.client.post(transactions);
    },
    async masterData(version) {
      const answer = await under.adapter.client.masterData(version);
      if (answer.kind !== 'answered') return answer;
      const reset = isRestored ? ({ reset: true } as const) : {};
      isRestored = false;
      return { ...answer, body: { ...answer.body, warehouseIds, ...reset } };
    },
    enrol: async () => ({ kind: 'answered', body: { warehouseIds } }),
    async positions({ warehouseId, after }) {
      await time.sleep(50);
      if (!warehouseIds.includes(warehouseId)) {
        const problem = { type: 'about:blank', title: 'Not a warehouse of this device', status: 403 };
        return { kind: 'refused', problem };
      }
      const key = { itemId: 'MUG', warehouseId, locationId: 'A-01', lotNumber: null };
      const rows = [{ ...key, onHand: 7, reserved: 0, version: 1 }];
      return { kind: 'answered', body: { rows, ...(after === undefined && { next: 'second page' }) } };
    },
    async recountTasks(warehouseId) {
      recountCalls += 1;
      if (isDown) return { kind: 'no-answer', detail: 'the network is gone' };
      return { kind: 'answered', body: { rows: recountsOf(warehouseId) } };
    },
    async pickList(warehouseId, after) {
      const page = after === undefined ? 1 : Number(after);
      asked.push(`page ${page}`);
      if (page > 1) await time.sleep(50);
      const line = { orderId: 'O-1', lineId: '1', itemId: 'MUG', warehouseId, open: 1 };
      const next = page < pickPages && { next: String(page + 1) };
      return { kind: 'answered', body: { rows: [{ ...line, allocationId: `O-1:${page}:1` }], ...next } };
    },
  };
  const device = openDevice({
    store,
    client,
    clock: time,
    random: () => 0.5,
    after: time.after,
    log: () => undefined,
    newId: () => crypto.randomUUID(),
  });
  await time.advance(1_000);
  const onHandAt = (warehouseId: string) =>
    store.positions({ warehouseIds: [warehouseId], limit: 9 }).map(({ onHand }) => onHand);
  return {
    ...{ device, store, time, onHandAt, asked, adapter: under.adapter },
    lengthenPickList(pages: number) {
      pickPages = pages;
    },
    move(...next: string[]) {
      warehouseIds = next;
    },
    restore() {
      isRestored = true;
    },
    recountCalls: () => recountCalls,
    goDown(isNow: boolean) {
      isDown = isNow;
    },
  };
}

test('a device that is moved to another warehouse has its stock with its items, and forgets that of the one before', async () => {
  const { store, time, move, onHandAt } = await movableDevice();
  expect(onHandAt('WH-001')).toEqual([7]);
  move('WH-002');
  // When it next asks for master data.
  await time.advance(10 * 60_000 + 1_000);
  expect(store.enrolment()?.warehouseIds).toEqual(['WH-002']);
  expect(onHandAt('WH-002')).toEqual([7]);
  expect(store.stockAsOf('WH-002')).toBeDefined();
  expect(onHandAt('WH-001')).toEqual([]);
});

test('a device that is enrolled anew while it loads stock begins again, with its warehouses of now', async () => {
  const { device, time, move, onHandAt } = await movableDevice();
  const card = { scannerId: 'SCANNER-08' };
  await device.enrol(card);
  // Master data take 50 ms, each of two pages of stock as long.
  await time.advance(125);
  move('WH-001', 'WH-002');
  await device.enrol(card);
  await time.advance(5_000);
  expect([onHandAt('WH-001'), onHandAt('WH-002')]).toEqual([[7], [7]]);
});

test('what is to be picked and counted is there without a network, though nobody has looked at it before', async () => {
  const { device, time } = await movableDevice();
  await time.advance(1_000);
  device.networkChanged(false);
  const { tasks } = await device.pickList('WH-001');
  expect(tasks.map(({ allocationId }) => allocationId)).toEqual(['O-1:1:1', 'O-1:2:1']);
  const recounts = await device.recounts('WH-001');
  expect(recounts).toMatchObject({ tasks: [{ locationId: 'A-01', isCounted: false }], isLive: false });
  expect(recounts.asOf).toBeDefined();
});

test('of the warehouse to which a device is moved it knows what is to be counted, and no more of the one before', async () => {
  const { store, time, move } = await movableDevice();
  move('WH-002');
  await time.advance(10 * 60_000 + 1_000);
  expect(store.recounts('WH-002').tasks).toHaveLength(1);
  expect(store.recounts('WH-001')).toEqual({ tasks: [] });
});

test('a list that did not come is asked for again, and then every half hour', async () => {
  const { store, time, goDown, recountCalls } = await movableDevice();
  const before = recountCalls();
  goDown(true);
  await time.advance(30 * 60_000 + 1_000);
  const whileDown = recountCalls();
  expect(whileDown).toBeGreaterThan(before);
  goDown(false);
  const asOf = store.recounts('WH-001').asOf ?? '';
  await time.advance(2 * 60_000);
  expect((store.recounts('WH-001').asOf ?? '') > asOf).toBe(true);
  const afterwards = recountCalls();
  await time.advance(25 * 60_000);
  expect(recountCalls()).toBe(afterwards);
});

test('what a restored WMS knows is loaded as a whole: master data, stock and tasks', async () => {
  const { device, time, restore, recountCalls } = await movableDevice();
  const before = recountCalls();
  await time.advance(601_000);
  expect(recountCalls()).toBe(before);
  restore();
  await time.advance(601_000);
  expect(recountCalls()).toBe(before + 1);
  device.close();
});

test('a scan goes up between the pages of a long list, which is told from its beginning then', async () => {
  const { device, store, time, asked, lengthenPickList } = await movableDevice();
  lengthenPickList(8);
  await device.enrol({ scannerId: 'SCANNER-08' });
  while (asked.at(-1) !== 'page 3') await time.advance(10);
  asked.length = 0;
  await device.submit(newId(), input());
  await time.advance(5_000);
  expect(asked).toEqual(['scans', ...Array.from({ length: 8 }, (_, page) => `page ${page + 1}`)]);
  expect(store.pickList('WH-001').tasks).toHaveLength(8);
});

test('a long list is told in the end though scans are booked all the time', async () => {
  const { device, store, time, lengthenPickList } = await movableDevice();
  lengthenPickList(8);
  await device.enrol({ scannerId: 'SCANNER-08' });
  for (let scan = 0; scan < 30; scan += 1) {
    await device.submit(newId(), input());
    await time.advance(120);
  }
  expect(store.pickList('WH-001').tasks).toHaveLength(8);
});

test('after a scan that had been booked by a call whose answer was lost, the lists are loaded anew', async () => {
  const { device, time, adapter, recountCalls } = await movableDevice();
  const before = recountCalls();
  adapter.plan('answer-lost');
  await device.submit(newId(), input());
  await time.advance(120_000);
  expect(adapter.booked).toHaveLength(1);
  expect(adapter.calls).toHaveLength(2);
  expect(recountCalls()).toBe(before + 1);
});
