import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AdapterUnderTest, startAdapterUnderTest } from '../adapter-under-test.ts';
import { addMasterData, decideOn, request, scan } from '../contract/fixtures.ts';
import { openSqliteDatabase } from '../sqlite/database.ts';

const folder = mkdtempSync(join(tmpdir(), 'pick-list-'));
let adapter: AdapterUnderTest;
let device: Record<string, string>;

/** What the warehouse has promised before the adapter starts on the same file. */
beforeAll(async () => {
  adapter = await startAdapterUnderTest({ STOCKBRIDGE_DATA: folder });
  const database = openSqliteDatabase(join(folder, 'wms-adapter', 'wms.db'));
  await addMasterData(database);
  const elsewhere = { warehouseId: 'WH-002', locationId: 'A-05-02' };
  await decideOn(database, [
    scan({ quantity: 9 }),
    scan({ quantity: 9, ...elsewhere }),
    request({ orderId: 'ORDER-1', quantity: 4 }),
    request({ orderId: 'ORDER-2', quantity: 2, priority: 5 }),
    request({ orderId: 'ORDER-3', quantity: 1, warehouseId: 'WH-002' }),
    scan({ type: 'pick', orderId: 'ORDER-1', quantity: 3 }),
  ]);
  await database.close();
  device = await adapter.register('SCANNER-08', ['WH-001']);
});
afterAll(async () => {
  await adapter?.end();
  rmSync(folder, { recursive: true });
});

describe('The pick list', () => {
  test('tells a device what is open in its warehouse, the most urgent first', async () => {
    const task = {
      lineId: '1',
      itemId: 'ITEM-1',
      warehouseId: 'WH-001',
      orderedAt: '2024-11-18T09:00:00.000Z',
    };
    expect((await adapter.call('GET', '/pick-list', undefined, device)).body).toEqual({
      picks: [
        { ...task, allocationId: 'ORDER-2:1:1', orderId: 'ORDER-2', open: 2, priority: 5 },
        { ...task, allocationId: 'ORDER-1:1:1', orderId: 'ORDER-1', open: 1, priority: 0 },
      ],
    });
  });

  test('is told page by page, and in full to the administrator', async () => {
    const orders: unknown[] = [];
    let after = '';
    do {
      const { body } = await adapter.call('GET', `/pick-list?limit=1&after=${after}`.replace(/&after=$/, ''));
      orders.push(...Object(body).picks.map(({ orderId }: { orderId: string }) => orderId));
      after = Object(body).next ?? '';
    } while (after !== '');
    expect(orders).toEqual(['ORDER-2', 'ORDER-1', 'ORDER-3']);
  });

  test.each([
    ['?warehouseId=WH-002', 403, 'device SCANNER-08 belongs to WH-001, not to WH-002'],
    ['?limit=0', 400, 'limit'],
    ['?limit=1001', 400, 'limit'],
    ['?after=x', 400, 'after: x was not given out as "next" by a page of a pick list'],
    ['?warehouseId=%23', 400, 'warehouseId'],
  ])('asked with %s is answered with %i', async (query, status, text) => {
    const answer = await adapter.call('GET', `/pick-list${query}`, undefined, device);
    expect(answer).toMatchObject({ status, type: 'application/problem+json' });
    expect(Object(answer.body).detail).toContain(text);
  });
});
