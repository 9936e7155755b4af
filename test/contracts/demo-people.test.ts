import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AdapterUnderTest, startAdapterUnderTest } from '../../apps/wms-adapter/adapter-under-test.ts';
import { addDemoPeople, DEMO_SIGN_IN } from '../../local/demo-people.ts';

let adapter: AdapterUnderTest;
beforeAll(async () => {
  adapter = await startAdapterUnderTest();
});
afterAll(() => adapter?.end());

test('A worker and a supervisor sign in on the scanner of the laptop as it is told', async () => {
  await addDemoPeople(adapter.url);
  const [, worker, supervisor, pin] = /^badge (\S+) or (\S+), PIN (\d+)$/.exec(DEMO_SIGN_IN) ?? [];
  for (const [badge, role] of [[worker, 'worker'] as const, [supervisor, 'supervisor'] as const]) {
    expect(await adapter.call('POST', '/sign-in', { badge, pin })).toMatchObject({
      status: 200,
      body: { role, warehouseIds: expect.arrayContaining(['WH-001', 'WH-008']) },
    });
  }
});

test('Who was changed on the laptop stays as they are at the next start', async () => {
  await addDemoPeople(adapter.url);
  const changed = { name: 'Kim', warehouseIds: ['WH-002'], badge: 'MY-BADGE', pin: '1357' };
  await adapter.call('PUT', '/users/demo-worker', changed);
  await addDemoPeople(adapter.url);
  expect(await adapter.call('POST', '/sign-in', { badge: 'MY-BADGE', pin: '1357' })).toMatchObject({
    body: { name: 'Kim', warehouseIds: ['WH-002'] },
  });
  expect(Object((await adapter.call('GET', '/users')).body).users).toHaveLength(2);
});
