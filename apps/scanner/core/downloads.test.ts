import { expect, test } from 'vitest';
import type { AdapterClient } from './adapter-client.ts';
import { openDevice } from './device.ts';
import { deviceUnderTest } from './device-under-test.ts';

/** A device that has reached its server, which an administrator may move to other warehouses; every warehouse has one position. */
async function movableDevice() {
  const under = deviceUnderTest();
  under.device().close();
  const { store, time } = under;
  let warehouseIds = ['WH-001'];
  const client: AdapterClient = {
    ...under.adapter.client,
    async masterData(version) {
      const answer = await under.adapter.client.masterData(version);
      return answer.kind === 'answered' ? { ...answer, body: { ...answer.body, warehouseIds } } : answer;
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
    ...{ device, store, time, onHandAt },
    move(...next: string[]) {
      warehouseIds = next;
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
