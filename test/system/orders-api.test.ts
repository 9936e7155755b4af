import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { holdStateSchema, orderAllocationSchema } from '../../shared/contracts/allocation.ts';
import { itemAtpSchema } from '../../shared/contracts/atp.ts';
import { problemDetailsSchema } from '../../shared/contracts/problem-details.ts';
import { openApiDocument } from '../../shared/openapi/document.ts';
import { type Fabric, startFabric, transaction, until } from './fabric.ts';

let fabric: Fabric;
/** Items of which WH-001 has 100 pieces; each test takes one. */
let items: string[];

beforeAll(async () => {
  fabric = await startFabric();
  items = Array.from({ length: 12 }, () => `ITEM-${randomUUID().slice(0, 8)}`);
  await fabric.know(items, ['A-01']);
  await fabric.transact(items.map((itemId) => transaction({ itemId, locationId: 'A-01', quantity: 100 })));
  await Promise.all(items.map((itemId) => untilFree(itemId, 100)));
}, 120_000);

afterAll(() => fabric?.stop(), 30_000);

type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';

async function call(method: Method, path: string, body?: unknown, type = 'application/json') {
  const sent = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${fabric.stack.urls.functions}/api/${path}`, {
    method,
    ...(body !== undefined && { headers: { 'content-type': type }, body: sent }),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    location: response.headers.get('location'),
    body: await response.json(),
  };
}

async function problemOf(answer: ReturnType<typeof call>) {
  const { status, type, body } = await answer;
  expect(type).toBe('application/problem+json');
  const problem = problemDetailsSchema.parse(body);
  expect(problem.status).toBe(status);
  return problem;
}

function nextItem(): string {
  return items.pop() ?? expect.fail('all items are taken');
}

function newId(kind: 'ORD' | 'CART'): string {
  return `${kind}-${randomUUID().slice(0, 8)}`;
}

async function free(itemId: string): Promise<number> {
  return itemAtpSchema.parse((await call('GET', `items/${itemId}/atp`)).body).atp;
}

function untilFree(itemId: string, pieces: number) {
  return until(
    () => free(itemId),
    (atp) => atp === pieces,
  );
}

async function orderOf(orderId: string) {
  return orderAllocationSchema.parse((await call('GET', `orders/${orderId}/allocations`)).body);
}

function untilOrder(orderId: string, status: string) {
  return until(
    () => orderOf(orderId),
    (order) => order.status === status,
  );
}

async function holdOf(holdId: string) {
  return holdStateSchema.parse((await call('GET', `holds/${holdId}`)).body);
}

const line = (itemId: string, quantity: number, more: object = {}) => ({
  lineId: '1',
  itemId,
  quantity,
  ...more,
});

describe('POST orders/{orderId}/allocations', () => {
  test('answers where to follow the order, which a warehouse then confirms', async () => {
    const [orderId, itemId] = [newId('ORD'), nextItem()];
    const path = `orders/${orderId}/allocations`;
    const body = { lines: [line(itemId, 4, { preferredWarehouses: ['WH-002', 'WH-001'] })] };
    const self = `/api/${path}`;
    expect(await call('POST', path, body)).toMatchObject({
      status: 202,
      location: self,
      body: { orderId, status: 'tentative', links: { self, cancel: self } },
    });
    const { lines } = await untilOrder(orderId, 'confirmed');
    expect(lines).toMatchObject([
      { quantity: 4, confirmed: 4, tentative: 0, sources: [{ warehouseId: 'WH-001', status: 'confirmed' }] },
    ]);
    expect(lines[0]?.why.map(({ step }) => step)).toEqual(['held', 'confirmed']);

    // Written differently, it is the same request; another one is refused and changes nothing.
    const spelled = { allOrNothing: false, lines: [{ allowSplit: true, ...body.lines[0] }] };
    expect(await call('POST', path, spelled)).toMatchObject({
      status: 202,
      location: self,
      body: { orderId, status: 'confirmed' },
    });
    const other = await problemOf(call('POST', path, { lines: [line(itemId, 5)] }));
    expect(other).toMatchObject({ status: 409, detail: expect.stringContaining(orderId) });
    expect(await free(itemId)).toBe(96);
  });

  test.each([
    [
      'a warehouse that is not served',
      { allowedWarehouses: ['WH-001', 'WH-099'] },
      '/lines/0/allowedWarehouses/1',
      'WH-099',
    ],
    [
      'a preferred one that is not served',
      { preferredWarehouses: ['WH-098'] },
      '/lines/0/preferredWarehouses/0',
      'WH-098',
    ],
    ['no pieces', { quantity: 0 }, '/lines/0/quantity', '0'],
    ['half a piece', { quantity: 1.5 }, '/lines/0/quantity', '1.5'],
    ['a least quantity above the quantity', { leastQuantity: 5 }, '/lines/0/leastQuantity', '5'],
    ['a day that is none', { wantedDate: '2024-13-01' }, '/lines/0/wantedDate', '2024-13-01'],
    ['a line id that would break an allocation id', { lineId: 'a:b' }, '/lines/0/lineId', 'a:b'],
  ])('refuses %s, naming the field and the value', async (_name, change, pointer, value) => {
    const answer = call('POST', `orders/${newId('ORD')}/allocations`, {
      lines: [{ ...line('ITEM-1', 1), ...change }],
    });
    expect(await problemOf(answer)).toMatchObject({
      status: 400,
      errors: [{ pointer, detail: expect.stringContaining(value) }],
    });
  });

  test('refuses a line id that occurs twice, no lines, and an order id that is none', async () => {
    const path = `orders/${newId('ORD')}/allocations`;
    const twice = call('POST', path, { lines: [line('ITEM-1', 1), line('ITEM-2', 1)] });
    expect((await problemOf(twice)).errors).toMatchObject([{ pointer: '/lines/1/lineId' }]);
    expect((await problemOf(call('POST', path, { lines: [] }))).errors).toMatchObject([
      { pointer: '/lines' },
    ]);
    const badId = call('POST', 'orders/no%20id/allocations', { lines: [line('ITEM-1', 1)] });
    expect((await problemOf(badId)).errors).toMatchObject([{ pointer: '/orderId' }]);
    expect((await call('GET', path)).status).toBe(404);
  });

  test('refuses what is not JSON, and what is larger than 256 KiB', async () => {
    const path = `orders/${newId('ORD')}/allocations`;
    expect((await problemOf(call('POST', path, '{"lines":', 'application/json'))).status).toBe(400);
    expect((await problemOf(call('POST', path, '{}', 'text/plain'))).status).toBe(415);
    expect((await problemOf(call('POST', path, ' '.repeat(256 * 1024 + 1)))).status).toBe(413);
  });

  test('of all or nothing promises all lines, or none', async () => {
    const [one, other] = [nextItem(), nextItem()];
    const lines = (quantity: number) => [line(one, 10), { ...line(other, quantity), lineId: '2' }];
    const [short, whole] = [newId('ORD'), newId('ORD')];
    await call('POST', `orders/${short}/allocations`, { allOrNothing: true, lines: lines(101) });
    const given = await until(
      () => orderOf(short),
      (order) => order.lines.every(({ tentative, releasing }) => tentative + releasing === 0),
    );
    expect(given.lines.map(({ confirmed, backordered }) => confirmed + backordered)).toEqual([0, 0]);
    await untilFree(one, 100);
    await call('POST', `orders/${whole}/allocations`, { allOrNothing: true, lines: lines(100) });
    expect((await untilOrder(whole, 'confirmed')).lines.map(({ confirmed }) => confirmed)).toEqual([10, 100]);
  });
});

describe('DELETE orders/{orderId}/allocations', () => {
  test('gives everything back, once, however often it is asked', async () => {
    const [orderId, itemId] = [newId('ORD'), nextItem()];
    const path = `orders/${orderId}/allocations`;
    await call('POST', path, { lines: [line(itemId, 120)] });
    await untilOrder(orderId, 'backordered');
    const answers = await Promise.all([call('DELETE', path), call('DELETE', path)]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(orderAllocationSchema.parse(answers[0]?.body).lines[0]).toMatchObject({
      confirmed: 0,
      backordered: 0,
    });
    expect((await untilOrder(orderId, 'released')).lines[0]).toMatchObject({ released: 120 });
    await untilFree(itemId, 100);
    expect(await call('DELETE', path)).toMatchObject({ status: 202, body: { status: 'released' } });
    expect(await free(itemId)).toBe(100);
  });

  test('of one line leaves the others', async () => {
    const [orderId, one, other] = [newId('ORD'), nextItem(), nextItem()];
    const path = `orders/${orderId}/allocations`;
    await call('POST', path, { lines: [line(one, 1), { ...line(other, 2), lineId: '2' }] });
    await untilOrder(orderId, 'confirmed');
    expect((await call('DELETE', `${path}/2`)).status).toBe(202);
    await untilFree(other, 100);
    expect((await orderOf(orderId)).lines.map(({ status }) => status)).toEqual(['confirmed', 'released']);
  });

  test('of what nobody asked for is 404, and says so', async () => {
    for (const path of ['orders/ORD-0/allocations', 'orders/ORD-0/allocations/1']) {
      expect(await problemOf(call('DELETE', path))).toMatchObject({
        status: 404,
        detail: expect.stringContaining('ORD-0'),
      });
    }
    expect((await problemOf(call('GET', 'orders/ORD-0/allocations'))).status).toBe(404);
  });
});

describe('holds/{holdId}', () => {
  test('keeps stock for a cart, for longer, and gives it back', async () => {
    const [holdId, itemId] = [newId('CART'), nextItem()];
    const path = `holds/${holdId}`;
    const body = { lines: [line(itemId, 120)], expiresInSeconds: 600 };
    expect(await call('PUT', path, body)).toMatchObject({
      status: 201,
      body: { holdId, status: 'partly-held', lines: [{ quantity: 120, held: 100 }] },
    });
    expect(await free(itemId)).toBe(0);
    expect(await call('PUT', path, body)).toMatchObject({ status: 200, body: { status: 'partly-held' } });
    expect((await problemOf(call('PUT', path, { ...body, expiresInSeconds: 5 }))).status).toBe(409);
    const before = await holdOf(holdId);
    const extended = await call('POST', `${path}/extension`, { expiresInSeconds: 3600 });
    expect(extended.status).toBe(200);
    expect(holdStateSchema.parse(extended.body).expiresAt > before.expiresAt).toBe(true);
    expect(await call('DELETE', path)).toMatchObject({ status: 200, body: { status: 'released' } });
    expect((await call('DELETE', path)).status).toBe(200);
    await untilFree(itemId, 100);
    for (const [action, asked] of [
      ['extension', { expiresInSeconds: 5 }],
      ['order', { orderId: newId('ORD') }],
    ] as const) {
      expect(await problemOf(call('POST', `${path}/${action}`, asked))).toMatchObject({
        status: 409,
        detail: `Hold ${holdId} was released.`,
      });
    }
  });

  test('expires by itself', async () => {
    const [holdId, itemId] = [newId('CART'), nextItem()];
    await call('PUT', `holds/${holdId}`, { lines: [line(itemId, 5)], expiresInSeconds: 1 });
    await untilFree(itemId, 100);
    expect(await holdOf(holdId)).toMatchObject({ status: 'expired', lines: [{ held: 0 }] });
  });

  test('becomes an order that keeps what it holds', async () => {
    const [holdId, orderId, itemId] = [newId('CART'), newId('ORD'), nextItem()];
    const path = `holds/${holdId}`;
    await call('PUT', path, { lines: [line(itemId, 100)], expiresInSeconds: 600 });
    const made = await call('POST', `${path}/order`, { orderId });
    expect(made).toMatchObject({ status: 202, location: `/api/orders/${orderId}/allocations` });
    expect(await free(itemId)).toBe(0);
    await untilOrder(orderId, 'confirmed');
    expect((await call('POST', `${path}/order`, { orderId })).body).toMatchObject({
      orderId,
      status: 'confirmed',
    });
    expect(await holdOf(holdId)).toMatchObject({ status: 'ordered', orderId, lines: [{ held: 0 }] });
    expect(await problemOf(call('DELETE', path))).toMatchObject({
      status: 409,
      detail: expect.stringContaining(orderId),
    });
    expect(await free(itemId)).toBe(0);
  });

  test('takes 200 lines in one request', async () => {
    const [holdId, itemId] = [newId('CART'), nextItem()];
    const warehouses = Array.from({ length: 8 }, (_unused, index) => `WH-00${index + 1}`);
    const lines = Array.from({ length: 200 }, (_unused, index) => ({
      ...line(itemId, 1, { allowedWarehouses: warehouses, preferredWarehouses: warehouses, priority: 1000 }),
      lineId: `line-${index}`,
    }));
    const { status, body } = await call('PUT', `holds/${holdId}`, { lines, expiresInSeconds: 60 });
    expect(status).toBe(201);
    const held = holdStateSchema.parse(body).lines.reduce((sum, { held: pieces }) => sum + pieces, 0);
    expect(held).toBe(100);
    expect((await call('DELETE', `holds/${holdId}`)).status).toBe(200);
    await untilFree(itemId, 100);
  });

  test('that nobody asked for is 404, and says so', async () => {
    for (const [method, path, body] of [
      ['GET', 'holds/CART-0', undefined],
      ['DELETE', 'holds/CART-0', undefined],
      ['POST', 'holds/CART-0/extension', { expiresInSeconds: 5 }],
      ['POST', 'holds/CART-0/order', { orderId: 'ORD-1' }],
    ] as const) {
      expect(await problemOf(call(method, path, body))).toMatchObject({
        status: 404,
        detail: expect.stringContaining('CART-0'),
      });
    }
    const long = { lines: [line('ITEM-1', 1)], expiresInSeconds: 3601 };
    expect((await problemOf(call('PUT', 'holds/CART-0', long))).errors).toMatchObject([
      { pointer: '/expiresInSeconds', detail: expect.stringContaining('3601') },
    ]);
  });
});

test('openapi.json is the document of all routes', async () => {
  const { status, body } = await call('GET', 'openapi.json');
  expect(status).toBe(200);
  expect(body).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
});
