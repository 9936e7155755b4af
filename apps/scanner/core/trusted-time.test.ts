import { expect, test } from 'vitest';
import { deviceStore } from '../../../test/doubles/device-store.ts';
import { trustedTime } from './trusted-time.ts';
import { virtualTime } from './virtual-time.ts';

const HOUR = 3_600_000;

test('it goes on when the wall clock is set back, and follows it forward', async () => {
  const time = virtualTime();
  const began = time.now();
  const trusted = trustedTime(time, deviceStore());
  time.setAhead(-48 * HOUR);
  await time.advance(HOUR);
  expect(trusted.now()).toBe(began + HOUR);
  time.setAhead(HOUR);
  expect(trusted.now()).toBe(began + 2 * HOUR);
  time.setAhead(0);
  await time.advance(HOUR);
  expect(trusted.now()).toBe(began + 3 * HOUR);
});

test('it does not go back over a restart either', async () => {
  const time = virtualTime();
  const store = deviceStore();
  const began = time.now();
  trustedTime(time, store).keep();
  time.setAhead(-48 * HOUR);
  const again = trustedTime(time, store);
  expect(again.now()).toBe(began);
  await time.advance(HOUR);
  expect(again.now()).toBe(began + HOUR);
});

test('begun anew it is the wall clock again, and says before when that is behind', () => {
  const time = virtualTime();
  const began = time.now();
  const trusted = trustedTime(time, deviceStore());
  expect(trusted.isAhead()).toBe(false);
  time.setAhead(-HOUR);
  expect(trusted.now()).toBe(began);
  expect(trusted.isAhead()).toBe(true);
  trusted.restart();
  expect(trusted.isAhead()).toBe(false);
  expect(trusted.now()).toBe(began - HOUR);
});
