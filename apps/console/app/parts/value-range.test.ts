import { expect, test } from 'vitest';
import { valueRange } from './value-range.ts';

test.each([
  [0, 100, [0, 108]],
  [50, 100, [0, 108]],
  [-100, 100, [-100, 116]],
  [-5_000, -1_000, [-5_000, 400]],
  [-5_000, -5_000, [-5_000, 400]],
  [0, 0, [0, 4]],
  [null, null, [0, 4]],
])('values from %s to %s are drawn with zero among them, in %j', (low, high, range) => {
  expect(valueRange(low, high)).toEqual(range);
});
