import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvOf } from './csv.ts';

test('what is exported is read as what it was', () => {
  const value = fc.oneof(
    fc.string().filter((text) => !/^[=+\-@\t\r\n＝＋－＠]/.test(text)),
    fc.integer(),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { minLength: 1 }), (rows) => {
      const read: unknown = parse(csvOf(['a', 'b'], rows), { bom: true, record_delimiter: '\r\n' });
      expect(read).toEqual([['a', 'b'], ...rows.map((row) => row.map(String))]);
    }),
  );
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '＝1+1', '＋1', '－1', '＠SUM(A1)'])(
  'a text that a spreadsheet would run stays a text: %j',
  (text) => {
    expect(csvOf(['a'], [[text]])).toBe(`\uFEFFa\r\n'${text}\r\n`);
  },
);

test('a negative number stays a number', () => {
  expect(csvOf(['a'], [[-50]])).toBe('\uFEFFa\r\n-50\r\n');
});
