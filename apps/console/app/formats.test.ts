import { expect, test } from 'vitest';
import { formatDuration } from './formats.ts';

test.each([
  [999.4, '999 ms'],
  [999.6, '1 s'],
  [34_190, '34.19 s'],
  [59_996, '1 min 0 s'],
  [119_600, '2 min 0 s'],
  [3 * 60_000 + 5_400, '3 min 5 s'],
  [3_599_600, '1 h 0 min'],
  [86_390_000, '1 d 0 h'],
  [2 * 3_600_000 + 1_799_000, '2 h 30 min'],
  [50 * 3_600_000, '2 d 2 h'],
])('%d ms read %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
