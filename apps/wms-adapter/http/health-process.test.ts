import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AdapterUnderTest, scan, startAdapterUnderTest } from '../adapter-under-test.ts';

let adapter: AdapterUnderTest;

beforeAll(async () => {
  adapter = await startAdapterUnderTest();
  await adapter.post(scan());
});
afterAll(() => adapter?.end());

test('GET /health is ready while the bus is away, and tells what waits', async () => {
  await expect.poll(async () => (await adapter.call('GET', '/health')).body).toMatchObject({ bus: 'away' });
  const allAway = { starting: 0, connected: 0, away: 8 };
  const { status, body } = await adapter.call('GET', '/health');
  expect(status).toBe(200);
  expect(body).toMatchObject({ status: 'ready', outbox: { parked: 0 } });
  await expect
    .poll(async () => (await adapter.call('GET', '/health')).body, { timeout: 20_000 })
    .toMatchObject({ allocationRequests: allAway, investigations: allAway });
  const { outbox } = body as { outbox: { unsent: number; oldestAgeMs: number } };
  expect(outbox.unsent).toBeGreaterThan(0);
  expect(outbox.oldestAgeMs).toBeGreaterThan(0);
  expect(await adapter.call('GET', '/health/live')).toMatchObject({ status: 200 });
});
