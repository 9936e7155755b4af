import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../json.ts';
import { checkQuery } from './check.ts';
import { executeQuery } from './execute.ts';
import { parseQuery } from './parser.ts';
import { print, printQuery } from './print.ts';

/** A filter as text, and what it should say about an item: true, false, or undefined. */
type Filter = { text: string; test: (item: JsonObject) => boolean | undefined };

const scalar = fc.oneof(
  fc.integer({ min: -2, max: 2 }),
  fc.constantFrom('a', 'b', 'ab'),
  fc.boolean(),
  fc.constant(null),
);
const item = fc.record(
  {
    a: scalar,
    b: scalar,
    list: fc.array(scalar, { maxLength: 3 }),
    deep: fc.record({ a: scalar }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);
const path = fc.constantFrom<[string, (item: JsonObject) => Json | undefined]>(
  ['c.a', (value) => value.a],
  ['c["b"]', (value) => value.b],
  ['c.deep.a', (value) => (value.deep as JsonObject | undefined)?.a],
  ['c.none', () => undefined],
);

const comparison: fc.Arbitrary<Filter> = fc
  .tuple(path, fc.constantFrom('=', '!=', '<', '<=', '>', '>='), scalar)
  .map(([[text, read], operator, other]) => ({
    text: `${text} ${operator} ${JSON.stringify(other)}`,
    test: (value) => compare(read(value), operator, other),
  }));

function compare(left: Json | undefined, operator: string, right: Json): boolean | undefined {
  if (left === undefined) return undefined;
  if (operator === '=') return left === right;
  if (operator === '!=') return left !== right;
  if (typeof left !== typeof right || (left === null) !== (right === null)) return undefined;
  const order = left === right || left === null || right === null ? 0 : left < right ? -1 : 1;
  return { '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[operator];
}

const membership: fc.Arbitrary<Filter> = fc
  .tuple(path, fc.array(scalar, { minLength: 1, maxLength: 4 }))
  .map(([[text, read], list]) => ({
    text: `${text} IN (${list.map((value) => JSON.stringify(value)).join(', ')})`,
    test: (value) => {
      const found = read(value);
      return found === undefined ? undefined : list.includes(found as never);
    },
  }));

const between: fc.Arbitrary<Filter> = fc.tuple(path, scalar, scalar).map(([[text, read], low, high]) => ({
  text: `${text} BETWEEN ${JSON.stringify(low)} AND ${JSON.stringify(high)}`,
  test: (value) => both(compare(read(value), '>=', low), compare(read(value), '<=', high)),
}));

const containment: fc.Arbitrary<Filter> = scalar.map((wanted) => ({
  text: `ARRAY_CONTAINS(c.list, ${JSON.stringify(wanted)})`,
  test: (value) => (Array.isArray(value.list) ? value.list.includes(wanted) : undefined),
}));

const existence: fc.Arbitrary<Filter> = scalar.map((wanted) => ({
  text: `EXISTS (SELECT VALUE x FROM x IN c.list WHERE x = ${JSON.stringify(wanted)})`,
  test: (value) => Array.isArray(value.list) && value.list.includes(wanted),
}));

function both(left: boolean | undefined, right: boolean | undefined): boolean | undefined {
  if (left === false || right === false) return false;
  return left === undefined || right === undefined ? undefined : true;
}

function negate(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    comparison,
    membership,
    between,
    containment,
    existence,
    fc.tuple(tie('filter'), tie('filter')).map(([a, b]) => ({
      text: `(${a.text} AND ${b.text})`,
      test: (value: JsonObject) => both(a.test(value), b.test(value)),
    })),
    fc.tuple(tie('filter'), tie('filter')).map(([a, b]) => ({
      text: `(${a.text} OR ${b.text})`,
      test: (value: JsonObject) => negate(both(negate(a.test(value)), negate(b.test(value)))),
    })),
    tie('filter').map((a) => ({
      text: `NOT (${a.text})`,
      test: (value: JsonObject) => negate(a.test(value)),
    })),
  ),
}));

test('any filter selects exactly the items for which it is true, in the three-valued logic of the language', () => {
  fc.assert(
    fc.property(filter, fc.array(item, { maxLength: 12 }), ({ text, test: holds }, items) => {
      const query = checkQuery(parseQuery(`SELECT * FROM c WHERE ${text}`));
      expect([...executeQuery(query, items as Json[], new Map(), 0)]).toEqual(
        items.filter((value) => holds(value as JsonObject) === true),
      );
    }),
    { numRuns: 1500 },
  );
});

test('a query that is printed means the same', () => {
  fc.assert(
    fc.property(filter, ({ text }) => {
      const query = parseQuery(
        `SELECT c.a AS x, ARRAY(SELECT VALUE t FROM t IN c.list) AS list FROM c JOIN u IN c.list WHERE ${text} ORDER BY c.a DESC OFFSET 1 LIMIT 2`,
      );
      expect(printQuery(parseQuery(printQuery(query)))).toBe(printQuery(query));
      const { where } = parseQuery(`SELECT * FROM c WHERE ${query.where && print(query.where)}`);
      expect(where && print(where)).toBe(query.where && print(query.where));
    }),
    { numRuns: 300 },
  );
});
