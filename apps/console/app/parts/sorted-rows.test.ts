import { expect, test } from 'vitest';
import type { CsvValue } from '../csv.ts';
import { sortedRows } from './sorted-rows.ts';

function sorted(values: readonly CsvValue[], isDescending = false): CsvValue[] {
  const rows = values.map((figure) => ({ figure }));
  return sortedRows(rows, ({ figure }) => figure, isDescending).map(({ figure }) => figure);
}

test('figures are sorted as numbers, texts as people count', () => {
  expect(sorted([10, 9, -1])).toEqual([-1, 9, 10]);
  expect(sorted(['A-10', 'A-9', 'a-1'], true)).toEqual(['A-10', 'A-9', 'a-1']);
});

test.each([false, true])('what is not known comes last, descending: %j', (isDescending) => {
  const known = isDescending ? [1, 0.98, 0] : [0, 0.98, 1];
  expect(sorted([null, 1, undefined, 0.98, '', 0], isDescending)).toEqual([...known, null, undefined, '']);
});
