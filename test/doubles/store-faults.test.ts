import { expect, test } from 'vitest';
import { heldLine } from '../../shared/domain/example-lines.ts';
import type { Order } from '../../shared/ports/order-store.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import { inMemoryAllocation } from './allocation-store.ts';
import { someEvent, someStock } from './fixtures.ts';
import { inMemoryJournal } from './journal-store.ts';
import { inMemoryOrders } from './order-store.ts';
import { inMemoryPlanning } from './planning-store.ts';
import { inMemoryStock } from './stock-store.ts';
import type { StoreFault } from './store-faults.ts';

const THROTTLED: StoreFault = { status: 'throttled', detail: 'too many', retryAfterMs: 7 };
const order: Order = {
  kind: 'order',
  orderId: 'O-1',
  bodyHash: 'x',
  createdAt: '2024-11-18T10:00:00.000Z',
  lines: [],
  allOrNothing: false,
};

function world(fault: StoreFault) {
  const memory = inMemoryStock();
  const stock = someStock(10);
  memory.put(stock);
  const allocation = inMemoryAllocation(memory.items);
  const planning = inMemoryPlanning(memory.items);
  const orders = inMemoryOrders();
  const journal = inMemoryJournal();
  for (const part of [memory, allocation, planning, orders, journal]) part.fault = () => fault;
  const line = { ...heldLine(3), itemId: stock.itemId };
  const totals = [{ warehouseId: stock.warehouseId, tentative: 3, confirmed: 0, picked: 0 }];
  const change = { itemId: stock.itemId, lines: [{ line, etag: null }], totals };
  return { memory, stock, allocation, planning, orders, journal, change };
}

test('A write whose answer is lost is done, and its caller hears that the store is away', async () => {
  const { memory, stock, allocation, planning, orders, journal, change } = world('answer-lost');
  expect(await allocation.store.commit(change)).toMatchObject({ status: 'unavailable' });
  await expect(planning.store.setSafetyStock(stock, 4)).rejects.toBeInstanceOf(StoreUnavailable);
  await expect(orders.store.create(order)).rejects.toBeInstanceOf(StoreUnavailable);
  const event = someEvent();
  await expect(journal.append([{ kind: 'event', event }])).rejects.toBeInstanceOf(StoreUnavailable);
  expect(memory.stock(stock)).toMatchObject({ tentative: 3, safetyStock: 4, version: stock.version + 2 });
  expect([...orders.all()]).toEqual([order]);
  expect(journal.eventsOf(event)).toEqual([event]);
});

test('A write that is refused is not done, and its caller hears how long to wait', async () => {
  const { memory, stock, allocation, planning, orders, journal, change } = world(THROTTLED);
  expect(await allocation.store.commit(change)).toEqual(THROTTLED);
  const refusal = { name: 'StoreUnavailable', retryAfterMs: 7 };
  await expect(planning.store.setSafetyStock(stock, 4)).rejects.toMatchObject(refusal);
  await expect(orders.store.create(order)).rejects.toMatchObject(refusal);
  await expect(allocation.store.readItem(stock.itemId)).rejects.toMatchObject(refusal);
  await expect(journal.append([{ kind: 'event', event: someEvent() }])).rejects.toMatchObject(refusal);
  expect(memory.stock(stock)).toEqual(stock);
  expect([...orders.all()]).toEqual([]);
  expect(journal.rowCount()).toBe(0);
});

test('What is stored cannot be changed by who wrote or read it', async () => {
  const memory = inMemoryStock();
  const positions = [{ locationId: 'A', lotNumber: null, onHand: 1, changedAt: '2024-11-18T10:00:00.000Z' }];
  const stock = { ...someStock(1), positions };
  memory.put(stock);
  positions.splice(0);
  expect(memory.stock(stock)?.positions).toHaveLength(1);
  expect(Object.isFrozen(memory.stock(stock)?.positions[0])).toBe(true);
});
