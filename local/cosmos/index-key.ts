import { isObject, type Json } from './json.ts';
import { canonical } from './query/values.ts';

/** Keys from `from` (inclusive) to `to` (exclusive), compared byte by byte. */
export type KeySpan = { from: Uint8Array; to: Uint8Array };

const NULL = 1;
const BOOLEAN = 2;
const NUMBER = 3;
const STRING = 4;
const ARRAY = 5;
const OBJECT = 6;

/** The keys of all values. */
export const EVERY_KEY: KeySpan = { from: Buffer.of(NULL), to: Buffer.of(OBJECT + 1) };

/**
 * A value as bytes that sort, byte by byte, as ORDER BY sorts values: null, false, true, numbers, text (by UTF-16 units), arrays, objects.
 * The first byte tells the type; equal values have equal keys.
 */
export function indexKey(value: Json): Uint8Array {
  if (value === null) return Buffer.of(NULL);
  if (typeof value === 'boolean') return Buffer.of(BOOLEAN, value ? 1 : 0);
  if (typeof value === 'number') return numberKey(value);
  if (typeof value === 'string') return textKey(STRING, value);
  return textKey(isObject(value) ? OBJECT : ARRAY, canonical(value));
}

/** The bits of a double sort like the number once the sign is flipped, and all bits of a negative one. */
function numberKey(value: number): Uint8Array {
  const key = Buffer.alloc(9);
  key[0] = NUMBER;
  key.writeDoubleBE(value === 0 ? 0 : value, 1);
  const negative = ((key[1] ?? 0) & 0x80) !== 0;
  for (let at = 1; at < 9; at += 1) key[at] = (key[at] ?? 0) ^ (negative ? 0xff : at === 1 ? 0x80 : 0);
  return key;
}

function textKey(type: number, text: string): Uint8Array {
  const key = Buffer.alloc(1 + 2 * text.length);
  key[0] = type;
  key.write(text, 1, 'utf16le');
  key.subarray(1).swap16();
  return key;
}

/** The span of one value. */
export function spanOf(value: Json): KeySpan {
  const from = indexKey(value);
  return { from, to: after(from) };
}

/** The values that a comparison with `bound` accepts: those of its own type on its side. */
export function spanBeside(operator: '<' | '<=' | '>' | '>=', bound: Json): KeySpan {
  const key = indexKey(bound);
  const type = key[0] ?? NULL;
  switch (operator) {
    case '<':
      return { from: Buffer.of(type), to: key };
    case '<=':
      return { from: Buffer.of(type), to: after(key) };
    case '>':
      return { from: after(key), to: Buffer.of(type + 1) };
    case '>=':
      return { from: key, to: Buffer.of(type + 1) };
  }
}

/** The least key above `key`: no key is a proper prefix of another one's type and unit, so a zero byte more lies before all others. */
function after(key: Uint8Array): Uint8Array {
  return Buffer.concat([key, Buffer.of(0)]);
}

/** Sorts spans and leaves out those that are there twice or hold nothing. Spans that overlap otherwise are not expected. */
export function sortSpans(spans: readonly KeySpan[]): KeySpan[] {
  const sorted = spans
    .filter(({ from, to }) => Buffer.compare(from, to) < 0)
    .sort((left, right) => Buffer.compare(left.from, right.from));
  return sorted.filter(({ from }, at) => {
    const before = sorted[at - 1];
    return before === undefined || Buffer.compare(before.from, from) !== 0;
  });
}

/** The keys that are in one of `left` and in one of `right`. */
export function intersectSpans(left: readonly KeySpan[], right: readonly KeySpan[]): KeySpan[] {
  return sortSpans(
    left.flatMap((one) =>
      right.map((other) => ({
        from: Buffer.compare(one.from, other.from) < 0 ? other.from : one.from,
        to: Buffer.compare(one.to, other.to) < 0 ? one.to : other.to,
      })),
    ),
  );
}
