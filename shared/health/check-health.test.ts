import { expect, test } from 'vitest';
import { virtualRuntime } from '../../test/doubles/virtual-runtime.ts';
import { createHealthCheck } from './check-health.ts';

function setUp(probe: () => Promise<unknown>) {
  const clock = virtualRuntime();
  return { clock, check: createHealthCheck({ cosmos: probe }, clock) };
}

test('many who ask within a second cost one probe', async () => {
  let probes = 0;
  const { check, clock } = setUp(async () => {
    probes += 1;
  });
  await Promise.all([check(), check(), check()]);
  clock.advance(999);
  expect(await check()).toEqual({ status: 'ready', parts: { cosmos: 'ready' }, missing: [] });
  expect(probes).toBe(1);
  clock.advance(1);
  await check();
  expect(probes).toBe(2);
});

test('a part that does not answer is named, and is not asked again before it has', async () => {
  let probes = 0;
  const runtime = virtualRuntime();
  const check = createHealthCheck(
    {
      cosmos: () => {
        probes += 1;
        return new Promise(() => {});
      },
    },
    runtime,
  );
  for (let asked = 0; asked < 3; asked += 1) {
    expect(await check()).toMatchObject({ status: 'not-ready', missing: ['cosmos'] });
    runtime.advance(1_000);
  }
  expect(probes).toBe(1);
});

test('a part that fails is named', async () => {
  const { check } = setUp(() => Promise.reject(new Error('ECONNREFUSED 10.0.0.7')));
  expect(await check()).toEqual({
    status: 'not-ready',
    parts: { cosmos: 'does-not-answer' },
    missing: ['cosmos'],
  });
});
