import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registeredDeviceSchema } from '../../../shared/contracts/device.ts';
import { type AdapterUnderTest, scan, startAdapterUnderTest } from '../adapter-under-test.ts';

let adapter: AdapterUnderTest;
const ADMINISTRATOR = { 'x-api-key': 'right' };

beforeAll(async () => {
  adapter = await startAdapterUnderTest({ STOCKBRIDGE_ADAPTER_KEY: 'right' });
  await adapter.call('PUT', '/users/ann', { name: 'Ann', warehouseIds: ['WH-001'] });
  await adapter.call('PUT', '/users/old', { warehouseIds: ['WH-001'], isActive: false });
  await adapter.call('PUT', '/users/far', { warehouseIds: ['WH-008'] });
});
afterAll(() => adapter?.end());

describe('The registry of devices', () => {
  test('registers a device, answers its key once, and keeps no key', async () => {
    const details = { name: 'Dock 2', warehouseIds: ['WH-001', 'WH-008'] };
    const put = await adapter.call('PUT', '/devices/SCANNER-01', details, ADMINISTRATOR);
    expect(put.status).toBe(201);
    const { key, ...device } = registeredDeviceSchema.parse(put.body);
    expect(key).toMatch(/^sbk_[\w-]{43}$/);
    expect(device).toEqual({ scannerId: 'SCANNER-01', ...details, registeredAt: expect.any(String) });
    expect((await adapter.call('GET', '/devices/SCANNER-01')).body).toEqual(device);
    expect((await adapter.call('GET', '/devices')).body).toEqual({ devices: [device] });
  });

  test('gives a known device a new key, and the old one is valid no more', async () => {
    const old = await adapter.register('SCANNER-02', ['WH-001']);
    const again = await adapter.call('PUT', '/devices/SCANNER-02', { warehouseIds: ['WH-008'] });
    expect(again.status).toBe(200);
    const { key } = registeredDeviceSchema.parse(again.body);
    expect(await adapter.call('GET', '/positions', undefined, old)).toMatchObject({ status: 401 });
    const { status } = await adapter.call('GET', '/positions?warehouseId=WH-008', undefined, {
      'x-api-key': key,
    });
    expect(status).toBe(200);
  });

  test('revokes a key at once, lists the device still, and lets it be registered again', async () => {
    const key = await adapter.register('SCANNER-03', ['WH-001']);
    expect(await adapter.call('GET', '/positions', undefined, key)).toMatchObject({ status: 200 });
    for (const _time of ['once', 'twice']) {
      expect(await adapter.call('DELETE', '/devices/SCANNER-03')).toMatchObject({ status: 204 });
    }
    expect(await adapter.call('GET', '/positions', undefined, key)).toMatchObject({
      status: 401,
      type: 'application/problem+json',
      body: { title: 'The key is not valid' },
    });
    expect((await adapter.call('GET', '/devices/SCANNER-03')).body).toMatchObject({
      revokedAt: expect.any(String),
    });
    const renewed = await adapter.register('SCANNER-03', ['WH-001']);
    expect(await adapter.call('GET', '/positions', undefined, renewed)).toMatchObject({ status: 200 });
    expect((await adapter.call('GET', '/devices/SCANNER-03')).body).not.toHaveProperty('revokedAt');
  });

  test.each([
    ['PUT', '/devices/SCANNER-09', { warehouseIds: [] }, 400, '/warehouseIds'],
    ['PUT', '/devices/SCANNER-09', { warehouseIds: ['WH-001', 'WH-001'] }, 400, '/warehouseIds'],
    ['PUT', '/users/bob', { warehouseIds: ['WH-001', 'WH-001'] }, 400, '/warehouseIds'],
    ['PUT', '/devices/SCANNER-09', { warehouseIds: ['WH-001', 'WH-999'] }, 400, '/warehouseIds/1'],
    ['PUT', '/devices/%23', { warehouseIds: ['WH-001'] }, 400, 'scannerId'],
    ['GET', '/devices/SCANNER-99', undefined, 404, 'SCANNER-99'],
    ['DELETE', '/devices/SCANNER-99', undefined, 404, 'SCANNER-99'],
    ['PUT', '/users/bob', { role: 'owner', warehouseIds: ['WH-001'] }, 400, '/role'],
    ['PUT', '/users/bob', { warehouseIds: ['WH-999'] }, 400, '/warehouseIds/0'],
    ['GET', '/users/bob', undefined, 404, 'bob'],
  ])('%s %s with %j is answered with %i', async (method, path, body, status, text) => {
    const answer = await adapter.call(method, path, body);
    expect(answer).toMatchObject({ status, type: 'application/problem+json' });
    expect(JSON.stringify(answer.body)).toContain(text);
  });

  test('keeps users, with their role and warehouses', async () => {
    const details = { name: 'Ann', role: 'worker', warehouseIds: ['WH-001'], isActive: true };
    const ann = { userId: 'ann', ...details, hasPin: false };
    expect((await adapter.call('GET', '/users/ann')).body).toEqual(ann);
    const first = await adapter.call('GET', '/users?limit=1');
    expect(first.body).toEqual({ users: [ann], next: expect.any(String) });
    const rest = await adapter.call('GET', `/users?after=${encodeURIComponent(Object(first.body).next)}`);
    expect(rest.body).toMatchObject({ users: [{ userId: 'far' }, { userId: 'old', isActive: false }] });
  });
});

describe('A device', () => {
  let key: Record<string, string>;
  beforeAll(async () => {
    key = await adapter.register('SCANNER-08', ['WH-001']);
  });

  test('is told that its scan was booked, though its user has left and it has moved since', async () => {
    await adapter.call('PUT', '/users/bea', { warehouseIds: ['WH-001'] });
    const moving = await adapter.register('SCANNER-55', ['WH-001']);
    const one = scan({ scannerId: 'SCANNER-55', userId: 'bea', lotNumber: 'LOT-MOVED' });
    expect(await adapter.post(one, moving)).toMatchObject([{ outcome: 'applied' }]);
    await adapter.call('PUT', '/users/bea', { warehouseIds: ['WH-001'], isActive: false });
    const moved = await adapter.register('SCANNER-55', ['WH-008']);
    const other = scan({ scannerId: 'SCANNER-55', userId: 'bea', lotNumber: 'LOT-MOVED' });
    expect(await adapter.post([one, other], moved)).toMatchObject([
      { outcome: 'duplicate', position: { onHand: 1, version: 1 } },
      { outcome: 'rejected', problem: { errors: [{ pointer: '/warehouseId' }, { pointer: '/userId' }] } },
    ]);
  });

  test('posts its own scans; others are rejected, each by itself, naming the field', async () => {
    const own = scan({ userId: 'ann', lotNumber: 'LOT-OWN' });
    const results = await adapter.post(
      [
        own,
        { ...scan(), ...own, transactionId: scan().transactionId, scannerId: 'SCANNER-09' },
        scan({ warehouseId: 'WH-008', userId: 'far' }),
        scan({ userId: 'nobody' }),
        scan({ userId: 'old' }),
        scan({ userId: 'far' }),
        { ...own, transactionId: scan().transactionId },
      ],
      key,
    );
    expect(results.map(({ outcome, problem }) => [outcome, problem?.errors?.[0]?.pointer])).toEqual([
      ['applied', undefined],
      ['rejected', '/scannerId'],
      ['rejected', '/warehouseId'],
      ['rejected', '/userId'],
      ['rejected', '/userId'],
      ['rejected', '/userId'],
      ['applied', undefined],
    ]);
    expect(results[2]?.problem?.detail).toBe(
      'warehouseId: device SCANNER-08 belongs to WH-001, not to WH-008',
    );
    expect(results.at(-1)?.position).toEqual({ onHand: 2, version: 2 });
  });

  test('reads its own warehouse without naming it, and no other', async () => {
    await adapter.post(scan({ warehouseId: 'WH-008', itemId: 'ITEM-2' }));
    const own = await adapter.call('GET', '/positions', undefined, key);
    expect(JSON.stringify(own.body)).toContain('LOT-OWN');
    expect(JSON.stringify(own.body)).not.toContain('WH-008');
    for (const path of [
      '/positions?warehouseId=WH-008',
      '/locks?warehouseId=WH-008',
      '/shortfalls?warehouseId=WH-008',
      '/recounts?warehouseId=WH-008',
      '/pick-list?warehouseId=WH-008',
      '/master-data?warehouseId=WH-008',
      '/warehouses/WH-008/locations/A-05-02',
      `/positions/${encodeURIComponent('WH-008|ITEM-2|A-05-02|')}/history`,
    ]) {
      expect(await adapter.call('GET', path, undefined, key), path).toMatchObject({
        status: 403,
        body: { detail: 'device SCANNER-08 belongs to WH-001, not to WH-008' },
      });
    }
  });

  test('of several warehouses has to name one', async () => {
    const both = await adapter.register('SCANNER-18', ['WH-001', 'WH-008']);
    expect(await adapter.call('GET', '/positions', undefined, both)).toMatchObject({
      status: 400,
      body: { detail: 'warehouseId: name one of WH-001, WH-008' },
    });
    expect(await adapter.call('GET', '/positions?warehouseId=WH-008', undefined, both)).toMatchObject({
      status: 200,
    });
  });

  test('is listed with when it called last and how far its clock is off', async () => {
    const time = new Date(Date.now() + 600_000).toISOString();
    await adapter.call('GET', '/positions', undefined, { ...key, 'x-device-time': time });
    const device = async () => (await adapter.call('GET', '/devices/SCANNER-08')).body;
    await expect
      .poll(device)
      .toMatchObject({ lastSeenAt: expect.any(String), clockOffsetMs: expect.any(Number) });
    expect(Object(await device()).clockOffsetMs).toBeGreaterThan(500_000);
  });
});

describe('The key of the adapter', () => {
  test('is checked when one is sent, is not needed in development, and is needed for nothing at health', async () => {
    const status = async (path: string, headers: Record<string, string>) =>
      (await adapter.call('GET', path, undefined, headers)).status;
    for (const [headers, expected] of [
      [{}, 200],
      [{ 'x-api-key': 'right' }, 200],
      [{ authorization: 'Bearer right' }, 200],
      [{ 'x-api-key': 'wrong' }, 401],
      [{ authorization: 'Bearer wrong' }, 401],
    ] as const) {
      expect(await status('/positions', headers)).toBe(expected);
    }
    expect(await status('/health', { 'x-api-key': 'wrong' })).toBe(200);
    expect(await status('/openapi.json', {})).toBe(200);
  });
});
