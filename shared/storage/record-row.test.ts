import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  keyPart,
  RecordRowError,
  ROW_UNITS,
  recordColumns,
  recordOf,
  separableKeyPart,
  textOfKeyPart,
} from './record-row.ts';

const anything = { parse: (value: unknown) => value };

describe('A record in a row', () => {
  test('comes back whatever its texts are, in columns of ASCII that storage takes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (record) => {
        const columns = recordColumns({ record });
        expect(recordOf(columns, anything)).toEqual(JSON.parse(JSON.stringify({ record })));
        for (const text of Object.values(columns)) expect(text).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
  });

  test('fills as many columns as it needs, none of them over 64 KiB', () => {
    const record = { text: 'x'.repeat(100_000) };
    const columns = recordColumns(record);
    expect(Object.keys(columns)).toEqual(['json0', 'json1', 'json2', 'json3']);
    expect(Math.max(...Object.values(columns).map(({ length }) => 2 * length))).toBeLessThanOrEqual(65_536);
    expect(recordOf(columns, anything)).toEqual(record);
  });

  test('is compressed where it would not fit, and refused where it does not even so', () => {
    const record = { text: 'Склад №1, стеллаж А. '.repeat(20_000) };
    expect(JSON.stringify(record).length * 6).toBeGreaterThan(ROW_UNITS);
    expect(recordOf(recordColumns(record), anything)).toEqual(record);
    let seed = 1;
    const noise = Array.from({ length: 800_000 }, () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return String.fromCharCode(0x4e00 + (seed % 20_000));
    });
    expect(() => recordColumns({ text: noise.join('') })).toThrow(RecordRowError);
  });

  test('that somebody changed is told with its place', () => {
    const place = { partitionKey: 'WH-001', rowKey: 'ITEM-1|1' };
    expect(() => recordOf({ ...place, json0: '{"a":' }, anything)).toThrow('Row WH-001 / ITEM-1|1 does not');
    expect(() => recordOf({ ...place, packed: 'gzip', json0: 'x' }, anything)).toThrow(RecordRowError);
  });
});

test('Texts stay apart as parts of a key, without what storage forbids there', () => {
  const text = fc.string({ unit: fc.constantFrom(...'/\\#?~|02fäA\t\n') });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(keyPart(a)).not.toMatch(/[/\\#?\p{Cc}]/u);
      expect(keyPart(a) === keyPart(b)).toBe(a === b);
      expect(separableKeyPart(a)).not.toMatch(/[/\\#?|\p{Cc}]/u);
      expect(textOfKeyPart(separableKeyPart(a))).toBe(a);
    }),
  );
});
