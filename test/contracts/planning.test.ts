import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { itemAtpByDate, warehouseAtpByDate } from '../../shared/atp/atp-by-date.ts';
import { itemAvailability } from '../../shared/atp/availability.ts';
import { itemAtpSchema } from '../../shared/contracts/atp.ts';
import type { AtpThresholds } from '../../shared/domain/atp-thresholds.ts';
import { MAX_EXPECTED_RECEIPTS } from '../../shared/domain/expected-receipts.ts';
import { emptyStock, type StockKey } from '../../shared/domain/stock.ts';
import { listBackorders } from '../../shared/planning/backorders.ts';
import {
  announceReceipt,
  listExpectedReceipts,
  TooManyExpectedReceipts,
  withdrawReceipt,
} from '../../shared/planning/expected-receipts.ts';
import { readSafetyStock, setSafetyStock } from '../../shared/planning/safety-stock.ts';
import { someEvent, someStock } from '../doubles/fixtures.ts';
import {
  newKey,
  type PlanningStores,
  type PlanningSystem,
  planningInCosmos,
  planningInMemory,
  planningSystem,
  TODAY,
} from '../parts/planning-system.ts';

let stores: PlanningStores;
let system: PlanningSystem;

describe.each([
  ['in memory', planningInMemory],
  ['in Cosmos DB', planningInCosmos],
])('plans kept %s', (_name, start) => {
  beforeAll(async () => {
    stores = await start();
    system = planningSystem(stores);
  });
  afterAll(() => stores.stop());
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

  describe('the store', () => {
    const receipts = [{ expectedReceiptId: 'PO-1', quantity: 5, received: 0, expectedOn: '2024-11-20' }];
    const put = async (key: StockKey) => {
      expect(await system.plans.createStock(emptyStock(key))).toBe('stored');
      const planned = await system.plans.readStock(key);
      if (!planned) throw new Error('It was stored.');
      return planned;
    };
    const thresholdsOf = (itemId: string, lastAtp = 0): AtpThresholds => ({
      ...{ itemId, thresholds: [5], lastAtp, sequence: 0, untold: [] },
    });

    test('tells the figures of a stock, and that there is none', async () => {
      const key = newKey();
      expect(await system.plans.readStock(key)).toBeUndefined();
      const { stock, etag } = await put(key);
      const { positions: _p, openFindings: _o, findings: _f, ...figures } = emptyStock(key);
      expect(stock).toStrictEqual(figures);
      expect(etag).toBe((await system.stored(key)).etag);
    });

    test('changes no stock that is not there, and expected receipts only over what was read', async () => {
      const key = newKey();
      expect(await system.plans.setSafetyStock(key, 1)).toBe('missing');
      expect(await system.plans.setExpectedReceipts(key, receipts, '"gone"')).toBe('conflict');
      const { etag, stock } = await put(key);
      expect(await system.plans.setSafetyStock(key, 3)).toBe('stored');
      expect(await system.plans.setExpectedReceipts(key, receipts, etag)).toBe('conflict');
      const read = await system.plans.readStock(key);
      expect(read?.stock).toEqual({ ...stock, safetyStock: 3, version: 1 });
      expect(await system.plans.setExpectedReceipts(key, receipts, read?.etag ?? '')).toBe('stored');
      expect((await system.plans.readStock(key))?.stock).toEqual({
        ...stock,
        ...{ safetyStock: 3, expectedReceipts: receipts, version: 2 },
      });
    });

    test('creates a stock once, and meets whoever begins to watch its item at that moment', async () => {
      const key = newKey();
      await put(key);
      expect(await system.plans.createStock({ ...emptyStock(key), safetyStock: 9 })).toBe('conflict');
      expect((await system.plans.readStock(key))?.stock.safetyStock).toBe(0);
      const { watch } = await system.lines.readItem(key.itemId);
      expect(watch).toEqual({ on: false, etag: expect.any(String) });
      const begin = { on: true, etag: null, warehouseIds: [key.warehouseId] };
      const write = { thresholds: thresholdsOf(key.itemId), etag: null };
      expect(await system.plans.writeThresholds({ ...write, watch: begin })).toBe('conflict');
      expect(await system.plans.writeThresholds({ ...write, watch: { ...begin, etag: watch.etag } })).toBe(
        'stored',
      );
      const second = { ...key, warehouseId: 'WH-002' };
      expect((await put(second)).stock.watched).toBe(true);
    });

    test('stores thresholds over what was read, with all of their watch or not at all', async () => {
      const key = newKey();
      const { itemId } = key;
      await put(key);
      const { watch } = await system.lines.readItem(itemId);
      const begin = { ...watch, on: true, warehouseIds: [key.warehouseId] };
      const thresholds = thresholdsOf(itemId);
      const refused = [
        { thresholds, etag: '"gone"', watch: begin },
        { thresholds, etag: null, watch: { ...begin, warehouseIds: [key.warehouseId, 'WH-404'] } },
        { thresholds, etag: null, watch: { ...begin, etag: '"gone"' } },
      ];
      for (const write of refused) expect(await system.plans.writeThresholds(write)).toBe('conflict');
      expect(await system.plans.readThresholds(itemId)).toBeUndefined();
      expect((await system.plans.readStock(key))?.stock).toMatchObject({ version: 0 });
      expect(await system.plans.writeThresholds({ thresholds, etag: null, watch: begin })).toBe('stored');
      const read = await system.plans.readThresholds(itemId);
      expect(read).toEqual({ thresholds, etag: expect.any(String) });
      expect((await system.plans.readStock(key))?.stock).toMatchObject({ watched: true, version: 1 });
      const later = thresholdsOf(itemId, 8);
      expect(await system.plans.writeThresholds({ thresholds: later, etag: null })).toBe('conflict');
      expect(await system.plans.writeThresholds({ thresholds: later, etag: read?.etag ?? null })).toBe(
        'stored',
      );
      expect((await system.plans.readThresholds(itemId))?.thresholds).toEqual(later);
    });

    test('tells what waits for an item, without what a line does not say', async () => {
      const { itemId } = newKey();
      await system.backorder(itemId, 2);
      await system.backorder(itemId, 3, { wantedDate: '2024-11-20', allowedWarehouses: ['WH-001'] });
      const demand = await system.plans.readDemand(itemId);
      expect(demand.toSorted((a, b) => a.quantity - b.quantity)).toStrictEqual([
        { quantity: 2 },
        { quantity: 3, wantedDate: '2024-11-20', allowedWarehouses: ['WH-001'] },
      ]);
      expect(await system.plans.readDemand(newKey().itemId)).toEqual([]);
    });

    test('that went away says so', async () => {
      const key = newKey();
      await stores.goAway();
      const asked = [
        system.plans.readStock(key),
        system.plans.setSafetyStock(key, 1),
        system.plans.setExpectedReceipts(key, receipts, '"1"'),
        system.plans.createStock(emptyStock(key)),
        system.plans.listBackorders({ limit: 1 }),
        system.plans.readDemand(key.itemId),
        system.plans.readThresholds(key.itemId),
        system.plans.writeThresholds({ thresholds: thresholdsOf(key.itemId), etag: null }),
      ];
      for (const each of await Promise.allSettled(asked))
        expect(each).toMatchObject({ status: 'rejected', reason: { name: 'StoreUnavailable' } });
    });
  });
});
