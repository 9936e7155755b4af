import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AdapterUnderTest, startAdapterUnderTest } from '../adapter-under-test.ts';

const folder = mkdtempSync(join(tmpdir(), 'sign-in-'));
let adapter: AdapterUnderTest;
let device: Record<string, string>;

beforeAll(async () => {
  adapter = await startAdapterUnderTest({ STOCKBRIDGE_DATA: folder });
  device = await adapter.register('SCANNER-08', ['WH-001', 'WH-002']);
});
afterAll(async () => {
  await adapter?.end();
  rmSync(folder, { recursive: true });
});

const putUser = (userId: string, fields: Record<string, unknown> = {}) =>
  adapter.call('PUT', `/users/${userId}`, { warehouseIds: ['WH-001'], ...fields });
const signIn = (badge: unknown, pin: unknown, headers: Record<string, string> = device) =>
  adapter.call('POST', '/sign-in', { badge, pin }, headers);

describe('A user', () => {
  test('is put with badge and PIN, and is told with both but for the PIN', async () => {
    const fields = { name: 'Ann', warehouseIds: ['WH-001', 'WH-008'], role: 'supervisor', isActive: true };
    const put = await putUser('ann', { ...fields, badge: 'BADGE-1', pin: '271828' });
    const ann = { userId: 'ann', ...fields, badge: 'BADGE-1', hasPin: true };
    expect(put).toMatchObject({ status: 200, body: ann });
    expect(Object.keys(Object(put.body)).sort()).toEqual(Object.keys(ann).sort());
    expect((await adapter.call('GET', '/users/ann')).body).toEqual(ann);
    expect(JSON.stringify((await adapter.call('GET', '/users')).body)).not.toMatch(/271828|scrypt/);
  });

  test('signs in on a device, with what is common to both', async () => {
    expect(await signIn('BADGE-1', '271828')).toMatchObject({
      status: 200,
      body: {
        ...{ userId: 'ann', name: 'Ann', role: 'supervisor', warehouseIds: ['WH-001'] },
        validForMs: 43_200_000,
      },
    });
    // Without a key, in development, there is no device.
    expect((await signIn('BADGE-1', '271828', {})).body).toMatchObject({
      warehouseIds: ['WH-001', 'WH-008'],
    });
  });

  test('without a name signs in by the id', async () => {
    await putUser('bob', { badge: 'BADGE-2', pin: '1234' });
    expect((await signIn('BADGE-2', '1234')).body).toMatchObject({ userId: 'bob', name: 'bob' });
  });

  test('keeps the PIN when the rest is put anew, and has none when null is put', async () => {
    await putUser('cid', { badge: 'BADGE-3', pin: '1234' });
    expect((await putUser('cid', { badge: 'BADGE-3b' })).body).toMatchObject({ hasPin: true });
    expect(await signIn('BADGE-3b', '1234')).toMatchObject({ status: 200 });
    expect(await signIn('BADGE-3', '1234')).toMatchObject({ status: 401 });
    expect((await putUser('cid', { badge: 'BADGE-3b', pin: null })).body).toMatchObject({ hasPin: false });
    expect(await signIn('BADGE-3b', '1234')).toMatchObject({ status: 401 });
  });

  test('is not put with the badge of another, who is named', async () => {
    const answer = await putUser('dan', { badge: 'BADGE-1', pin: '1234' });
    const detail = 'badge BADGE-1 is that of user ann';
    expect(answer).toMatchObject({ status: 409, body: { detail, errors: [{ pointer: '/badge' }] } });
    expect(await adapter.call('GET', '/users/dan')).toMatchObject({ status: 404 });
  });

  test.each([
    [{ badge: '' }, '/badge'],
    [{ badge: ' B' }, '/badge'],
    [{ badge: 'B'.repeat(65) }, '/badge'],
    [{ badge: 'Bädge' }, '/badge'],
    [{ badge: 7 }, '/badge'],
    [{ pin: '998' }, '/pin'],
    [{ pin: '9988776655443' }, '/pin'],
    [{ pin: '998877a' }, '/pin'],
    [{ pin: 998877 }, '/pin'],
    [{ pin: { secret: '998877' } }, '/pin'],
  ])('is not put with %j, and no PIN is said back', async (fields, pointer) => {
    const answer = await putUser('eve', fields);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
    expect(JSON.stringify(answer.body)).not.toContain('998');
  });
});

describe('A sign-in', () => {
  beforeEach(async () => {
    await putUser('ann', { name: 'Ann', badge: 'BADGE-1', pin: '271828' });
  });
  afterEach(async () => {
    device = await adapter.register(`SCANNER-${Math.random()}`, ['WH-001']);
  });

  test('is refused in the same words whatever the reason', async () => {
    await putUser('old', { badge: 'BADGE-OLD', pin: '1234', isActive: false });
    await putUser('far', { badge: 'BADGE-FAR', pin: '1234', warehouseIds: ['WH-008'] });
    await putUser('new', { badge: 'BADGE-NEW' });
    const refused = await signIn('BADGE-1', '271829');
    expect(refused).toMatchObject({
      status: 401,
      type: 'application/problem+json',
      body: {
        type: 'urn:stockbridge:problem:sign-in-refused',
        title: 'Not signed in',
        detail: 'there is nobody with this badge and PIN who may work on this device',
      },
    });
    for (const badge of ['BADGE-OLD', 'BADGE-FAR', 'BADGE-NEW', 'BADGE-UNKNOWN', 'badge-1', 'ann']) {
      const answer = await signIn(badge, '1234');
      expect([answer.status, answer.body], badge).toEqual([401, refused.body]);
    }
  });

  test('is held up after five wrong PINs, also with the right one and by another device, until a new PIN is put', async () => {
    const other = await adapter.register('SCANNER-19', ['WH-001']);
    for (const pin of ['1111', '2222', '3333', '4444', '5555']) {
      expect(await signIn('BADGE-1', pin)).toMatchObject({ status: 401 });
    }
    for (const [pin, key] of [['271828', device] as const, ['271828', other] as const]) {
      const held = await signIn('BADGE-1', pin, key);
      expect(held).toMatchObject({
        status: 429,
        body: { type: 'urn:stockbridge:problem:too-many-sign-ins', status: 429 },
      });
      expect(Number(held.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(Number(held.headers.get('retry-after'))).toBeLessThanOrEqual(300);
    }
    await adapter.restart();
    expect(await signIn('BADGE-1', '271828')).toMatchObject({ status: 429 });
    await putUser('ann', { badge: 'BADGE-1', pin: '314159' });
    expect(await signIn('BADGE-1', '314159')).toMatchObject({ status: 200 });
  });

  test('with an unknown badge is held up just so', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 6; count += 1) statuses.push((await signIn('NOBODYS', '1234')).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  });

  test('that comes many times at once, to two processes, is looked at five times', async () => {
    const other = await startAdapterUnderTest({ STOCKBRIDGE_DATA: folder });
    const tries = Array.from({ length: 40 }, (_none, index) => {
      const body = { badge: 'BADGE-1', pin: String(100_000 + index) };
      return (index % 2 === 0 ? adapter : other).call('POST', '/sign-in', body, device);
    });
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(Object.groupBy(statuses, String)).toMatchObject({
      401: Array(5).fill(401),
      429: Array(35).fill(429),
    });
    await other.end();
  });

  test('that is right does not count, however often', async () => {
    for (let count = 0; count < 7; count += 1) {
      expect(await signIn('BADGE-1', '271828')).toMatchObject({ status: 200 });
    }
  });
});

describe('A call to sign in', () => {
  test.each([
    ['no PIN', { badge: 'BADGE-1' }, '/pin'],
    ['a PIN that is none', { badge: 'BADGE-1', pin: '99a8' }, '/pin'],
    ['a PIN as number', { badge: 'BADGE-1', pin: 9988 }, '/pin'],
    ['no badge', { pin: '9988' }, '/badge'],
    ['a badge of 65 characters', { badge: 'B'.repeat(65), pin: '9988' }, '/badge'],
    ['a list', [{ badge: 'BADGE-1', pin: '9988' }], ''],
    ['nothing', null, ''],
  ])('with %s is answered with 400, without what was sent for a PIN', async (_what, body, pointer) => {
    const answer = await adapter.call('POST', '/sign-in', body, device);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
    expect(JSON.stringify(answer.body)).not.toMatch(/99a8|9988/);
  });

  test('with a body that is no JSON is answered with 400 that says nothing of it', async () => {
    const headers = { ...device, 'content-type': 'application/json' };
    const broken = await adapter.send('POST', '/sign-in', { headers, body: '{"badge":"B","pin":"9988"' });
    expect(broken).toMatchObject({ status: 400, body: { title: 'The body is not JSON' } });
    expect(JSON.stringify(broken.body)).not.toContain('9988');
    const form = { headers: { ...device, 'content-type': 'text/plain' }, body: '{}' };
    expect(await adapter.send('POST', '/sign-in', form)).toMatchObject({ status: 415 });
    const big = JSON.stringify({ badge: 'B', pin: '1'.repeat(2 ** 20) });
    expect(await adapter.send('POST', '/sign-in', { headers, body: big })).toMatchObject({ status: 413 });
  });

  test('needs a key that is valid', async () => {
    expect(await signIn('BADGE-1', '271828', { 'x-api-key': 'sbk_wrong' })).toMatchObject({
      status: 401,
      body: { type: 'urn:stockbridge:problem:key-not-valid', title: 'The key is not valid' },
    });
  });
});
