import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AdapterUnderTest, scan, startAdapterUnderTest } from '../adapter-under-test.ts';

let adapter: AdapterUnderTest;

beforeAll(async () => {
  adapter = await startAdapterUnderTest();
});
afterAll(() => adapter?.end());

describe('POST /api/v1/transactions', () => {
  test('books one transaction and answers with one result, while the bus is away', async () => {
    const receipt = scan({ quantity: 10, lotNumber: 'LOT-ONE', acknowledgeLock: 'LOCK-1' });
    expect(await adapter.post(receipt)).toEqual([
      { transactionId: receipt.transactionId, outcome: 'applied', position: { onHand: 10, version: 1 } },
    ]);
  });

  test('answers each transaction of a call by itself, in their order', async () => {
    const lotNumber = 'LOT-MIX';
    const first = scan({ lotNumber, quantity: 4 });
    const results = await adapter.post([
      first,
      first,
      { ...first, quantity: 5 },
      scan({ lotNumber, expectedVersion: 7 }),
      scan({ itemId: 'ITEM-9' }),
      scan({ lotNumber, type: 'pick', quantity: 6 }),
      'no transaction',
      scan({ lotNumber, quantity: 3 }),
    ]);
    expect(results.map((result) => result.outcome)).toEqual([
      'applied',
      'duplicate',
      'rejected',
      'conflict',
      'rejected',
      'exception',
      'rejected',
      'applied',
    ]);
    expect(results.at(-1)?.position).toEqual({ onHand: 1, version: 3 });
    expect(results[3]?.problem?.detail).toBe(
      'Position WH-001/A-05-02/LOT-MIX is at version 1, the update expected 7',
    );
  });

  test('books all five types', async () => {
    const lotNumber = 'LOT-FIVE';
    const results = await adapter.post([
      scan({ lotNumber, type: 'receipt', quantity: 10 }),
      scan({ lotNumber, type: 'pick', quantity: 2 }),
      scan({ lotNumber, type: 'adjustment', quantity: -1, reason: "broken; DROP TABLE ledger --'" }),
      scan({ lotNumber, type: 'transfer', quantity: 3, toLocationId: 'B-01' }),
      scan({ lotNumber, type: 'count', quantity: 5, scannedAt: '2024-11-18T10:00:01Z' }),
    ]);
    expect(results.map(({ outcome, position }) => [outcome, position?.onHand])).toEqual([
      ['applied', 10],
      ['applied', 8],
      ['applied', 7],
      ['applied', 4],
      ['applied', 5],
    ]);
  });

  test.each([
    ['a quantity as text', { quantity: '5' }, '/quantity', '"5"'],
    ['a pick of nothing', { type: 'pick', quantity: 0 }, '/quantity', 'positive'],
    ['half a piece', { quantity: 0.5 }, '/quantity', '0.5'],
    ['no item', { itemId: undefined }, '/itemId', '(given: nothing)'],
    ['an unknown type', { type: 'theft' }, '/type', '"theft"'],
    ['an id that is no UUID', { transactionId: 'TRX-1' }, '/transactionId', '"TRX-1"'],
    ['a local time', { scannedAt: '2024-11-18T10:00:00' }, '/scannedAt', 'UTC'],
    ['a transfer to nowhere', { type: 'transfer' }, '/toLocationId', 'another location'],
  ])('rejects %s, naming the field and its value', async (_what, fields, pointer, text) => {
    const [result] = await adapter.post(scan(fields));
    expect(result).toMatchObject({ outcome: 'rejected', problem: { errors: [{ pointer }] } });
    expect(result?.problem?.errors?.[0]?.detail).toContain(text);
  });

  test('books calls that arrive together once each', async () => {
    const lotNumber = 'LOT-CROWD';
    const scans = Array.from({ length: 40 }, () => scan({ lotNumber }));
    const answers = await Promise.all([...scans, ...scans].map((one) => adapter.post(one)));
    const versions = answers.flat().filter(({ outcome }) => outcome === 'applied');
    expect(versions.map(({ position }) => position?.version).sort((a = 0, b = 0) => a - b)).toEqual(
      scans.map((_, index) => index + 1),
    );
    expect(answers.flat().filter(({ outcome }) => outcome === 'duplicate')).toHaveLength(40);
  });

  test('takes 500 transactions in a call', async () => {
    const scans = Array.from({ length: 500 }, () => scan({ lotNumber: 'LOT-500' }));
    const results = await adapter.post(scans);
    expect(results.map(({ transactionId }) => transactionId)).toEqual(
      scans.map(({ transactionId }) => transactionId),
    );
    expect(await adapter.post([])).toEqual([]);
  });
});
