import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { itemAtpByDate, warehouseAtpByDate } from '../../shared/atp/atp-by-date.ts';
import { itemAvailability } from '../../shared/atp/availability.ts';
import { itemAtpSchema } from '../../shared/contracts/atp.ts';
import { MAX_EXPECTED_RECEIPTS } from '../../shared/domain/expected-receipts.ts';
import { listBackorders } from '../../shared/planning/backorders.ts';
import {
  announceReceipt,
  listExpectedReceipts,
  TooManyExpectedReceipts,
  withdrawReceipt,
} from '../../shared/planning/expected-receipts.ts';
import { readSafetyStock, setSafetyStock } from '../../shared/planning/safety-stock.ts';
import { someEvent, someStock } from '../doubles/fixtures.ts';
import { type LocalPart, startLocalCosmos } from '../parts/local-part.ts';
import { newKey, type PlanningSystem, planningSystem, TODAY } from '../parts/planning-system.ts';

let cosmos: LocalPart;
let system: PlanningSystem;

beforeAll(async () => {
  cosmos = await startLocalCosmos();
  system = await planningSystem(cosmos);
});
afterAll(() => cosmos?.stop());

describe('safety stock', () => {
  test('of an item nobody has heard of makes its stock known, with an answer that satisfies the contract', async () => {
    const key = newKey();
    expect(await readSafetyStock(key, system.ports)).toEqual({ ...key, quantity: 0 });
    expect(await setSafetyStock(key, 5, system.ports)).toEqual({ ...key, quantity: 5 });
    expect(await readSafetyStock(key, system.ports)).toEqual({ ...key, quantity: 5 });
    const answer = await itemAvailability(key.itemId, { reader: system.reader, ...system.ports });
    expect(itemAtpSchema.parse(answer)).toMatchObject({
      ...{ onHand: 0, safetyStock: 5, atp: -5, asOf: '1970-01-01T00:00:00.000Z' },
      warehouses: [{ version: 1, asOf: '1970-01-01T00:00:00.000Z' }],
    });
    await system.project(key, someEvent({ quantityChange: 10, resultingOnHand: 10 }));
    expect(await itemAvailability(key.itemId, { reader: system.reader, ...system.ports })).toMatchObject({
      onHand: 10,
      atp: 5,
    });
  });

  test('changes ATP and nothing else of a stock that is there, and is told on', async () => {
    const stock = someStock(20, newKey());
    await system.stocks.write([{ stock, etag: null }]);
    await setSafetyStock(stock, 7, system.ports);
    expect((await system.stored(stock)).stock).toEqual({
      ...stock,
      safetyStock: 7,
      version: stock.version + 1,
    });
    expect(system.told).toContain(stock.itemId);
  });
});

describe('expected receipts', () => {
  const due = (expectedReceiptId: string, expectedOn: string, quantity = 10) => ({
    ...{ expectedReceiptId, expectedOn, quantity },
  });

  test('are listed by date with their status, changed, and withdrawn', async () => {
    const key = newKey();
    expect(await listExpectedReceipts(key, system.ports)).toEqual([]);
    const announced = await announceReceipt(key, due('PO-2', '2024-11-20'), system.ports);
    expect(announced).toEqual({
      receipt: { ...due('PO-2', '2024-11-20'), received: 0, status: 'expected' },
      isNew: true,
    });
    await announceReceipt(key, due('PO-1', '2024-11-17'), system.ports);
    expect(await listExpectedReceipts(key, system.ports)).toMatchObject([
      { expectedReceiptId: 'PO-1', status: 'overdue' },
      { expectedReceiptId: 'PO-2', status: 'expected' },
    ]);
    const changed = await announceReceipt(key, due('PO-2', '2024-11-21', 4), system.ports);
    expect(changed).toMatchObject({ isNew: false, receipt: { quantity: 4, expectedOn: '2024-11-21' } });
    await withdrawReceipt(key, 'PO-1', system.ports);
    await withdrawReceipt(key, 'PO-1', system.ports);
    await withdrawReceipt(newKey(), 'PO-1', system.ports);
    expect(await listExpectedReceipts(key, system.ports)).toMatchObject([{ expectedReceiptId: 'PO-2' }]);
  });

  test('announced again as they are change nothing, not even the version', async () => {
    const key = newKey();
    await announceReceipt(key, due('PO-1', '2024-11-20'), system.ports);
    const before = await system.stored(key);
    await announceReceipt(key, due('PO-1', '2024-11-20'), system.ports);
    expect(await system.stored(key)).toEqual(before);
  });

  test('are reduced by what arrives, and are received when all of it came', async () => {
    const key = newKey();
    await announceReceipt(key, due('PO-1', TODAY, 10), system.ports);
    const first = someEvent({ quantityChange: 6, resultingOnHand: 6, expectedReceiptId: 'PO-1' });
    await system.project(key, first);
    await system.project(key, first);
    expect(await listExpectedReceipts(key, system.ports)).toMatchObject([{ received: 6 }]);
    await system.project(key, someEvent({ quantityChange: 5, resultingOnHand: 11, version: 2 }));
    expect(await listExpectedReceipts(key, system.ports)).toMatchObject([
      { received: 10, status: 'received' },
    ]);
  });

  test(`beyond ${MAX_EXPECTED_RECEIPTS} are refused by name`, async () => {
    const key = newKey();
    const expectedReceipts = Array.from({ length: MAX_EXPECTED_RECEIPTS }, (_unused, number) => ({
      ...due(`PO-${number}`, TODAY),
      received: 0,
    }));
    await system.stocks.write([{ stock: { ...someStock(1, key), expectedReceipts }, etag: null }]);
    const one = announceReceipt(key, due('PO-more', TODAY), system.ports);
    await expect(one).rejects.toThrow(TooManyExpectedReceipts);
    await expect(one).rejects.toThrow(`${key.itemId} has 200 open expected receipts in WH-001`);
    await announceReceipt(key, due('PO-7', TODAY, 3), system.ports);
    await withdrawReceipt(key, 'PO-8', system.ports);
    expect(await announceReceipt(key, due('PO-more', TODAY), system.ports)).toMatchObject({ isNew: true });
  });

  test('and safety stock and folds that come at the same moment lose nothing of each other', async () => {
    const key = newKey();
    const events = Array.from({ length: 6 }, (_unused, index) =>
      someEvent({ quantityChange: 1, resultingOnHand: index + 1, version: index + 1 }),
    );
    await Promise.all([
      ...[1, 2, 3, 4, 5].map((n) => announceReceipt(key, due(`PO-${n}`, '2024-12-01', n), system.ports)),
      ...events.map((event) => system.project(key, event)),
      setSafetyStock(key, 3, system.ports),
    ]);
    const { stock } = await system.stored(key);
    expect(stock).toMatchObject({ onHand: 6, safetyStock: 3, openFindings: 0 });
    expect(stock.expectedReceipts?.map(({ expectedReceiptId }) => expectedReceiptId)).toEqual([
      'PO-1',
      'PO-2',
      'PO-3',
      'PO-4',
      'PO-5',
    ]);
  });
});

describe('backorders', () => {
  test('are listed by priority, then age, each with the day on which receipts cover it', async () => {
    const key = newKey();
    await announceReceipt(
      key,
      { expectedReceiptId: 'PO-1', expectedOn: '2024-11-20', quantity: 5 },
      system.ports,
    );
    await announceReceipt(
      key,
      { expectedReceiptId: 'PO-2', expectedOn: '2024-11-25', quantity: 5 },
      system.ports,
    );
    const late = await system.backorder(key.itemId, 3, { at: '2024-11-18T09:00:02Z' });
    const early = await system.backorder(key.itemId, 4, {
      at: '2024-11-18T09:00:01Z',
      wantedDate: '2024-11-30',
    });
    const urgent = await system.backorder(key.itemId, 2, { at: '2024-11-18T09:00:03Z', priority: 9 });
    const hopeless = await system.backorder(key.itemId, 9, { at: '2024-11-18T09:00:09Z' });
    const { backorders, next } = await listBackorders({ itemId: key.itemId, limit: 50 }, system.ports);
    expect(next).toBeUndefined();
    expect(backorders.map(({ orderId, promisedDate }) => [orderId, promisedDate])).toEqual([
      [urgent.orderId, '2024-11-20'],
      [early.orderId, '2024-11-25'],
      [late.orderId, '2024-11-25'],
      [hopeless.orderId, null],
    ]);
    expect(backorders[1]).toEqual({
      ...{ orderId: early.orderId, lineId: 'L1', itemId: key.itemId, quantity: 4, priority: 0 },
      ...{ orderedAt: '2024-11-18T09:00:01Z', wantedDate: '2024-11-30', promisedDate: '2024-11-25' },
    });
  });

  test('of all items come page by page, each once, in one order', async () => {
    const orderId = `ORDER-${randomUUID()}`;
    for (let number = 0; number < 7; number += 1)
      await system.backorder(newKey().itemId, 1, {
        orderId,
        lineId: `L${number}`,
        at: `2024-01-0${7 - number}T00:00:00Z`,
      });
    await system.backorder(newKey().itemId, 1, { at: '2024-01-05T12:00:00Z' });
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await listBackorders({ orderId, limit: 3, after }, system.ports);
      seen.push(...page.backorders.map(({ lineId }) => lineId));
      after = page.next;
    } while (after !== undefined);
    expect(seen).toEqual(['L6', 'L5', 'L4', 'L3', 'L2', 'L1', 'L0']);
    const { backorders } = await listBackorders({ limit: 200 }, system.ports);
    expect(backorders.filter((listed) => listed.orderId === orderId)).toHaveLength(7);
    expect(backorders.length).toBeGreaterThan(7);
  });

  test('are the demand of ATP by date, at a warehouse when no other may deliver', async () => {
    const key = newKey();
    await system.stocks.write([{ stock: someStock(10, key), etag: null }]);
    await announceReceipt(
      key,
      { expectedReceiptId: 'PO-1', expectedOn: '2024-11-19', quantity: 5 },
      system.ports,
    );
    await system.backorder(key.itemId, 2, { wantedDate: '2024-11-20' });
    await system.backorder(key.itemId, 4, { allowedWarehouses: ['WH-001'], wantedDate: '2024-11-21' });
    const ports = { ...system.ports, reader: system.reader };
    const item = await itemAtpByDate(key.itemId, { from: TODAY }, ports);
    expect(item).toMatchObject({ itemId: key.itemId, atp: 10, warehouses: [{ atp: 10 }] });
    expect(item?.days).toEqual([
      { date: '2024-11-18', expected: 0, demand: 0, projected: 10, atp: 9 },
      { date: '2024-11-19', expected: 5, demand: 0, projected: 15, atp: 9 },
      { date: '2024-11-20', expected: 0, demand: 2, projected: 13, atp: 9 },
      { date: '2024-11-21', expected: 0, demand: 4, projected: 9, atp: 9 },
    ]);
    const warehouse = await warehouseAtpByDate(key, { to: '2024-11-19' }, ports);
    expect(warehouse?.days.map(({ date, atp }) => [date, atp])).toEqual([
      ['2024-11-18', 10],
      ['2024-11-19', 11],
    ]);
    expect(await itemAtpByDate('ITEM-unknown', { from: TODAY }, ports)).toBeUndefined();
    expect(await warehouseAtpByDate(newKey(), { from: TODAY }, ports)).toBeUndefined();
  });

  test('beyond the furthest day that can be shown do not make the answer longer', async () => {
    const key = newKey();
    await system.stocks.write([{ stock: someStock(10, key), etag: null }]);
    await system.backorder(key.itemId, 4, { wantedDate: '9999-12-31' });
    const ports = { ...system.ports, reader: system.reader };
    const item = await itemAtpByDate(key.itemId, { from: '2020-01-01' }, ports);
    expect(item?.days).toHaveLength(366);
    expect(item?.days[0]).toMatchObject({ date: TODAY, projected: 10, atp: 6 });
    const end = await itemAtpByDate(key.itemId, { from: '9999-12-31' }, ports);
    expect(end?.days).toMatchObject([{ date: '9999-12-31', demand: 4, atp: 6 }]);
  });
});
