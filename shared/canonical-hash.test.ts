import { hash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalHash } from './canonical-hash.ts';

test('The hash does not depend on the order of members, at any depth', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(canonicalHash(reversed(value))).toBe(canonicalHash(value));
    }),
  );
});

test('The hash tells members that are undefined from those that are null, and lists by their order', () => {
  expect(canonicalHash({ a: 1, b: undefined })).toBe(canonicalHash({ a: 1 }));
  expect(canonicalHash({ a: 1, b: null })).not.toBe(canonicalHash({ a: 1 }));
  expect(canonicalHash({ a: [1, 2] })).not.toBe(canonicalHash({ a: [2, 1] }));
});

test('The hash stays what databases hold already', () => {
  expect(canonicalHash({ b: 2, a: 1 })).toBe(hash('sha256', '[["a",1],["b",2]]', 'base64'));
});

/** The same value, its members in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, reversed(member)] as const);
  return Object.fromEntries(members.reverse());
}
