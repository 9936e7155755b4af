import { expect, test } from 'vitest';
import { queryNumber } from './query-number.ts';

const limit = queryNumber(1, 500);

test.each([
  ['1', 1],
  ['500', 500],
  ['007', 7],
])('%j in a query is %i', (text, expected) => {
  expect(limit.parse(text)).toBe(expected);
});

test.each([
  '',
  ' ',
  '0',
  '501',
  '-1',
  '+1',
  '1.0',
  '1e2',
  '0x10',
  '1 ',
  '٣',
  '9'.repeat(400),
  undefined,
  ['1'],
])('%j in a query is refused', (text) => {
  expect(limit.safeParse(text).success).toBe(false);
});

test('What is refused is said once', () => {
  expect(limit.safeParse('x').error?.issues.map(({ message }) => message)).toEqual([
    'must be a whole number from 1 to 500',
  ]);
});
