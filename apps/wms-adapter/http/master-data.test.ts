import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { masterDataChangesSchema } from '../../../shared/contracts/master-data-changes.ts';
import { type AdapterUnderTest, startAdapterUnderTest } from '../adapter-under-test.ts';

let adapter: AdapterUnderTest;

beforeAll(async () => {
  adapter = await startAdapterUnderTest();
});
afterAll(() => adapter?.end());

/** Changes since a version, as they are answered. */
async function changes(query: string, headers = {}) {
  const answer = await adapter.call('GET', `/master-data?${query}`, undefined, headers);
  expect(answer).toMatchObject({ status: 200, type: 'application/json' });
  return masterDataChangesSchema.parse(answer.body);
}

describe('Master data', () => {
  test('items and locations are put and read back, with or without a body', async () => {
    const item = { description: 'Teapot', barcodes: ['4006381333931'], maxQuantity: 50, unitPrice: 0 };
    expect(await adapter.call('PUT', '/items/ITEM-3', item)).toMatchObject({ status: 200 });
    expect((await adapter.call('GET', '/items/ITEM-3')).body).toEqual({ itemId: 'ITEM-3', ...item });
    expect(await adapter.call('PUT', '/items/ITEM-3')).toMatchObject({ status: 200 });
    expect((await adapter.call('GET', '/items/ITEM-3')).body).toEqual({ itemId: 'ITEM-3' });
    const path = '/warehouses/WH-002/locations/B-01';
    expect(await adapter.call('GET', path)).toMatchObject({ status: 404 });
    expect(await adapter.call('PUT', path)).toMatchObject({ status: 200 });
    expect((await adapter.call('GET', path)).body).toEqual({ warehouseId: 'WH-002', locationId: 'B-01' });
  });

  test.each([
    ['/items/ITEM-3', { maxQuantity: 'many' }, 400],
    ['/items/ITEM-3', { unitPrice: -0.01 }, 400],
    ['/items/%7Cbad%7C', {}, 400],
    ['/items', [{}], 400],
    ['/items', Array.from({ length: 501 }, (_, i) => ({ itemId: `I-${i}` })), 400],
    ['/warehouses/WH-999/locations/B-01', {}, 404],
  ])('PUT %s refuses what is wrong with it', async (path, body, status) => {
    expect(await adapter.call('PUT', path, body)).toMatchObject({ status, type: 'application/problem+json' });
  });
});

describe('Master data for checking offline', () => {
  test('comes in pages, each from the version of the one before, and then only what was put since', async () => {
    const many = Array.from({ length: 120 }, (_, i) => ({ itemId: `PAGED-${i}`, barcodes: [`40${i}`] }));
    await adapter.call('PUT', '/items', many);
    const found = new Map<string, object>();
    let version = 0;
    let calls = 0;
    for (let hasMore = true; hasMore; calls += 1) {
      const page = await changes(`version=${version}&limit=50`);
      expect(page.items.length + page.locations.length).toBeLessThanOrEqual(50);
      for (const item of page.items) found.set(item.itemId, item);
      ({ version, hasMore } = page);
    }
    expect(calls).toBeGreaterThanOrEqual(3);
    expect(many.map(({ itemId }) => found.get(itemId))).toEqual(many);

    const nothing = await changes(`version=${version}`);
    expect(nothing).toMatchObject({ version, items: [], locations: [], hasMore: false });
    expect(nothing.reset).toBeUndefined();
    await adapter.call('PUT', '/items/PAGED-7', { description: 'changed' });
    const since = await changes(`version=${version}`);
    expect(since).toMatchObject({ items: [{ itemId: 'PAGED-7', description: 'changed' }], locations: [] });
    expect(since.version).toBeGreaterThan(version);
  });

  test('tells what a scanner has to keep, and whose locations these are', async () => {
    const { limits, scannerId, warehouseIds, locations } = await changes('warehouseId=WH-008');
    expect(scannerId).toBeUndefined();
    expect(limits).toEqual({
      maxPieces: 1_000_000_000,
      transactionsPerCall: 500,
      bytesPerCall: 1_048_576,
      clockOffsetMs: 300_000,
      earliestScan: '2000-01-01T00:00:00.000Z',
      lockMs: 1_800_000,
    });
    expect(warehouseIds).toEqual(['WH-008']);
    expect(locations).toEqual([{ warehouseId: 'WH-008', locationId: 'A-05-02' }]);
  });

  test('is for a device that of its warehouses, and names it', async () => {
    const key = await adapter.register('SCANNER-80', ['WH-008']);
    const { scannerId, warehouseIds, locations } = await changes('limit=5000', key);
    expect(scannerId).toBe('SCANNER-80');
    expect(warehouseIds).toEqual(['WH-008']);
    expect(new Set(locations.map(({ warehouseId }) => warehouseId))).toEqual(new Set(['WH-008']));
    const others = await adapter.call('GET', '/master-data?warehouseId=WH-001', undefined, key);
    expect(others).toMatchObject({ status: 403 });
  });

  test('starts anew for a version that is not known here, as after the database was reset', async () => {
    const { version: last } = await changes('limit=5000');
    const first = await changes('version=0&limit=2');
    const anew = await changes(`version=${last + 1}&limit=2`);
    expect(anew).toEqual({ ...first, reset: true });
  });

  test('is compressed for who accepts it, whole and under its own content type', async () => {
    const answer = await raw('/api/v1/master-data?limit=5000', { 'accept-encoding': 'gzip' });
    expect(answer.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-type': 'application/json',
      vary: 'Accept-Encoding',
      'x-server-time': expect.any(String),
    });
    const plain = await raw('/api/v1/master-data?limit=5000', {});
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(JSON.parse(gunzipSync(answer.bytes).toString())).toEqual(JSON.parse(plain.bytes.toString()));
    expect(answer.bytes.length).toBeLessThan(plain.bytes.length / 3);
  });

  test('is not compressed where it is short', async () => {
    const { headers, bytes } = await raw('/api/v1/items/ITEM-1', { 'accept-encoding': 'gzip' });
    expect(headers['content-encoding']).toBeUndefined();
    expect(JSON.parse(bytes.toString())).toEqual({ itemId: 'ITEM-1' });
  });
});

/** The bytes as they travel; `fetch` would unpack them. */
function raw(path: string, headers: Record<string, string>) {
  return new Promise<{ headers: Record<string, unknown>; bytes: Buffer }>((resolve, reject) => {
    request(new URL(path, adapter.url), { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ headers: response.headers, bytes: Buffer.concat(chunks) }));
    })
      .on('error', reject)
      .end();
  });
}
