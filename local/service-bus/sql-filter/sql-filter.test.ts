import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileFilter, type PropertySource } from './evaluate.ts';
import { parseSqlFilter, SqlFilterError } from './parser.ts';
import type { FilterValue } from './syntax.ts';

function source(user: Record<string, FilterValue>, sys: Record<string, FilterValue> = {}): PropertySource {
  return { user: (name) => user[name] ?? null, sys: (name) => sys[name] ?? null };
}

const passes = (filter: string, user: Record<string, FilterValue>, sys?: Record<string, FilterValue>) =>
  compileFilter(parseSqlFilter(filter))(source(user, sys));

describe('a filter lets a message through only when it is true', () => {
  test.each<[string, Record<string, FilterValue>, boolean]>([
    ["replayTo IS NULL OR replayTo = 'x'", {}, true],
    ["replayTo IS NULL OR replayTo = 'x'", { replayto: 'x' }, true],
    ["replayTo IS NULL OR replayTo = 'x'", { replayto: 'y' }, false],
    ['a = 1', {}, false],
    ['NOT a = 1', {}, false],
    ['a <> 1', {}, false],
    ['a = 1 OR TRUE', {}, true],
    ['a IS NOT NULL', { a: 0 }, true],
    ['EXISTS(a) AND NOT EXISTS(user.b)', { a: 0 }, true],
    ['A = 1 and NOT b = 2', { a: 1, b: 3 }, true],
    ['a IN (1, 2, 3)', { a: 2 }, true],
    ['a NOT IN (1, 2)', { a: 3 }, true],
    ['a NOT IN (1, missing)', { a: 3 }, false],
    ["a LIKE 'x%'", { a: 'xyz' }, true],
    ["a LIKE 'x_z'", { a: 'xyz' }, true],
    ["a LIKE 'x_z'", { a: 'xyyz' }, false],
    ["a NOT LIKE 'x%'", { a: 'abc' }, true],
    ["a LIKE '10!%' ESCAPE '!'", { a: '10%' }, true],
    ["a LIKE '10!%' ESCAPE '!'", { a: '100' }, false],
    ["a LIKE '[a.*]'", { a: '[a.*]' }, true],
    ["a LIKE 'line%'", { a: 'line\nfeed' }, true],
    ['a + 2 * 3 = 7', { a: 1 }, true],
    ['(a + 2) * 3 = 9', { a: 1 }, true],
    ['-a < 0 AND a % 2 = 1 AND a / 2 > 1', { a: 3 }, true],
    ['a / 0 = 1', { a: 3 }, false],
    ["a + 'b' = 'ab'", { a: 'a' }, true],
    ["a = 'it''s'", { a: "it's" }, true],
    ['[odd name] = 1 AND "another one" = 2', { 'odd name': 1, 'another one': 2 }, true],
    ['property(a) = 1 AND p([odd name]) = 2', { a: 1, 'odd name': 2 }, true],
    ['a', { a: true }, true],
    ['a AND a = TRUE', { a: false }, false],
    ["a = 1 OR a = '1'", { a: '1' }, true],
    ['a = 1', { a: '1' }, false],
    ['a <> 1', { a: '1' }, false],
    ['a >= 1.5e1 AND a <= .2e2', { a: 16 }, true],
    ['1=1', {}, true],
  ])('%s on %o: %s', (filter, user, expected) => {
    expect(passes(filter, user)).toBe(expected);
  });

  test('properties of the message itself are reached by sys.', () => {
    expect(
      passes("sys.Label = 'red' AND SYS.[MessageId] LIKE 'evt-%'", {}, { label: 'red', messageid: 'evt-1' }),
    ).toBe(true);
    expect(passes("Label = 'red'", {}, { label: 'red' })).toBe(false);
  });
});

describe('a filter that cannot be used is refused with the reason', () => {
  test.each([
    ['a =', 'unexpected end'],
    ['', 'unexpected end'],
    ['a = 1 b', 'unexpected b at character 7'],
    ["a = 'open", 'unexpected character'],
    ['a = @p', 'not supported: the parameter @p'],
    ['a = newid()', 'not supported: the function newid()'],
    ['sys.Colour = 1', 'not supported: the system property sys.Colour'],
    ['other.a = 1', 'unknown scope other'],
  ])('%s', (filter, reason) => {
    expect(() => parseSqlFilter(filter)).toThrow(SqlFilterError);
    expect(() => parseSqlFilter(filter)).toThrow(reason);
  });

  test('one of more than 1024 characters', () => {
    expect(() => parseSqlFilter(`a = '${'x'.repeat(1024)}'`)).toThrow('at most 1024');
  });
});

/** A logical expression and what SQL's truth tables make of it, worked out beside the filter: null is unknown. */
interface Case {
  readonly text: string;
  readonly value: boolean | null;
}

const tables = {
  and: (a: boolean | null, b: boolean | null) =>
    a === false || b === false ? false : a === null || b === null ? null : true,
  or: (a: boolean | null, b: boolean | null) =>
    a === true || b === true ? true : a === null || b === null ? null : false,
};

const leaf = fc.constantFrom<Case>(
  { text: 'one = 1', value: true },
  { text: 'one > 1', value: false },
  { text: 'missing = 1', value: null },
  { text: 'missing IS NULL', value: true },
  { text: 'one NOT IN (2, missing)', value: null },
  { text: "text LIKE 'a%'", value: true },
  { text: 'text = 1', value: null },
);
const { expression } = fc.letrec<{ expression: Case }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5 },
    leaf,
    tie('expression').map(({ text, value }) => ({
      text: `NOT (${text})`,
      value: value === null ? null : !value,
    })),
    fc
      .tuple(tie('expression'), fc.constantFrom<'and' | 'or'>('and', 'or'), tie('expression'))
      .map(([a, operator, b]) => ({
        text: `(${a.text}) ${operator.toUpperCase()} (${b.text})`,
        value: tables[operator](a.value, b.value),
      })),
  ),
}));

test('AND, OR and NOT follow the truth tables of three-valued logic', () => {
  fc.assert(
    fc.property(expression, ({ text, value }) => {
      fc.pre(text.length <= 1024);
      expect(passes(text, { one: 1, text: 'abc' })).toBe(value === true);
    }),
  );
});

test('AND binds tighter than OR, NOT tighter than AND', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.boolean(), fc.boolean(), (a, b, c) => {
      expect(passes('a OR b AND NOT c', { a, b, c })).toBe(a || (b && !c));
    }),
  );
});

test('comparison and arithmetic of numbers are those of doubles', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: -1000, max: 1000 }), (a, b) => {
      expect(passes('a < b', { a, b })).toBe(a < b);
      expect(passes('a >= b', { a, b })).toBe(a >= b);
      expect(passes('a - b = d AND a * b = e', { a, b, d: a - b, e: a * b })).toBe(true);
    }),
  );
});

test('any text in quotes is compared as it is', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(passes(`a = '${text.replaceAll("'", "''")}'`, { a: text })).toBe(true);
    }),
  );
});
