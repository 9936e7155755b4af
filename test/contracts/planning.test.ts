import { randomUUID } from 'node:crypto';
import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { itemAtpByDate, warehouseAtpByDate } from '../../shared/atp/atp-by-date.ts';
import { itemAvailability } from '../../shared/atp/availability.ts';
import { itemAtpSchema } from '../../shared/contracts/atp.ts';
import { type AtpChange, atpChangeSchema } from '../../shared/contracts/planning.ts';
import { cosmosAllocationStore } from '../../shared/cosmos/allocation-store.ts';
import { openContainers } from '../../shared/cosmos/connection.ts';
import { cosmosPlanningStore } from '../../shared/cosmos/planning-store.ts';
import { cosmosStockReader } from '../../shared/cosmos/stock-reader.ts';
import { cosmosStockStore } from '../../shared/cosmos/stock-store.ts';
import { MAX_EXPECTED_RECEIPTS } from '../../shared/domain/expected-receipts.ts';
import { type LineTerms, lineKey, newOrderLine, type OrderLine } from '../../shared/domain/order-line.ts';
import { positionUpdates } from '../../shared/domain/position.ts';
import { foldStock, type Stock, type StockKey } from '../../shared/domain/stock.ts';
import { readThresholds, setThresholds, tellAtpChange } from '../../shared/planning/atp-thresholds.ts';
import { listBackorders } from '../../shared/planning/backorders.ts';
import {
  announceReceipt,
  listExpectedReceipts,
  TooManyExpectedReceipts,
  withdrawReceipt,
} from '../../shared/planning/expected-receipts.ts';
import type { PlanningPorts } from '../../shared/planning/planning-ports.ts';
import { readSafetyStock, setSafetyStock } from '../../shared/planning/safety-stock.ts';
import { serviceBusAtpChanges } from '../../shared/service-bus/atp-change-message.ts';
import { someEvent, someStock } from '../doubles/fixtures.ts';
import { virtualRuntime } from '../doubles/virtual-runtime.ts';
import { type LocalPart, startLocalCosmos, startLocalServiceBus } from '../parts/local-part.ts';

/** The virtual clock stands on this day. */
const TODAY = '2024-11-18';

let cosmos: LocalPart;
let bus: LocalPart;
let system: Awaited<ReturnType<typeof connect>>;

beforeAll(async () => {
  [cosmos, bus] = await Promise.all([startLocalCosmos(), startLocalServiceBus()]);
  system = await connect(cosmos, bus);
});
afterAll(async () => {
  await system?.serviceBus.close();
  await Promise.all([cosmos?.stop(), bus?.stop()]);
});

async function connect(database: LocalPart, broker: LocalPart) {
  const { stock } = await openContainers({ CosmosConnection: database.connectionString });
  const serviceBus = new ServiceBusClient(broker.connectionString);
  const told: string[] = [];
  const published: AtpChange[] = [];
  const ports: PlanningPorts = {
    plans: cosmosPlanningStore(stock),
    items: cosmosAllocationStore(stock),
    stockChanges: { tell: async (itemIds) => void told.push(...itemIds) },
    atpChanges: { publish: async (changes) => void published.push(...changes) },
    runtime: virtualRuntime(),
  };
  const lines = cosmosAllocationStore(stock);
  return {
    ...{ ports, told, published, serviceBus, lines },
    stocks: cosmosStockStore(stock),
    reader: cosmosStockReader(stock),
  };
}

const newKey = (warehouseId = 'WH-001'): StockKey => ({ itemId: `ITEM-${randomUUID()}`, warehouseId });

async function stored(key: StockKey): Promise<{ stock: Stock; etag: string }> {
  const [read] = await system.stocks.read([key]);
  if (read?.status !== 'found') throw new Error(`stock ${read?.status}`);
  return read;
}

/** The fold of the projection: read, fold, write if nobody came between. */
async function project(key: StockKey, event: ReturnType<typeof someEvent>): Promise<void> {
  for (;;) {
    const [read] = await system.stocks.read([key]);
    const held = read?.status === 'found' ? read.stock : undefined;
    const { stock, changed } = foldStock(held, key, positionUpdates({ ...event, ...key }));
    if (!changed) return;
    const etag = read?.status === 'found' ? read.etag : null;
    const [outcome] = await system.stocks.write([{ stock, etag }]);
    if (outcome?.status === 'stored') return;
  }
}

describe('safety stock', () => {
  test('of an item nobody has heard of makes its stock known, with an answer that satisfies the contract', async () => {
    const key = newKey();
    expect(await readSafetyStock(key, system.ports)).toEqual({ ...key, quantity: 0 });
    expect(await setSafetyStock(key, 5, system.ports)).toEqual({ ...key, quantity: 5 });
    expect(await readSafetyStock(key, system.ports)).toEqual({ ...key, quantity: 5 });
    const answer = await itemAvailability(key.itemId, system.reader);
    expect(itemAtpSchema.parse(answer)).toMatchObject({
      ...{ onHand: 0, safetyStock: 5, atp: -5, asOf: '1970-01-01T00:00:00.000Z' },
      warehouses: [{ version: 1, asOf: '1970-01-01T00:00:00.000Z' }],
    });
    await project(key, someEvent({ quantityChange: 10, resultingOnHand: 10 }));
    expect(await itemAvailability(key.itemId, system.reader)).toMatchObject({ onHand: 10, atp: 5 });
  });

  test('changes ATP and nothing else of a stock that is there, and is told on', async () => {
    const stock = someStock(20, newKey());
    await system.stocks.write([{ stock, etag: null }]);
    await setSafetyStock(stock, 7, system.ports);
    expect((await stored(stock)).stock).toEqual({ ...stock, safetyStock: 7, version: stock.version + 1 });
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
    const before = await stored(key);
    await announceReceipt(key, due('PO-1', '2024-11-20'), system.ports);
    expect(await stored(key)).toEqual(before);
  });

  test('are reduced by what arrives, and leave the list when all of it came', async () => {
    const key = newKey();
    await announceReceipt(key, due('PO-1', TODAY, 10), system.ports);
    const first = someEvent({ quantityChange: 6, resultingOnHand: 6, expectedReceiptId: 'PO-1' });
    await project(key, first);
    await project(key, first);
    expect(await listExpectedReceipts(key, system.ports)).toMatchObject([{ received: 6 }]);
    await project(key, someEvent({ quantityChange: 5, resultingOnHand: 11, version: 2 }));
    expect(await listExpectedReceipts(key, system.ports)).toEqual([]);
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
      ...events.map((event) => project(key, event)),
      setSafetyStock(key, 3, system.ports),
    ]);
    const { stock } = await stored(key);
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
    const late = await backorder(key.itemId, 3, { at: '2024-11-18T09:00:02Z' });
    const early = await backorder(key.itemId, 4, { at: '2024-11-18T09:00:01Z', wantedDate: '2024-11-30' });
    const urgent = await backorder(key.itemId, 2, { at: '2024-11-18T09:00:03Z', priority: 9 });
    const hopeless = await backorder(key.itemId, 9, { at: '2024-11-18T09:00:09Z' });
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
      await backorder(newKey().itemId, 1, {
        orderId,
        lineId: `L${number}`,
        at: `2024-01-0${7 - number}T00:00:00Z`,
      });
    await backorder(newKey().itemId, 1, { at: '2024-01-05T12:00:00Z' });
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
    await backorder(key.itemId, 2, { wantedDate: '2024-11-20' });
    await backorder(key.itemId, 4, { allowedWarehouses: ['WH-001'], wantedDate: '2024-11-21' });
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
    await backorder(key.itemId, 4, { wantedDate: '9999-12-31' });
    const ports = { ...system.ports, reader: system.reader };
    const item = await itemAtpByDate(key.itemId, { from: '2020-01-01' }, ports);
    expect(item?.days).toHaveLength(366);
    expect(item?.days[0]).toMatchObject({ date: TODAY, projected: 10, atp: 6 });
    const end = await itemAtpByDate(key.itemId, { from: '9999-12-31' }, ports);
    expect(end?.days).toMatchObject([{ date: '9999-12-31', demand: 4, atp: 6 }]);
  });
});

describe('ATP thresholds', () => {
  const watchOf = async (itemId: string) => {
    const { watch, stocks } = await system.ports.items.readItem(itemId);
    return [watch.on, ...stocks.map(({ watched }) => watched ?? false)];
  };
  const changesOf = (itemId: string) => system.published.filter((change) => change.itemId === itemId);

  async function watchedItem(onHand: number, thresholds: readonly number[]): Promise<StockKey> {
    const key = newKey();
    await system.stocks.write([{ stock: someStock(onHand, key), etag: null }]);
    await setThresholds(key.itemId, thresholds, system.ports);
    return key;
  }

  test('begin the watch over the item and its stock with the first, and end it with the last', async () => {
    const key = newKey();
    await system.stocks.write([{ stock: someStock(20, key), etag: null }]);
    expect(await watchOf(key.itemId)).toEqual([false, false]);
    expect(await setThresholds(key.itemId, [10, 5, 10], system.ports)).toEqual([5, 10]);
    expect(await readThresholds(key.itemId, system.ports)).toEqual([5, 10]);
    expect(await watchOf(key.itemId)).toEqual([true, true]);
    expect(system.told).toContain(key.itemId);
    await setThresholds(key.itemId, [], system.ports);
    expect(await readThresholds(key.itemId, system.ports)).toEqual([]);
    expect(await watchOf(key.itemId)).toEqual([false, false]);
    await setThresholds(key.itemId, [3], system.ports);
    expect(await watchOf(key.itemId)).toEqual([true, true]);
  });

  test('that are removed leave the watch to backorders that wait', async () => {
    const key = await watchedItem(0, [5]);
    await backorder(key.itemId, 1, {});
    await setThresholds(key.itemId, [], system.ports);
    expect(await watchOf(key.itemId)).toEqual([true, true]);
  });

  test('of an item nobody has heard of watch the stock that comes, whatever makes it known', async () => {
    const key = newKey();
    await setThresholds(key.itemId, [5], system.ports);
    await setSafetyStock(key, 1, system.ports);
    expect(await watchOf(key.itemId)).toEqual([true, true]);
    await project({ ...key, warehouseId: 'WH-002' }, someEvent({ quantityChange: 9, resultingOnHand: 9 }));
    await tellAtpChange(key.itemId, system.ports);
    expect(await watchOf(key.itemId)).toEqual([true, true, true]);
    expect(changesOf(key.itemId)).toMatchObject([{ threshold: 5, below: false, atp: 8, previousAtp: 0 }]);
  });

  test('are told when ATP crosses them, whichever warehouse and figure it comes from, and not otherwise', async () => {
    const key = await watchedItem(20, [10, 5]);
    expect(await tellAtpChange(key.itemId, system.ports)).toBe(0);
    await setSafetyStock(key, 8, system.ports);
    expect(await tellAtpChange(key.itemId, system.ports)).toBe(0);
    await setSafetyStock(key, 18, system.ports);
    expect(await tellAtpChange(key.itemId, system.ports)).toBe(2);
    expect(await tellAtpChange(key.itemId, system.ports)).toBe(0);
    await project(
      { ...key, warehouseId: 'WH-003' },
      someEvent({ quantityChange: 6, resultingOnHand: 6, locationId: 'C-01' }),
    );
    expect(await tellAtpChange(key.itemId, system.ports)).toBe(1);
    const changes = changesOf(key.itemId);
    expect(changes).toMatchObject([
      { threshold: 5, below: true, atp: 2, previousAtp: 12, sequence: 1 },
      { threshold: 10, below: true, atp: 2, previousAtp: 12, sequence: 2 },
      { threshold: 5, below: false, atp: 8, previousAtp: 2, sequence: 3 },
    ]);
    for (const change of changes) atpChangeSchema.parse(change);
  });

  test('lose no crossing when the bus does not answer, though ATP is back before it does', async () => {
    const key = await watchedItem(20, [10]);
    const away = { ...system.ports, atpChanges: { publish: () => Promise.reject(new Error('away')) } };
    await setSafetyStock(key, 15, system.ports);
    await expect(tellAtpChange(key.itemId, away)).rejects.toThrow('away');
    await setSafetyStock(key, 0, system.ports);
    await expect(tellAtpChange(key.itemId, away)).rejects.toThrow('away');
    expect(await tellAtpChange(key.itemId, system.ports)).toBe(2);
    expect(changesOf(key.itemId)).toMatchObject([
      { below: true, atp: 5, sequence: 1 },
      { below: false, atp: 20, sequence: 2 },
    ]);
  });

  test('are told again under the same number when the publisher ended before it noted that it had told', async () => {
    const key = await watchedItem(20, [10]);
    await setSafetyStock(key, 15, system.ports);
    const ends = {
      ...system.ports,
      atpChanges: {
        publish: async (changes: readonly AtpChange[]) => {
          await system.ports.atpChanges.publish(changes);
          throw new Error('killed');
        },
      },
    };
    await expect(tellAtpChange(key.itemId, ends)).rejects.toThrow('killed');
    await tellAtpChange(key.itemId, system.ports);
    const [first, second, ...more] = changesOf(key.itemId);
    expect(second).toEqual(first);
    expect(more).toEqual([]);
  });

  test('are told by all that look at the same moment as one change', async () => {
    const key = await watchedItem(20, [10]);
    await setSafetyStock(key, 15, system.ports);
    await Promise.all(Array.from({ length: 8 }, () => tellAtpChange(key.itemId, system.ports)));
    expect(new Set(changesOf(key.itemId).map(({ sequence }) => sequence))).toEqual(new Set([1]));
  });

  test('that an item does not have cost no look at its stock', async () => {
    const looks: string[] = [];
    const items = {
      ...system.ports.items,
      readItem: (itemId: string) => {
        looks.push(itemId);
        return system.ports.items.readItem(itemId);
      },
    };
    const key = newKey();
    expect(await tellAtpChange(key.itemId, { ...system.ports, items })).toBe(0);
    await setThresholds(key.itemId, [4], system.ports);
    await setThresholds(key.itemId, [], system.ports);
    expect(await tellAtpChange(key.itemId, { ...system.ports, items })).toBe(0);
    expect(looks).toEqual([]);
  });

  test('that are crossed arrive on topic atp-changes', async () => {
    const key = await watchedItem(20, [10]);
    await setSafetyStock(key, 15, system.ports);
    const atpChanges = serviceBusAtpChanges(system.serviceBus);
    await tellAtpChange(key.itemId, { ...system.ports, atpChanges });
    const receiver = system.serviceBus.createReceiver('atp-changes', 'oms');
    const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 20_000 });
    expect(message).toMatchObject({
      messageId: `${key.itemId}|10|1`,
      subject: key.itemId,
      contentType: 'application/json',
      applicationProperties: {
        itemId: key.itemId,
        cloudEvents_specversion: '1.0',
        cloudEvents_type: 'stockbridge.AtpThresholdCrossed',
      },
    });
    expect(atpChangeSchema.parse(message?.body)).toMatchObject({ threshold: 10, below: true, atp: 5 });
    await receiver.close();
  });
});

type Waiting = Partial<Pick<LineTerms, 'wantedDate' | 'priority' | 'allowedWarehouses'>> & {
  readonly orderId?: string;
  readonly lineId?: string;
  readonly at?: string;
};

/** A line that waits, stored as the allocation stores it. */
async function backorder(itemId: string, quantity: number, waiting: Waiting): Promise<OrderLine> {
  const { orderId = `ORDER-${randomUUID()}`, lineId = 'L1', at = '2024-11-18T09:00:00Z', ...terms } = waiting;
  const ordered = newOrderLine({
    ...{ kind: 'order-line', orderId, lineId, itemId, orderedAt: at, allOrNothing: false },
    terms: { quantity, priority: 0, allowSplit: true, allowBackorder: true, leastQuantity: 1, ...terms },
  });
  const line = { ...ordered, backordered: quantity };
  const outcome = await system.lines.commit({ itemId, lines: [{ line, etag: null }], totals: [] });
  if (outcome.status !== 'stored') throw new Error(`${lineKey(line)}: ${outcome.status}`);
  return line;
}
