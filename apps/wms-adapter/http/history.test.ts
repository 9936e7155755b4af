import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  positionHistorySchema,
  recountsSchema,
  shortfallsSchema,
} from '../../../shared/contracts/position-history.ts';
import { type AdapterUnderTest, scan, startAdapterUnderTest } from '../adapter-under-test.ts';

let adapter: AdapterUnderTest;

beforeAll(async () => {
  adapter = await startAdapterUnderTest();
});
afterAll(() => adapter?.end());

const at = (second: number) => `2024-11-18T10:00:${String(second).padStart(2, '0')}Z`;

async function history(positionId: string, query = '') {
  const answer = await adapter.call('GET', `/positions/${encodeURIComponent(positionId)}/history${query}`);
  expect(answer.status).toBe(200);
  return positionHistorySchema.parse(answer.body);
}

describe('The history of a position', () => {
  test('tells which transactions made its figure, the last scanned first, page by page', async () => {
    const lotNumber = 'LOT-H';
    const positionId = `WH-001|ITEM-1|A-05-02|${lotNumber}`;
    const scans = [
      scan({ lotNumber, quantity: 10, scannedAt: at(1) }),
      scan({ lotNumber, type: 'pick', quantity: 2, scannedAt: at(3) }),
      scan({ lotNumber, type: 'count', quantity: 7, scannedAt: at(5) }),
      scan({ lotNumber, type: 'pick', quantity: 1, scannedAt: at(9) }),
    ];
    const [receipt, late, ...others] = scans;
    await adapter.post([receipt, ...others.slice(0, 1), late, ...others.slice(1)]);
    const all = await history(positionId);
    expect(all).toMatchObject({ positionId, lotNumber, onHand: 6, shortfall: 0, version: 4 });
    expect(
      all.entries.map(({ version, kind, quantity, effectiveChange, onHand, counts }) => [
        version,
        kind,
        quantity,
        effectiveChange,
        onHand,
        counts,
      ]),
    ).toEqual([
      [4, 'delta', -1, -1, 6, true],
      [2, 'count', 7, -3, 7, true],
      [3, 'delta', -2, 0, 7, false],
      [1, 'delta', 10, 10, 10, false],
    ]);
    const inOrder = scans.toSorted((a, b) => (a.scannedAt < b.scannedAt ? 1 : -1));
    expect(all.entries.map(({ transaction }) => transaction.transactionId)).toEqual(
      inOrder.map(({ transactionId }) => transactionId),
    );
    const made = all.entries.filter(({ counts }) => counts).reduce((sum, { quantity }) => sum + quantity, 0);
    expect(made).toBe(all.onHand - all.shortfall);

    const first = await history(positionId, '?limit=3');
    expect(first.entries).toEqual(all.entries.slice(0, 3));
    const rest = await history(positionId, `?limit=3&after=${encodeURIComponent(first.next ?? '')}`);
    expect(rest.entries).toEqual(all.entries.slice(3));
    expect(rest.next).toBeUndefined();
  });

  test('of stock without a lot is found under an empty one', async () => {
    await adapter.post(scan());
    expect(await history('WH-001|ITEM-1|A-05-02|')).toMatchObject({ lotNumber: null, onHand: 1 });
  });

  test.each([
    ['WH-001|ITEM-1|A-05-02|NEVER', 404],
    ['WH-001|ITEM-1|A-05-02', 400],
    ['no position', 400],
    ["WH-001|ITEM-1|A-05-02|'; DROP TABLE ledger --", 400],
  ])('of %s is answered with %i', async (positionId, status) => {
    const answer = await adapter.call('GET', `/positions/${encodeURIComponent(positionId)}/history`);
    expect(answer).toMatchObject({ status, type: 'application/problem+json' });
  });
});

test('A shortfall is listed with its transactions, until the missing receipt comes', async () => {
  const lotNumber = 'LOT-SHORT';
  const listed = async () => {
    const { body } = await adapter.call('GET', '/shortfalls?warehouseId=WH-001&itemId=ITEM-1');
    return shortfallsSchema.parse(body).shortfalls;
  };
  const pick = scan({ lotNumber, type: 'pick', quantity: 5, scannedAt: at(1) });
  expect(await adapter.post(pick)).toMatchObject([{ outcome: 'exception', position: { onHand: 0 } }]);
  expect(await listed()).toMatchObject([
    {
      positionId: `WH-001|ITEM-1|A-05-02|${lotNumber}`,
      onHand: 0,
      shortfall: 5,
      entries: [{ quantity: -5 }],
    },
  ]);
  await adapter.post(scan({ lotNumber, quantity: 8, scannedAt: at(0) }));
  expect(await listed()).toEqual([]);
});

test('A position on which something was booked while another counted is listed for a recount, until it is counted', async () => {
  const place = { warehouseId: 'WH-001', locationId: 'B-01' };
  const { body } = await adapter.call('POST', '/locks', { ...place, scannerId: 'SCANNER-09', userId: 'ann' });
  const queued = scan({
    ...place,
    lotNumber: 'LOT-RECOUNT',
    queued: true,
    scannedAt: new Date().toISOString(),
  });
  expect(await adapter.post(queued)).toMatchObject([{ outcome: 'applied', flags: ['recount'] }]);
  const listed = async () => recountsSchema.parse((await adapter.call('GET', '/recounts')).body).recounts;
  expect(await listed()).toMatchObject([
    { lotNumber: 'LOT-RECOUNT', entries: [{ flags: ['recount'], transaction: { queued: true } }] },
  ]);
  await adapter.call('DELETE', `/locks/${Object(body).lockId}`);
  const count = { ...place, lotNumber: 'LOT-RECOUNT', type: 'count', quantity: 1 };
  await adapter.post(scan({ ...count, scannedAt: new Date().toISOString() }));
  expect(await listed()).toEqual([]);
});
