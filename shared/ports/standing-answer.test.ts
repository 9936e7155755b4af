import { expect, test } from 'vitest';
import { virtualRuntime } from '../../test/doubles/virtual-runtime.ts';
import { standingAnswer } from './standing-answer.ts';

test('an answer stands for as long as it says, for all who ask', async () => {
  const clock = virtualRuntime();
  let asked = 0;
  const answer = standingAnswer(
    async () => {
      asked += 1;
      return { charge: asked };
    },
    ({ charge }) => charge * 1_000,
    clock.now,
  );
  expect(await Promise.all([answer(), answer()])).toEqual([{ charge: 1 }, { charge: 1 }]);
  clock.advance(999);
  expect(await answer()).toEqual({ charge: 1 });
  clock.advance(1);
  expect(await answer()).toEqual({ charge: 2 });
  clock.advance(1_999);
  expect(await answer()).toEqual({ charge: 2 });
});

test('a failure is told and asked again, and what stood before is not told any more', async () => {
  const clock = virtualRuntime();
  const answers = [() => 1, () => Promise.reject(new Error('away')), () => 3];
  const answer = standingAnswer(
    async () => answers.shift()?.(),
    () => 1_000,
    clock.now,
  );
  expect(await answer()).toBe(1);
  clock.advance(1_000);
  await expect(answer()).rejects.toThrow('away');
  expect(await answer()).toBe(3);
});
