import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Backorder, backordersSchema } from '../../shared/contracts/allocation.ts';
import type { Transaction } from '../../shared/contracts/transaction.ts';
import { type Fabric, OWNS_STACK, startFabric, transaction, until } from './fabric.ts';
import { type Line, omsOf } from './orders.ts';
import { expectSidesAgree, type WmsAllocation, wmsAllocations } from './promises.ts';

let fabric: Fabric;
let oms: ReturnType<typeof omsOf>;

beforeAll(async () => {
  fabric = await startFabric();
  oms = omsOf(fabric);
});

afterAll(async () => {
  await expectSidesAgree(fabric).finally(() => fabric?.stop());
});

const PLACES = ['A-01', 'A-02'];

/** An item that the WMS knows, with pieces in warehouses, and that the cloud has heard of. */
async function anItem(onHand: Readonly<Record<string, number>> = {}): Promise<string> {
  const itemId = `ITEM-${randomUUID().slice(0, 8)}`;
  await fabric.know([itemId], PLACES);
  const receipts = Object.entries(onHand).map(([warehouseId, quantity]) =>
    receipt(itemId, quantity, { warehouseId }),
  );
  if (receipts.length === 0) return itemId;
  await scan(...receipts);
  await untilHeard(
    itemId,
    Object.values(onHand).reduce((sum, quantity) => sum + quantity, 0),
  );
  return itemId;
}

function receipt(itemId: string, quantity: number, more: Partial<Transaction> = {}): Partial<Transaction> {
  return transaction({ itemId, quantity, locationId: 'A-01', ...more });
}

async function scan(...transactions: Partial<Transaction>[]): Promise<void> {
  const results = await fabric.transact(transactions);
  const refused = results.find(({ outcome }) => outcome !== 'applied' && outcome !== 'exception');
  if (refused) throw new Error(`refused: ${JSON.stringify(refused)}`);
}

function untilHeard(itemId: string, onHand: number) {
  return until(
    () => oms.atp(itemId),
    (atp) => atp.onHand === onHand,
  );
}

function anOrder(...lines: Line[]) {
  return oms.order(`ORDER-${randomUUID().slice(0, 8)}`, lines);
}

function reserved(allocations: readonly WmsAllocation[]): number {
  return allocations.reduce((sum, { reserved: pieces, picked }) => sum + pieces - picked, 0);
}

describe('100 allocated at 10:00:00, a count finds 95 at 10:00:02', () => {
  test('after the confirmation, without another source: confirmed 95, backordered 5', async () => {
    const itemId = await anItem({ 'WH-001': 100 });
    const orderId = await anOrder({ itemId, quantity: 100 });
    await oms.until(orderId, ({ confirmed }) => confirmed === 100);
    await scan(transaction({ itemId, type: 'count', quantity: 95, locationId: 'A-01' }));
    await oms.until(orderId, ({ confirmed, backordered }) => confirmed === 95 && backordered === 5);
    expect((await oms.read(orderId)).status).toBe('backordered');
    expect(reserved(await wmsAllocations(fabric, { itemId }))).toBe(95);
    expect(await oms.atp(itemId)).toMatchObject({ onHand: 95, confirmed: 95, atp: 0 });
  });

  test('after the confirmation, with another warehouse that has 5: confirmed 100 from both', async () => {
    const itemId = await anItem({ 'WH-001': 100, 'WH-002': 5 });
    const orderId = await anOrder({ itemId, quantity: 100 });
    await oms.until(orderId, ({ confirmed }) => confirmed === 100);
    await scan(transaction({ itemId, type: 'count', quantity: 95, locationId: 'A-01' }));
    const { lines } = await oms.until(orderId, ({ sources }, { status }) => {
      return sources.length === 2 && status === 'confirmed';
    });
    expect(lines[0]?.sources).toMatchObject([
      { warehouseId: 'WH-001', quantity: 95 },
      { warehouseId: 'WH-002', quantity: 5 },
    ]);
  });

  // It takes the bus away.
  test.runIf(OWNS_STACK).each([
    { elsewhere: 0, confirmed: 95, backordered: 5 },
    { elsewhere: 5, confirmed: 100, backordered: 0 },
  ])(
    'before the confirmation, $elsewhere in another warehouse: confirmed $confirmed, backordered $backordered',
    async (expected) => {
      const itemId = await anItem({
        'WH-001': 100,
        ...(expected.elsewhere > 0 && { 'WH-002': expected.elsewhere }),
      });
      const bus = fabric.stack.parts['service-bus'];
      // Without the bus the request waits in the cloud, and the count happens before the warehouse hears of it.
      bus?.kill('SIGKILL');
      const orderId = await anOrder({ itemId, quantity: 100 });
      await oms.until(orderId, ({ sources }) => sources.length === 1);
      await scan(transaction({ itemId, type: 'count', quantity: 95, locationId: 'A-01' }));
      await bus?.restart();
      const { lines } = await oms.untilAtRest(orderId);
      expect(lines[0]).toMatchObject({ confirmed: expected.confirmed, backordered: expected.backordered });
      expect(reserved(await wmsAllocations(fabric, { itemId }))).toBe(expected.confirmed);
    },
  );
});

test('two orders for the last piece: one is confirmed, the other waits for stock', async () => {
  const itemId = await anItem({ 'WH-001': 1 });
  const orders = await Promise.all([anOrder({ itemId, quantity: 1 }), anOrder({ itemId, quantity: 1 })]);
  const states = await Promise.all(orders.map((orderId) => oms.untilAtRest(orderId)));
  expect(states.map(({ status }) => status).sort()).toEqual(['backordered', 'confirmed']);
});

test('1,000 concurrent orders for 100 pieces over 4 warehouses: exactly 100 promised, none twice, 900 backordered or refused', async () => {
  const itemId = await anItem({ 'WH-001': 40, 'WH-002': 30, 'WH-003': 20, 'WH-004': 10 });
  const orders = await Promise.all(
    Array.from({ length: 1_000 }, (_, index) =>
      anOrder({ itemId, quantity: 1, allowBackorder: index % 2 === 0 }),
    ),
  );
  const states = [];
  for (const orderId of orders) states.push((await oms.untilAtRest(orderId)).status);
  expect(states.filter((status) => status === 'confirmed')).toHaveLength(100);
  expect(states.filter((status) => status === 'backordered' || status === 'rejected')).toHaveLength(900);
  expect(await oms.atp(itemId)).toMatchObject({ onHand: 100, tentative: 0, confirmed: 100, atp: 0 });
  const allocations = await wmsAllocations(fabric, { itemId });
  expect(reserved(allocations)).toBe(100);
  expect(new Set(allocations.map(({ orderId }) => orderId)).size).toBe(100);
}, 90_000);

test('900 backorders and a receipt of 1, then a cancel of 10: exactly as many are served, by priority, then age', async () => {
  const itemId = await anItem({ 'WH-001': 10 });
  const first = await anOrder({ itemId, quantity: 10 });
  await oms.until(first, ({ confirmed }) => confirmed === 10);
  const backorders: string[] = [];
  while (backorders.length < 900) {
    const priority = backorders.length === 450 ? 5 : 0;
    const batch = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        anOrder({ itemId, quantity: 1, priority: index === 0 ? priority : 0 }),
      ),
    );
    for (const orderId of batch) await oms.until(orderId, ({ backordered }) => backordered === 1);
    backorders.push(...batch);
  }
  const urgent = backorders[450] ?? '';
  await scan(receipt(itemId, 1));
  await oms.until(urgent, ({ confirmed }) => confirmed === 1);
  await oms.cancel(first);
  const served = await until(
    async () => {
      const waiting = new Set((await backordersOf(itemId)).map(({ orderId }) => orderId));
      return backorders.filter((orderId) => !waiting.has(orderId));
    },
    (orderIds) => orderIds.length >= 11,
  );
  for (const orderId of served) await oms.until(orderId, ({ confirmed }) => confirmed === 1);
  expect(served).toHaveLength(11);
  const oldest = await oldestOf(backorders.filter((orderId) => orderId !== urgent));
  expect(new Set(served)).toEqual(new Set([urgent, ...oldest.slice(0, 10)]));
}, 90_000);

/** Everything that waits for an item, page by page. */
async function backordersOf(itemId: string): Promise<Backorder[]> {
  const found: Backorder[] = [];
  let token: string | undefined;
  do {
    const query = new URLSearchParams({
      itemId,
      top: '200',
      ...(token !== undefined && { continuationToken: token }),
    });
    const page = backordersSchema.parse((await oms.send('GET', `backorders?${query}`)).body);
    found.push(...page.backorders);
    token = page.continuationToken;
  } while (token !== undefined);
  return found;
}

/** By the order time that the cloud gave them, then id: the age of a backorder. */
async function oldestOf(orderIds: readonly string[]): Promise<string[]> {
  const orders = await Promise.all(orderIds.map((orderId) => oms.read(orderId)));
  const key = ({ createdAt, orderId }: { createdAt: string; orderId: string }) => `${createdAt}|${orderId}`;
  return orders.sort((a, b) => (key(a) < key(b) ? -1 : 1)).map(({ orderId }) => orderId);
}

test('a new order of no higher priority queues behind the backorders, one of higher priority goes first', async () => {
  const itemId = await anItem();
  const waiting = await anOrder({ itemId, quantity: 5, priority: 2, leastQuantity: 5 });
  await oms.until(waiting, ({ backordered }) => backordered === 5);
  const urgent = await anOrder({ itemId, quantity: 2, priority: 3 });
  const late = await anOrder({ itemId, quantity: 2, priority: 2 });
  await oms.until(late, ({ backordered }) => backordered === 2);
  await scan(receipt(itemId, 7));
  await oms.until(urgent, ({ confirmed }) => confirmed === 2);
  await oms.until(waiting, ({ confirmed }) => confirmed === 5);
  expect((await oms.read(late)).lines[0]).toMatchObject({ backordered: 2 });
});

test('backorders wake for whatever cause: a count that finds more, a lower safety stock', async () => {
  const itemId = await anItem({ 'WH-001': 5 });
  const safetyStock = `items/${itemId}/warehouses/WH-001/safety-stock`;
  expect((await oms.send('PUT', safetyStock, { quantity: 5 })).status).toBe(200);
  const orderId = await anOrder({ itemId, quantity: 4 });
  await oms.until(orderId, ({ backordered }) => backordered === 4);
  await scan(transaction({ itemId, type: 'count', quantity: 6, locationId: 'A-01' }));
  await oms.until(orderId, ({ confirmed, backordered }) => confirmed === 1 && backordered === 3);
  await oms.send('PUT', safetyStock, { quantity: 2 });
  await oms.until(orderId, ({ confirmed }) => confirmed === 4);
});

test('a transfer inside the warehouse under full reservation revokes nothing', async () => {
  const itemId = await anItem({ 'WH-001': 10 });
  const orderId = await anOrder({ itemId, quantity: 10 });
  await oms.until(orderId, ({ confirmed }) => confirmed === 10);
  await scan(
    transaction({ itemId, type: 'transfer', quantity: 6, locationId: 'A-01', toLocationId: 'A-02' }),
  );
  const marker = await anItem({ 'WH-001': 1 });
  await untilHeard(marker, 1);
  expect((await oms.read(orderId)).lines[0]).toMatchObject({ status: 'confirmed', confirmed: 10 });
  expect(await oms.atp(itemId)).toMatchObject({ onHand: 10, confirmed: 10, atp: 0 });
});

test('two picks of one allocation, the later scanned one uploaded first, and a pick older than the last count', async () => {
  const itemId = await anItem({ 'WH-001': 10 });
  const orderId = await anOrder({ itemId, quantity: 6 });
  await oms.until(orderId, ({ confirmed }) => confirmed === 6);
  const allocationId = `${orderId}:L1:1`;
  const at = (ms: number) => new Date(Date.now() + ms).toISOString();
  const pick = { itemId, type: 'pick' as const, locationId: 'A-01', allocationId, orderId };
  const [early, middle, counted] = [at(0), at(20), at(40)];
  await scan(transaction({ ...pick, quantity: 3, scannedAt: middle }));
  await scan(transaction({ ...pick, quantity: 1, scannedAt: early }));
  await oms.until(orderId, ({ fulfilled }) => fulfilled === 4);
  expect(await oms.atp(itemId)).toMatchObject({ onHand: 6, confirmed: 2, atp: 4 });
  await scan(transaction({ itemId, type: 'count', quantity: 4, locationId: 'A-01', scannedAt: counted }));
  // The count saw that two more were gone; their pick comes late and takes no more stock.
  await scan(transaction({ ...pick, quantity: 2, scannedAt: at(-5_000) }));
  await oms.until(orderId, ({ fulfilled }) => fulfilled === 6);
  expect(await oms.atp(itemId)).toMatchObject({ onHand: 4, confirmed: 0, atp: 4 });
});

test('a pick beyond its allocation, and one without a match, take stock from whoever is newest', async () => {
  const itemId = await anItem({ 'WH-001': 10 });
  const older = await anOrder({ itemId, quantity: 4 });
  await oms.until(older, ({ confirmed }) => confirmed === 4);
  const newer = await anOrder({ itemId, quantity: 6 });
  await oms.until(newer, ({ confirmed }) => confirmed === 6);
  const pick = { itemId, type: 'pick' as const, locationId: 'A-01' };
  await scan(transaction({ ...pick, quantity: 5, allocationId: `${older}:L1:1`, orderId: older }));
  await oms.until(older, ({ fulfilled }) => fulfilled === 4);
  await oms.until(newer, ({ confirmed, backordered }) => confirmed === 5 && backordered === 1);
  await scan(transaction({ ...pick, quantity: 2 }));
  await oms.until(newer, ({ confirmed, backordered }) => confirmed === 3 && backordered === 3);
});

test('a short close releases the rest', async () => {
  const itemId = await anItem({ 'WH-001': 10 });
  const orderId = await anOrder({ itemId, quantity: 6 });
  await oms.until(orderId, ({ confirmed }) => confirmed === 6);
  const pick = { itemId, type: 'pick' as const, locationId: 'A-01', orderId, closesAllocation: true };
  await scan(transaction({ ...pick, quantity: 4, allocationId: `${orderId}:L1:1` }));
  await oms.until(orderId, ({ fulfilled, released }) => fulfilled === 4 && released === 2);
  expect(await oms.atp(itemId)).toMatchObject({ onHand: 6, confirmed: 0, atp: 6 });
});

test('the same order asked twice is one; another body is refused', async () => {
  const itemId = await anItem({ 'WH-001': 10 });
  const body = { lines: [{ lineId: 'L1', itemId, quantity: 4 }] };
  const orderId = `ORDER-${randomUUID().slice(0, 8)}`;
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => oms.send('POST', `orders/${orderId}/allocations`, body)),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(202));
  await oms.until(orderId, ({ confirmed }) => confirmed === 4);
  const other = { lines: [{ lineId: 'L1', itemId, quantity: 5 }] };
  expect((await oms.send('POST', `orders/${orderId}/allocations`, other)).status).toBe(409);
  expect(await oms.atp(itemId)).toMatchObject({ tentative: 0, confirmed: 4 });
});
