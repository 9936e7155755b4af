import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { itemAtpSchema } from '../../shared/contracts/atp.ts';
import { addDays, utcDay } from '../../shared/domain/utc-day.ts';
import { type Fabric, publishedEvent, startFabric, until } from './fabric.ts';

let fabric: Fabric;

beforeAll(async () => {
  fabric = await startFabric();
}, 90_000);

afterAll(() => fabric?.stop(), 30_000);

const today = utcDay(Date.now());
const day = (offset: number) => addDays(today, offset);
const newItem = () => `ITEM-${randomUUID().slice(0, 8)}`;

async function send(method: 'PUT' | 'DELETE', path: string, body?: unknown) {
  const response = await fetch(`${fabric.stack.urls.functions}/api/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: text === '' ? undefined : JSON.parse(text),
  };
}

const receive = (itemId: string, changes: Record<string, unknown>) =>
  fabric.publish({ body: publishedEvent({ itemId, eventType: 'InventoryReceipt', ...changes }) });

describe('safety stock', () => {
  test('is set, read, and out of ATP at once, of an item nobody has heard of too', async () => {
    const itemId = newItem();
    const path = `items/${itemId}/warehouses/WH-001/safety-stock`;
    expect(await fabric.get(path)).toEqual({
      status: 200,
      body: { itemId, warehouseId: 'WH-001', quantity: 0 },
    });
    expect(await send('PUT', path, { quantity: 4 })).toMatchObject({
      status: 200,
      body: { itemId, warehouseId: 'WH-001', quantity: 4 },
    });
    const { body } = await fabric.get(`items/${itemId}/atp`);
    expect(itemAtpSchema.parse(body)).toMatchObject({ onHand: 0, safetyStock: 4, atp: -4 });
    expect(await fabric.get(path)).toMatchObject({ body: { quantity: 4 } });
  });

  test.each([
    ['a warehouse that is not known', 'WH-999', { quantity: 1 }, 404, 'WH-999'],
    ['pieces below zero', 'WH-001', { quantity: -1 }, 400, '/quantity'],
    ['half a piece', 'WH-001', { quantity: 1.5 }, 400, '/quantity'],
    ['no quantity', 'WH-001', {}, 400, '/quantity'],
  ])('of %s is refused with what is wrong', async (_name, warehouseId, body, status, named) => {
    const refused = await send('PUT', `items/${newItem()}/warehouses/${warehouseId}/safety-stock`, body);
    expect(refused).toMatchObject({ status, type: 'application/problem+json' });
    expect(JSON.stringify(refused.body)).toContain(named);
  });
});

describe('expected receipts', () => {
  test('raise ATP from their day on, and fall with what is received', async () => {
    const itemId = newItem();
    const path = `items/${itemId}/warehouses/WH-001/expected-receipts`;
    const announced = { quantity: 30, expectedOn: day(2) };
    expect(await send('PUT', `${path}/PO-1`, announced)).toMatchObject({ status: 201 });
    expect(await send('PUT', `${path}/PO-1`, announced)).toMatchObject({
      status: 200,
      body: { expectedReceiptId: 'PO-1', ...announced, received: 0, status: 'expected' },
    });
    await send('PUT', `${path}/PO-0`, { quantity: 7, expectedOn: day(-3) });
    await receive(itemId, { quantityChange: 10, resultingOnHand: 10, version: 1, expectedReceiptId: 'PO-1' });
    const { body } = await until(
      () => fabric.get(`items/${itemId}/atp?from=${today}&to=${day(3)}`),
      (answer) => Reflect.get(Object(answer.body), 'onHand') === 10,
    );
    expect(body).toMatchObject({
      ...{ itemId, onHand: 10, atp: 10 },
      days: [
        { date: today, expected: 0, demand: 0, projected: 10, atp: 10 },
        { date: day(1), atp: 10 },
        { date: day(2), expected: 20, projected: 30, atp: 30 },
        { date: day(3), atp: 30 },
      ],
    });
    expect(await fabric.get(path)).toMatchObject({
      body: {
        expectedReceipts: [
          { expectedReceiptId: 'PO-0', received: 0, status: 'overdue' },
          { expectedReceiptId: 'PO-1', received: 10, status: 'expected' },
        ],
      },
    });
    expect(await send('DELETE', `${path}/PO-1`)).toMatchObject({ status: 204 });
    const later = await fabric.get(`items/${itemId}/warehouses/WH-001/atp?to=${day(2)}`);
    expect(later.body).toMatchObject({
      warehouseId: 'WH-001',
      days: [{ atp: 10 }, { atp: 10 }, { atp: 10 }],
    });
  });

  test.each([
    ['no day', { quantity: 1, expectedOn: '2024-02-30' }, '/expectedOn'],
    ['nothing', { quantity: 0, expectedOn: '2030-01-01' }, '/quantity'],
  ])('of %s are refused by field', async (_name, body, named) => {
    const path = `items/${newItem()}/warehouses/WH-001/expected-receipts/PO-1`;
    const refused = await send('PUT', path, body);
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer: named }] } });
  });
});

describe('ATP by date', () => {
  test.each([
    ['from=yesterday', '/from'],
    ['to=2024-13-01', '/to'],
    ['from=2030-01-02&to=2030-01-01', '/to'],
    ['to=2024-01-01', '/to'],
    ['from=2030-01-01&to=2031-01-02', '/to'],
  ])('asked with %s is refused by field', async (query, pointer) => {
    for (const path of ['items/ITEM-1/atp', 'items/ITEM-1/warehouses/WH-001/atp'])
      expect(await fabric.get(`${path}?${query}`)).toMatchObject({
        status: 400,
        body: { errors: [{ pointer, detail: expect.any(String) }] },
      });
  });

  test('of an item the cloud knows no stock of is not found', async () => {
    expect(await fabric.get(`items/${newItem()}/atp?from=${today}`)).toMatchObject({ status: 404 });
  });
});

describe('backorders', () => {
  test('none wait where nothing was ordered', async () => {
    expect(await fabric.get(`backorders?itemId=${newItem()}`)).toEqual({
      status: 200,
      body: { backorders: [] },
    });
  });

  test.each([
    ['top=0', '/top'],
    ['top=many', '/top'],
    ['continuationToken=of-no-list', '/continuationToken'],
    ['itemId=%7C', '/itemId'],
  ])('asked with %s are refused by field', async (query, pointer) => {
    expect(await fabric.get(`backorders?${query}`)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer }] },
    });
  });
});

describe('ATP thresholds', () => {
  test('are set, read and removed', async () => {
    const path = `items/${newItem()}/atp-thresholds`;
    expect(await fabric.get(path)).toEqual({ status: 200, body: { thresholds: [] } });
    const set = await send('PUT', path, { thresholds: [20, 5] });
    expect(set).toMatchObject({ status: 200, body: { thresholds: [5, 20] } });
    expect(await fabric.get(path)).toEqual({ status: 200, body: { thresholds: [5, 20] } });
    expect(await send('DELETE', path)).toMatchObject({ status: 204 });
    expect(await fabric.get(path)).toEqual({ status: 200, body: { thresholds: [] } });
    const eleven = { thresholds: Array.from({ length: 11 }, (_unused, index) => index) };
    expect(await send('PUT', path, eleven)).toMatchObject({ status: 400 });
  });
});
