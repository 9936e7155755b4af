import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bracketed, doubleQuoted, sqlNameSchema } from './sql-name.ts';

const parse = (text: string, parts: 1 | 2 = 2) => sqlNameSchema(parts).safeParse(text).data;

describe('A name in settings', () => {
  test.each([
    ['STOCK_OUT', ['STOCK_OUT']],
    ['dbo.STOCK_OUT', ['dbo', 'STOCK_OUT']],
    ['[dbo].[Stock Out]', ['dbo', 'Stock Out']],
    ['[a]]b].[x.y]', ['a]b', 'x.y']],
    ['_a$#@1', ['_a$#@1']],
    ["[x'; DROP TABLE y; --]", ["x'; DROP TABLE y; --"]],
  ])('%s is %j', (text, name) => {
    expect(parse(text)).toEqual(name);
  });

  test.each([
    '',
    '.',
    'a.',
    '.a',
    'a.b.c',
    'a b',
    '1a',
    'a;b',
    'a-b',
    'a"b',
    "a'b",
    '[]',
    '[a',
    'a]',
    '[a]b',
    '[a]]',
    '[a\nb]',
    '[a\u0000]',
    'x'.repeat(129),
  ])('%j is none', (text) => {
    expect(parse(text)).toBeUndefined();
  });

  test('of a column has one part', () => {
    expect(parse('SKU', 1)).toEqual(['SKU']);
    expect(parse('dbo.SKU', 1)).toBeUndefined();
  });

  test('is quoted so that it ends where it should, whatever it holds', () => {
    const name = fc.array(
      fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !/\p{Cc}/u.test(text)),
      {
        minLength: 1,
        maxLength: 2,
      },
    );
    fc.assert(
      fc.property(name, (parts) => {
        expect(parse(bracketed(parts))).toEqual(parts);
        expect(doubleQuoted(parts)).toMatch(/^"(?:[^"]|"")+"(?:\."(?:[^"]|"")+")?$/s);
        expect(doubleQuoted(parts).length).toBe(
          parts.join('.').length + 2 * parts.length + parts.join('').split('"').length - 1,
        );
      }),
    );
  });
});
