import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EVERY_KEY, indexKey, intersectSpans, type KeySpan, spanBeside, spanOf } from './index-key.ts';
import type { Json } from './json.ts';
import { compareAny, compareScalars } from './query/values.ts';

const value = fc.oneof(
  fc.constantFrom<Json>(null, true, false, 0, -0, 1, -1, '', 'a', 'a\0', 'b', '\ud800', '\ue000', '𐀀'),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -5, max: 5 }),
  fc.string({ unit: 'binary', maxLength: 3 }),
  fc.jsonValue({ maxDepth: 1 }).map((json) => json as Json),
);
const holds = (span: KeySpan, key: Uint8Array): boolean =>
  Buffer.compare(span.from, key) <= 0 && Buffer.compare(key, span.to) < 0;

test('keys sort as ORDER BY sorts values, and are equal for equal values only', () => {
  fc.assert(
    fc.property(value, value, (left, right) => {
      expect(Math.sign(Buffer.compare(indexKey(left), indexKey(right)))).toBe(
        Math.sign(compareAny(left, right)),
      );
      expect(holds(EVERY_KEY, indexKey(left))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('a span holds the keys of the values a comparison accepts, and no other scalars', () => {
  fc.assert(
    fc.property(value, value, (other, bound) => {
      const key = indexKey(other);
      expect(holds(spanOf(bound), key)).toBe(compareAny(other, bound) === 0);
      const order = compareScalars(other, bound);
      if (order === undefined) return;
      expect(holds(spanBeside('<', bound), key)).toBe(order < 0);
      expect(holds(spanBeside('<=', bound), key)).toBe(order <= 0);
      expect(holds(spanBeside('>', bound), key)).toBe(order > 0);
      expect(holds(spanBeside('>=', bound), key)).toBe(order >= 0);
    }),
    { numRuns: 2000 },
  );
});

test('an intersection holds what both of its sides hold', () => {
  fc.assert(
    fc.property(value, value, value, (low, high, other) => {
      const [left, right] = [spanBeside('>=', low), spanBeside('<', high)];
      const both = intersectSpans([left], [right]);
      const key = indexKey(other);
      expect(both.some((span) => holds(span, key))).toBe(holds(left, key) && holds(right, key));
    }),
  );
});
