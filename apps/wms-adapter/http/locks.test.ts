import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runningLockSchema, runningLocksSchema } from '../../../shared/contracts/location-lock.ts';
import { type AdapterUnderTest, scan, startAdapterUnderTest } from '../adapter-under-test.ts';

let adapter: AdapterUnderTest;
let eight: Record<string, string>;
let nine: Record<string, string>;
let elsewhere: Record<string, string>;

beforeAll(async () => {
  adapter = await startAdapterUnderTest();
  eight = await adapter.register('SCANNER-08', ['WH-001']);
  nine = await adapter.register('SCANNER-09', ['WH-001', 'WH-008']);
  elsewhere = await adapter.register('SCANNER-80', ['WH-008']);
  for (const [userId, role, warehouseId] of [
    ['ann', 'worker', 'WH-001'],
    ['sue', 'supervisor', 'WH-001'],
    ['sam', 'supervisor', 'WH-008'],
  ]) {
    await adapter.call('PUT', `/users/${userId}`, { role, warehouseIds: [warehouseId] });
  }
});
afterAll(() => adapter?.end());

beforeEach(async () => {
  for (const { lockId } of await running()) await adapter.call('DELETE', `/locks/${lockId}`);
});

const place = { warehouseId: 'WH-001', locationId: 'A-05-02' };
const byEight = { ...place, scannerId: 'SCANNER-08', userId: 'ann' };
const byNine = { ...place, scannerId: 'SCANNER-09', userId: 'ann' };

async function running(query = '', headers = {}) {
  const { body } = await adapter.call('GET', `/locks${query}`, undefined, headers);
  return runningLocksSchema.parse(body).locks;
}

async function taken(wanted: object = byEight, headers = {}) {
  const before = Date.now();
  const { status, body } = await adapter.call('POST', '/locks', wanted, headers);
  expect(status).toBe(201);
  const lock = runningLockSchema.parse(body);
  expect(Date.parse(lock.until) - before).toBeGreaterThanOrEqual(30 * 60_000);
  return lock;
}

describe('The lock of a location', () => {
  test('is taken for 30 minutes, listed, renewed by its scanner and given back, also twice', async () => {
    const first = await taken();
    expect(first).toMatchObject({ ...byEight, lockId: expect.stringMatching(/^[\da-f-]{36}$/) });
    const renewed = await taken();
    expect(renewed).toMatchObject({ lockId: first.lockId, startedAt: first.startedAt });
    const other = await taken({ ...byNine, locationId: 'B-01' });
    const far = await taken({ ...byNine, warehouseId: 'WH-008' });
    expect(new Set(await running())).toEqual(new Set([renewed, other, far]));
    expect(await running('?warehouseId=WH-008')).toEqual([far]);
    for (const { lockId } of [first, other, far, first]) {
      expect(await adapter.call('DELETE', `/locks/${lockId}`)).toMatchObject({
        status: 204,
        body: undefined,
      });
    }
    expect(await running()).toEqual([]);
  });

  test('is refused to another scanner with who counts and until when', async () => {
    const lock = await taken();
    const answer = await adapter.call('POST', '/locks', byNine);
    const { startedAt: _startedAt, ...holder } = lock;
    expect(answer).toMatchObject({
      status: 409,
      type: 'application/problem+json',
      body: {
        type: 'urn:stockbridge:problem:location-under-count',
        detail: `ann with SCANNER-08 counts WH-001/A-05-02 until ${lock.until}`,
        locks: [holder],
      },
    });
  });

  test('warns other scanners, who may go on when they say so', async () => {
    const { lockId } = await taken();
    const receipt = scan({ scannerId: 'SCANNER-09', lotNumber: 'LOT-BESIDE' });
    const [warned] = await adapter.post(receipt);
    expect(warned).toMatchObject({ outcome: 'warning', problem: { locks: [{ lockId, userId: 'ann' }] } });
    const [booked] = await adapter.post({ ...receipt, acknowledgeLock: lockId });
    expect(booked).toMatchObject({ outcome: 'applied', position: { onHand: 1, version: 1 } });
  });

  test('ends when its count is posted', async () => {
    const { lockId } = await taken();
    await adapter.post(
      scan({ type: 'count', quantity: 3, lotNumber: 'LOT-COUNTED', acknowledgeLock: lockId }),
    );
    expect(await running()).toEqual([]);
  });

  test('is extended by its holder only', async () => {
    const lock = await taken();
    const path = `/locks/${lock.lockId}/extend`;
    const extended = await adapter.call('POST', path, { scannerId: 'SCANNER-08' });
    expect(extended).toMatchObject({ status: 200, body: { lockId: lock.lockId } });
    expect(runningLockSchema.parse(extended.body).until >= lock.until).toBe(true);
    expect(await adapter.call('POST', path)).toMatchObject({ status: 200 });
    expect(await adapter.call('POST', path, undefined, eight)).toMatchObject({ status: 200 });
    for (const [body, headers, status] of [
      [{ scannerId: 'SCANNER-09' }, {}, 409],
      [undefined, nine, 409],
      [{ scannerId: 'SCANNER-08' }, nine, 403],
    ] as const) {
      expect(await adapter.call('POST', path, body, headers)).toMatchObject({ status });
    }
    expect(await adapter.call('POST', '/locks/gone/extend', {})).toMatchObject({
      status: 404,
      body: { type: 'urn:stockbridge:problem:lock-not-running' },
    });
    expect(await adapter.call('POST', '/locks/%00/extend', {})).toMatchObject({ status: 400 });
  });

  test('is given back by its holder, or in the name of a supervisor of the warehouse', async () => {
    const { lockId } = await taken();
    const end = (query: string, headers: Record<string, string>) =>
      adapter.call('DELETE', `/locks/${lockId}${query}`, undefined, headers);
    for (const query of ['', '?userId=ann', '?userId=nobody', '?userId=sam']) {
      expect(await end(query, nine)).toMatchObject({ status: 409, body: { locks: [{ lockId }] } });
    }
    for (const query of ['', '?userId=sue']) {
      const answer = await end(query, elsewhere);
      const type = 'urn:stockbridge:problem:another-warehouse';
      expect(answer).toMatchObject({ status: 403, body: { type, title: 'Another warehouse' } });
      expect(JSON.stringify(answer.body)).not.toContain('ann');
    }
    expect(await running()).toHaveLength(1);
    expect(await end('?userId=sue', nine)).toMatchObject({ status: 204 });
    expect(await running()).toEqual([]);
    const own = await taken(byEight, eight);
    expect(await adapter.call('DELETE', `/locks/${own.lockId}?userId=ann`, undefined, eight)).toMatchObject({
      status: 204,
    });
  });

  test('is taken over by a supervisor, and the reason is kept', async () => {
    const old = await taken();
    const path = `/locks/${old.lockId}/take-over`;
    const wanted = { scannerId: 'SCANNER-09', userId: 'sue', reason: 'the scanner is broken' };
    for (const [body, headers] of [
      [{ ...wanted, userId: 'ann' }, nine],
      [{ ...wanted, userId: 'nobody' }, nine],
      [wanted, eight],
      [{ ...wanted, scannerId: 'SCANNER-80' }, elsewhere],
    ] as const) {
      expect(await adapter.call('POST', path, body, headers)).toMatchObject({ status: 403 });
    }
    const bySam = await adapter.call('POST', path, { ...wanted, userId: 'sam' }, nine);
    expect(bySam).toMatchObject({ status: 409, body: { locks: [{ lockId: old.lockId }] } });
    expect(await adapter.call('POST', path, { ...wanted, reason: ' ' }, nine)).toMatchObject({ status: 400 });
    const answer = await adapter.call('POST', path, wanted, nine);
    expect(answer).toMatchObject({
      status: 201,
      body: {
        ...place,
        scannerId: 'SCANNER-09',
        userId: 'sue',
        takenOver: { lockId: old.lockId, reason: 'the scanner is broken' },
      },
    });
    expect(await running()).toEqual([runningLockSchema.parse(answer.body)]);
    expect(await adapter.call('POST', path, wanted, nine)).toMatchObject({ status: 404 });
    expect(await adapter.call('POST', path, wanted)).toMatchObject({ status: 404 });
  });

  test.each([
    ['an unknown location', 404, { ...byEight, locationId: 'Z-99' }, 'Z-99'],
    ['no scanner', 400, { ...place, userId: 'ann' }, '/scannerId'],
  ])('of %s is refused with %i', async (_what, status, body, text) => {
    const answer = await adapter.call('POST', '/locks', body);
    expect(answer).toMatchObject({ status, type: 'application/problem+json' });
    expect(JSON.stringify(answer.body)).toContain(text);
  });

  test.each([
    ['in the name of another', byNine, '/scannerId'],
    ['in another warehouse', { ...byEight, warehouseId: 'WH-008', userId: 'sam' }, '/warehouseId'],
    ['for somebody unknown', { ...byEight, userId: 'nobody' }, '/userId'],
  ])('is not taken by a device %s', async (_what, wanted, pointer) => {
    expect(await adapter.call('POST', '/locks', wanted, eight)).toMatchObject({
      status: 403,
      body: { errors: [{ pointer }] },
    });
    expect(await running()).toEqual([]);
  });
});
