import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fabric, publishedEvent, startFabric, until } from './fabric.ts';
import { omsOf, stockUp } from './orders.ts';
import { decisionOn, playWarehouses } from './warehouse.ts';

let fabric: Fabric;
let warehouses: ReturnType<typeof playWarehouses>;
let oms: ReturnType<typeof omsOf>;

beforeAll(async () => {
  fabric = await startFabric({ parts: ['service-bus', 'cosmos', 'azurite', 'functions'] });
  warehouses = playWarehouses(fabric, ['WH-001', 'WH-002', 'WH-003']);
  oms = omsOf(fabric);
});

afterAll(async () => {
  await warehouses?.stop();
  await fabric?.stop();
});

/** An item and an order of its own for each test. */
function names() {
  const id = randomUUID().slice(0, 8);
  return { itemId: `ITEM-${id}`, orderId: `ORDER-${id}` };
}

function firstAsked(orderId: string, warehouseId: string, kind = 'request') {
  return warehouses.asked(
    (request) => request.orderId === orderId && request.warehouseId === warehouseId && request.kind === kind,
  );
}

test('a hold is tentative, and counted, until the warehouse confirms it', async () => {
  const { itemId, orderId } = names();
  await stockUp(fabric, itemId, { 'WH-001': 10 });
  await oms.order(orderId, [{ itemId, quantity: 4, priority: 3 }]);
  const request = await firstAsked(orderId, 'WH-001');
  expect(request).toMatchObject({
    quantity: 4,
    leastQuantity: 1,
    priority: 3,
    allocationId: `${orderId}:L1:1`,
  });
  expect((await oms.read(orderId)).lines[0]).toMatchObject({
    status: 'tentative',
    tentative: 4,
    confirmed: 0,
  });
  expect(await oms.atp(itemId)).toMatchObject({ onHand: 10, tentative: 4, confirmed: 0, atp: 6 });

  await warehouses.answer(request);
  const { lines } = await oms.untilAtRest(orderId);
  expect(lines[0]).toMatchObject({ status: 'confirmed', confirmed: 4, tentative: 0 });
  expect(await oms.atp(itemId)).toMatchObject({ onHand: 10, tentative: 0, confirmed: 4, atp: 6 });
});

test('the same decision delivered five times settles once', async () => {
  const { itemId, orderId } = names();
  await stockUp(fabric, itemId, { 'WH-001': 10 });
  await oms.order(orderId, [{ itemId, quantity: 4 }]);
  const decision = decisionOn(await firstAsked(orderId, 'WH-001'));
  await warehouses.send(decision, decision, decision, decision, decision);
  await oms.until(orderId, ({ confirmed }) => confirmed === 4);
  const other = names();
  await stockUp(fabric, other.itemId, { 'WH-001': 1 });
  await oms.order(other.orderId, [{ itemId: other.itemId, quantity: 1 }]);
  await warehouses.answer(await firstAsked(other.orderId, 'WH-001'));
  await oms.until(other.orderId, ({ confirmed }) => confirmed === 1);
  expect(await oms.atp(itemId)).toMatchObject({ tentative: 0, confirmed: 4, atp: 6 });
  expect((await oms.read(orderId)).lines[0]?.why.filter(({ step }) => step === 'confirmed')).toHaveLength(1);
});

test('rejected by one source, the next is asked; a stale rejection of the first changes nothing while the second is asked', async () => {
  const { itemId, orderId } = names();
  await stockUp(fabric, itemId, { 'WH-001': 10, 'WH-002': 5 });
  await oms.order(orderId, [{ itemId, quantity: 5 }]);
  const rejection = await warehouses.answer(await firstAsked(orderId, 'WH-001'), {
    status: 'rejected',
    quantity: 0,
    reason: 'insufficient-stock',
  });
  const second = await firstAsked(orderId, 'WH-002');
  await warehouses.send(rejection, rejection);
  await warehouses.answer(second);
  const { lines } = await oms.untilAtRest(orderId);
  expect(lines[0]).toMatchObject({ status: 'confirmed', confirmed: 5 });
  expect(lines[0]?.sources).toMatchObject([
    { warehouseId: 'WH-001', quantity: 0, status: 'rejected' },
    { warehouseId: 'WH-002', quantity: 5, status: 'confirmed' },
  ]);
  expect(lines[0]?.why.map(({ step }) => step)).toEqual(['held', 'rejected', 'held', 'confirmed']);
  expect((await oms.atp(itemId)).warehouses).toMatchObject([
    { warehouseId: 'WH-001', tentative: 0, confirmed: 0, atp: 10 },
    { warehouseId: 'WH-002', tentative: 0, confirmed: 5, atp: 0 },
  ]);
});

test('confirmed in part, the rest is sourced elsewhere, and what nobody has is a backorder', async () => {
  const { itemId, orderId } = names();
  await stockUp(fabric, itemId, { 'WH-001': 10, 'WH-002': 3 });
  await oms.order(orderId, [{ itemId, quantity: 10 }]);
  await warehouses.answer(await firstAsked(orderId, 'WH-001'), { quantity: 6 });
  await warehouses.answer(await firstAsked(orderId, 'WH-002'));
  const { lines } = await oms.untilAtRest(orderId);
  expect(lines[0]).toMatchObject({ status: 'backordered', confirmed: 9, backordered: 1 });
});

test('rejected by one source while another is silent, the pieces are taken from a third at once', async () => {
  const { itemId, orderId } = names();
  await stockUp(fabric, itemId, { 'WH-001': 6, 'WH-002': 4, 'WH-003': 3 });
  await oms.order(orderId, [{ itemId, quantity: 10 }]);
  const [silent, rejecting] = [await firstAsked(orderId, 'WH-001'), await firstAsked(orderId, 'WH-002')];
  await warehouses.answer(rejecting, { status: 'rejected', quantity: 0 });
  await warehouses.answer(await firstAsked(orderId, 'WH-003'));
  await oms.until(orderId, ({ tentative, confirmed, backordered }) => {
    return tentative === 6 && confirmed === 3 && backordered === 1;
  });
  await warehouses.answer(silent);
  expect((await oms.untilAtRest(orderId)).lines[0]).toMatchObject({ confirmed: 9, backordered: 1 });
});

test('a line that is delivered by two warehouses waits for both', async () => {
  const { itemId, orderId } = names();
  await stockUp(fabric, itemId, { 'WH-001': 6, 'WH-002': 5 });
  await oms.order(orderId, [{ itemId, quantity: 10 }]);
  const [first, second] = [await firstAsked(orderId, 'WH-001'), await firstAsked(orderId, 'WH-002')];
  await warehouses.answer(second);
  await oms.until(orderId, ({ confirmed }) => confirmed === 4);
  expect((await oms.read(orderId)).status).toBe('tentative');
  await warehouses.answer(first);
  expect((await oms.untilAtRest(orderId)).lines[0]).toMatchObject({ status: 'confirmed', confirmed: 10 });
});

test('cancelled before the warehouse saw the request: counted until it answers, then released for good', async () => {
  const { itemId, orderId } = names();
  await stockUp(fabric, itemId, { 'WH-001': 10 });
  await oms.order(orderId, [{ itemId, quantity: 4 }]);
  const request = await firstAsked(orderId, 'WH-001');
  expect((await oms.cancel(orderId)).status).toBe(202);
  const release = await firstAsked(orderId, 'WH-001', 'release');
  expect(await oms.read(orderId)).toMatchObject({ status: 'releasing', lines: [{ releasing: 4 }] });
  expect(await oms.atp(itemId)).toMatchObject({ tentative: 4, atp: 6 });
  await warehouses.answer(release, { status: 'released', quantity: 0 });
  expect((await oms.untilAtRest(orderId)).lines[0]).toMatchObject({ status: 'released', released: 4 });
  expect(await oms.atp(itemId)).toMatchObject({ tentative: 0, confirmed: 0, atp: 10 });
  expect(release.allocationId).toBe(request.allocationId);
});

test('cancelled while the confirmation is on its way: it changes nothing, and the release ends it', async () => {
  const { itemId, orderId } = names();
  await stockUp(fabric, itemId, { 'WH-001': 10 });
  await oms.order(orderId, [{ itemId, quantity: 4 }]);
  const request = await firstAsked(orderId, 'WH-001');
  await oms.cancel(orderId);
  await warehouses.answer(request);
  const release = await firstAsked(orderId, 'WH-001', 'release');
  expect((await oms.read(orderId)).status).toBe('releasing');
  await warehouses.answer(release, { sequence: 2, status: 'released', quantity: 0 });
  await oms.until(orderId, ({ status }) => status === 'released');
  await warehouses.answer(request);
  await oms.cancel(orderId);
  expect((await oms.read(orderId)).lines[0]).toMatchObject({ status: 'released', released: 4 });
  expect(await oms.atp(itemId)).toMatchObject({ tentative: 0, confirmed: 0, atp: 10 });
});

test('a release tells what was already picked: that stays fulfilled', async () => {
  const { itemId, orderId } = names();
  await stockUp(fabric, itemId, { 'WH-001': 10 });
  await oms.order(orderId, [{ itemId, quantity: 4 }]);
  await warehouses.answer(await firstAsked(orderId, 'WH-001'));
  await oms.untilAtRest(orderId);
  await oms.cancel(orderId);
  await warehouses.answer(await firstAsked(orderId, 'WH-001', 'release'), {
    sequence: 2,
    status: 'released',
    quantity: 3,
    picked: 3,
  });
  // The decision has overtaken the pick: until that takes its pieces from the stock, they stay reserved.
  await oms.until(orderId, ({ confirmed, released }) => confirmed === 3 && released === 1);
  expect(await oms.atp(itemId)).toMatchObject({ onHand: 10, confirmed: 3, atp: 7 });
  const pick = publishedEvent({
    ...{ itemId, eventType: 'InventoryPick', locationId: 'A-01', lotNumber: null },
    ...{ quantityChange: -3, resultingOnHand: 7, allocationId: `${orderId}:L1:1`, allocationPicked: 3 },
    timestamp: new Date(Date.now() + 1_000).toISOString(),
  });
  await fabric.publish({ body: Buffer.from(JSON.stringify(pick)) });
  await oms.until(orderId, ({ fulfilled, released }) => fulfilled === 3 && released === 1);
  expect(await oms.atp(itemId)).toMatchObject({ onHand: 7, confirmed: 0, atp: 7 });
});

test('two picks of one allocation that arrive in the wrong order count as the later one', async () => {
  const { itemId, orderId } = names();
  await stockUp(fabric, itemId, { 'WH-001': 10 });
  await oms.order(orderId, [{ itemId, quantity: 5 }]);
  const { allocationId } = await warehouses.answer(await firstAsked(orderId, 'WH-001'));
  await oms.untilAtRest(orderId);
  const pick = (allocationPicked: number, quantityChange: number, resultingOnHand: number, at: string) => ({
    body: Buffer.from(
      JSON.stringify(
        publishedEvent({
          ...{ itemId, eventType: 'InventoryPick', locationId: 'A-01', lotNumber: null, timestamp: at },
          ...{ quantityChange, resultingOnHand, allocationId, allocationPicked },
        }),
      ),
    ),
  });
  const soon = (ms: number) => new Date(Date.now() + ms).toISOString();
  const [earlier, later] = [pick(2, -2, 8, soon(1_000)), pick(5, -3, 5, soon(2_000))];
  await fabric.publish(later);
  await oms.until(orderId, ({ fulfilled }) => fulfilled === 5);
  await fabric.publish(earlier, later);
  await stockUp(fabric, names().itemId, { 'WH-001': 1 });
  expect((await oms.read(orderId)).lines[0]).toMatchObject({
    status: 'fulfilled',
    fulfilled: 5,
    confirmed: 0,
  });
  expect(await oms.atp(itemId)).toMatchObject({ onHand: 5, confirmed: 0, atp: 5 });
});

test('a pick that overtakes its confirmation counts all the same', async () => {
  const { itemId, orderId } = names();
  await stockUp(fabric, itemId, { 'WH-001': 10 });
  await oms.order(orderId, [{ itemId, quantity: 5 }]);
  const request = await firstAsked(orderId, 'WH-001');
  const { allocationId } = request;
  const event = publishedEvent({
    ...{ itemId, eventType: 'InventoryPick', locationId: 'A-01', lotNumber: null },
    ...{ quantityChange: -2, resultingOnHand: 8, allocationId, allocationPicked: 2 },
    timestamp: new Date(Date.now() + 1_000).toISOString(),
  });
  await fabric.publish({ body: Buffer.from(JSON.stringify(event)) });
  await oms.until(orderId, ({ fulfilled }) => fulfilled === 2);
  expect(await oms.atp(itemId)).toMatchObject({ onHand: 8, atp: 5 });
  await warehouses.answer(request);
  await oms.until(orderId, ({ confirmed }) => confirmed === 3);
  expect(await oms.atp(itemId)).toMatchObject({ onHand: 8, confirmed: 3, atp: 5 });
});

test('all or nothing: nothing reads confirmed until all is, and one short line releases the others', async () => {
  const [a, b] = [names(), names()];
  await stockUp(fabric, a.itemId, { 'WH-001': 10 });
  await stockUp(fabric, b.itemId, { 'WH-002': 10 });
  const lines = [
    { itemId: a.itemId, quantity: 2 },
    { itemId: b.itemId, quantity: 3 },
  ];
  await oms.order(a.orderId, lines, { allOrNothing: true });
  await warehouses.answer(await firstAsked(a.orderId, 'WH-001'));
  await until(
    () => oms.atp(a.itemId),
    ({ confirmed }) => confirmed === 2,
  );
  expect((await oms.read(a.orderId)).lines[0]).toMatchObject({ tentative: 2, confirmed: 0 });
  await warehouses.answer(await firstAsked(a.orderId, 'WH-002'));
  expect(await oms.untilAtRest(a.orderId)).toMatchObject({
    status: 'confirmed',
    lines: [{ confirmed: 2 }, { confirmed: 3 }],
  });

  await oms.order(b.orderId, lines, { allOrNothing: true });
  await warehouses.answer(await firstAsked(b.orderId, 'WH-001'));
  await warehouses.answer(await firstAsked(b.orderId, 'WH-002'), { status: 'rejected', quantity: 0 });
  await warehouses.answer(await firstAsked(b.orderId, 'WH-001', 'release'), {
    sequence: 2,
    status: 'released',
    quantity: 0,
  });
  expect(await oms.untilAtRest(b.orderId)).toMatchObject({
    status: 'rejected',
    lines: [{ rejected: 2 }, { rejected: 3 }],
  });
  expect(await oms.atp(a.itemId)).toMatchObject({ tentative: 0, confirmed: 2, atp: 8 });
});

test('a rejection because of a count is tried again when the lock ends', async () => {
  const { itemId, orderId } = names();
  await stockUp(fabric, itemId, { 'WH-001': 10 });
  await oms.order(orderId, [{ itemId, quantity: 4 }]);
  const retryAt = new Date(Date.now() + 1_500).toISOString();
  await warehouses.answer(await firstAsked(orderId, 'WH-001'), {
    ...{ status: 'rejected', quantity: 0, reason: 'under-count', retryAt },
  });
  await oms.until(orderId, ({ backordered }) => backordered === 4);
  const again = await warehouses.asked(({ allocationId }) => allocationId === `${orderId}:L1:2`);
  expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(retryAt));
  await warehouses.answer(again);
  expect((await oms.untilAtRest(orderId)).lines[0]).toMatchObject({ confirmed: 4, backordered: 0 });
});

test('a decision that nobody can know is parked with its reason, and hurts no other', async () => {
  const { itemId, orderId } = names();
  await stockUp(fabric, itemId, { 'WH-001': 10 });
  await oms.order(orderId, [{ itemId, quantity: 4 }]);
  const decision = decisionOn(await firstAsked(orderId, 'WH-001'));
  await warehouses.send(
    { ...decision, allocationId: 'nobody:L1:1', orderId: 'nobody' },
    { ...decision, sequence: 0 },
    decision,
  );
  await oms.until(orderId, ({ confirmed }) => confirmed === 4);
  const parked = await until(
    () => fabric.quarantine(),
    (messages) => messages.length >= 2,
  );
  expect(parked.map(({ reason, subscription }) => `${subscription}: ${reason}`).sort()).toEqual([
    'allocation: invalid-decision',
    'allocation: unknown-allocation',
  ]);
});
