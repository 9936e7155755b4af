import { randomUUID } from 'node:crypto';
import { locks } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { own } from './ownership.ts';

test('the next in line owns it when the owner lets go', async () => {
  const name = randomUUID();
  const first = await own(locks, name, {});
  const order: string[] = [];
  const second = own(locks, name, {}).then((ownership) => {
    order.push('second');
    return ownership;
  });
  order.push('released');
  first.release();
  (await second).release();
  expect(order).toEqual(['released', 'second']);
});

test('who steals it owns it at once, and the owner before learns it', async () => {
  const name = randomUUID();
  const first = await own(locks, name, {});
  const second = await own(locks, name, { steal: true });
  await first.lost;
  second.release();
  (await own(locks, name, {})).release();
});
