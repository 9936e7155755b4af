import { isObject, type Json } from '../json.ts';
import type { Value } from './syntax.ts';

/** Deep equality of two JSON values; the order of properties does not matter. */
export function equal(left: Json, right: Json): boolean {
  if (left === right) return true;
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, at) => equal(item, right[at] as Json))
    );
  }
  if (!isObject(left) || !isObject(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && equal(left[name] as Json, right[name] as Json))
  );
}

/**
 * Compares two values for `<`, `>` and the like: negative, zero or positive; `undefined` when they are of different types or not
 * scalar, since the result of such a comparison is undefined.
 */
export function compareScalars(left: Value, right: Value): number | undefined {
  const type = rank(left);
  if (type !== rank(right) || type === RANK.undefined || type >= RANK.array) return undefined;
  return order(left, right);
}

/** The order of ORDER BY, MIN and MAX over mixed types: undefined, null, false, true, numbers, text, arrays, objects. */
export function compareAny(left: Value, right: Value): number {
  const difference = rank(left) - rank(right);
  if (difference !== 0) return difference;
  return rank(left) < RANK.array
    ? order(left, right)
    : compareText(canonical(left ?? null), canonical(right ?? null));
}

/** JSON text with sorted property names: the same for equal values. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name] as Json)}`);
  return `{${members.join(',')}}`;
}

const RANK = { undefined: 0, null: 1, boolean: 2, number: 3, string: 4, array: 5, object: 6 };

function rank(value: Value): number {
  if (value === undefined) return RANK.undefined;
  if (value === null) return RANK.null;
  if (Array.isArray(value)) return RANK.array;
  return RANK[typeof value as 'boolean' | 'number' | 'string' | 'object'];
}

function order(left: Value, right: Value): number {
  if (left === right || left === null || left === undefined || right === null || right === undefined)
    return 0;
  return left < right ? -1 : 1;
}

function compareText(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
