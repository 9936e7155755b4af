import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wmsPositionsSchema } from '../../../shared/contracts/position.ts';
import { type AdapterUnderTest, scan, startAdapterUnderTest } from '../adapter-under-test.ts';

let adapter: AdapterUnderTest;
const itemId = 'ITEM-2';

beforeAll(async () => {
  adapter = await startAdapterUnderTest();
  await adapter.post([
    scan({ itemId, lotNumber: 'L-1' }),
    scan({ itemId, lotNumber: 'L-2' }),
    scan({ itemId, warehouseId: 'WH-008' }),
  ]);
});
afterAll(() => adapter?.end());

describe('Reading the WMS', () => {
  test('GET /positions pages and filters, and names each position', async () => {
    const first = await adapter.call('GET', `/positions?itemId=${itemId}&limit=2`);
    const at = { itemId, locationId: 'A-05-02', onHand: 1, reserved: 0, version: 1 };
    expect(first.body).toEqual({
      positions: [
        { positionId: 'WH-001|ITEM-2|A-05-02|L-1', ...at, warehouseId: 'WH-001', lotNumber: 'L-1' },
        { positionId: 'WH-001|ITEM-2|A-05-02|L-2', ...at, warehouseId: 'WH-001', lotNumber: 'L-2' },
      ],
      next: expect.any(String),
    });
    const { next } = wmsPositionsSchema.parse(first.body);
    const last = { ...at, warehouseId: 'WH-008', lotNumber: null };
    expect((await adapter.call('GET', `/positions?itemId=${itemId}&limit=2&after=${next}`)).body).toEqual({
      positions: [{ positionId: 'WH-008|ITEM-2|A-05-02|', ...last }],
    });
    const query = `itemId=${itemId}&warehouseId=WH-008&locationId=A-05-02`;
    expect((await adapter.call('GET', `/positions?${query}`)).body).toMatchObject({ positions: [last] });
  });

  test('GET /ledger pages every event in commit order', async () => {
    const first = await adapter.call('GET', '/ledger?limit=1');
    expect(first.body).toMatchObject({
      events: [{ eventType: 'InventoryReceipt', version: 1, schemaVersion: 1, lotNumber: 'L-1' }],
      next: expect.any(String),
    });
    const { next } = Object(first.body);
    expect((await adapter.call('GET', `/ledger?limit=1&after=${next}`)).body).toMatchObject({
      events: [{ lotNumber: 'L-2' }],
    });
  });

  test.each([
    '/positions?limit=5001',
    '/positions?limit=x',
    '/positions?limit=1.5',
    '/positions?after=x',
    '/positions?itemId=%00',
    '/ledger?after=x',
    '/allocations?after=x',
    '/allocations?orderId=%00',
    '/locks?limit=0',
    '/shortfalls?limit=101',
    '/recounts?after=x',
    '/master-data?version=-1',
    '/master-data?version=now',
  ])('GET %s is answered with 400 problem details', async (path) => {
    expect(await adapter.call('GET', path)).toMatchObject({ status: 400, type: 'application/problem+json' });
  });
});
