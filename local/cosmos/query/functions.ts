import { isObject, type Json } from '../json.ts';
import type { Value } from './syntax.ts';
import { equal } from './values.ts';

/**
 * The built-in functions, by upper-case name, as in "System functions" of the query language's reference: an argument of a wrong type, or
 * undefined, gives undefined. `now` is milliseconds since 1970. Aggregates are in `aggregates.ts`.
 */
export type BuiltIn = { least: number; most: number; run: (values: Value[], now: number) => Value };

/** Looks a function up; undefined when this server does not have it. */
export function builtIn(name: string): BuiltIn | undefined {
  return Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
}

function define(least: number, most: number, run: BuiltIn['run']): BuiltIn {
  return { least, most, run };
}

/** A test of a value's type; never undefined. */
function typeTest(test: (value: Value) => boolean): BuiltIn {
  return define(1, 1, ([value]) => test(value));
}

function numeric(run: (value: number) => number): BuiltIn {
  return define(1, 1, ([value]) => (typeof value === 'number' ? finite(run(value)) : undefined));
}

function numeric2(run: (left: number, right: number) => number): BuiltIn {
  return define(2, 2, ([left, right]) =>
    typeof left === 'number' && typeof right === 'number' ? finite(run(left, right)) : undefined,
  );
}

function finite(value: number): Value {
  return Number.isFinite(value) ? value : undefined;
}

function textual(run: (value: string) => Value): BuiltIn {
  return define(1, 1, ([value]) => (typeof value === 'string' ? run(value) : undefined));
}

/** Two texts and an optional flag that makes the test ignore case. */
function textTest(test: (text: string, other: string) => boolean): BuiltIn {
  return define(2, 3, ([text, other, ignoreCase]) => {
    if (typeof text !== 'string' || typeof other !== 'string') return undefined;
    return ignoreCase === true ? test(text.toLowerCase(), other.toLowerCase()) : test(text, other);
  });
}

/** Parses text as JSON and keeps it when `keep` says so. */
function parseText(keep: (value: Json) => boolean): BuiltIn {
  return textual((text) => {
    try {
      const value = JSON.parse(text) as Json;
      return keep(value) ? value : undefined;
    } catch {
      return undefined;
    }
  });
}

const isNumber = (value: Value): value is number => typeof value === 'number';
const isText = (value: Value): value is string => typeof value === 'string';
const isFlag = (value: Value): value is boolean => typeof value === 'boolean';
const isPrimitive = (value: Value): boolean =>
  value === null || isNumber(value) || isText(value) || isFlag(value);

const FUNCTIONS: Record<string, BuiltIn> = {
  IS_DEFINED: typeTest((value) => value !== undefined),
  IS_NULL: typeTest((value) => value === null),
  IS_NUMBER: typeTest(isNumber),
  IS_STRING: typeTest(isText),
  IS_BOOL: typeTest(isFlag),
  IS_ARRAY: typeTest(Array.isArray),
  IS_OBJECT: typeTest(isObject),
  IS_PRIMITIVE: typeTest(isPrimitive),
  IS_INTEGER: typeTest((value) => isNumber(value) && Number.isInteger(value)),
  IS_FINITE_NUMBER: typeTest((value) => isNumber(value) && Number.isFinite(value)),

  ABS: numeric(Math.abs),
  CEILING: numeric(Math.ceil),
  FLOOR: numeric(Math.floor),
  // Halves are rounded away from zero.
  ROUND: numeric((value) => Math.sign(value) * Math.round(Math.abs(value))),
  TRUNC: numeric(Math.trunc),
  SIGN: numeric(Math.sign),
  SQRT: numeric(Math.sqrt),
  SQUARE: numeric((value) => value * value),
  EXP: numeric(Math.exp),
  LOG: define(1, 2, ([value, base]) => {
    if (!isNumber(value) || (base !== undefined && !isNumber(base))) return undefined;
    return finite(base === undefined ? Math.log(value) : Math.log(value) / Math.log(base));
  }),
  LOG10: numeric(Math.log10),
  POWER: numeric2((left, right) => left ** right),
  PI: define(0, 0, () => Math.PI),

  LENGTH: textual((text) => text.length),
  LOWER: textual((text) => text.toLowerCase()),
  UPPER: textual((text) => text.toUpperCase()),
  TRIM: textual((text) => text.trim()),
  LTRIM: textual((text) => text.trimStart()),
  RTRIM: textual((text) => text.trimEnd()),
  REVERSE: textual((text) => [...text].reverse().join('')),
  CONCAT: define(2, 64, (values) => (values.every(isText) ? values.join('') : undefined)),
  CONTAINS: textTest((text, other) => text.includes(other)),
  STARTSWITH: textTest((text, other) => text.startsWith(other)),
  ENDSWITH: textTest((text, other) => text.endsWith(other)),
  STRINGEQUALS: textTest((text, other) => text === other),
  LEFT: define(2, 2, ([text, length]) =>
    isText(text) && isNumber(length) ? text.slice(0, Math.max(0, length)) : undefined,
  ),
  RIGHT: define(2, 2, ([text, length]) =>
    isText(text) && isNumber(length) ? text.slice(Math.max(0, text.length - Math.max(0, length))) : undefined,
  ),
  SUBSTRING: define(3, 3, ([text, start, length]) => {
    if (!isText(text) || !isNumber(start) || !isNumber(length)) return undefined;
    return text.slice(Math.max(0, start), Math.max(0, start) + Math.max(0, length));
  }),
  INDEX_OF: define(2, 3, ([text, part, start]) => {
    if (!isText(text) || !isText(part)) return undefined;
    return text.indexOf(part, isNumber(start) ? start : 0);
  }),
  REPLACE: define(3, 3, ([text, part, other]) =>
    isText(text) && isText(part) && isText(other) ? text.replaceAll(part, other) : undefined,
  ),
  REPLICATE: define(2, 2, ([text, times]) => {
    if (!isText(text) || !isNumber(times) || times < 0 || text.length * times > 10_000) return undefined;
    return text.repeat(Math.trunc(times));
  }),
  TOSTRING: define(1, 1, ([value]) =>
    value === undefined ? undefined : isText(value) ? value : JSON.stringify(value),
  ),
  STRINGTONUMBER: parseText(isNumber),
  STRINGTOBOOLEAN: parseText(isFlag),
  STRINGTONULL: parseText((value) => value === null),
  STRINGTOARRAY: parseText(Array.isArray),
  STRINGTOOBJECT: parseText(isObject),

  ARRAY_LENGTH: define(1, 1, ([list]) => (Array.isArray(list) ? list.length : undefined)),
  ARRAY_CONCAT: define(2, 64, (lists) =>
    lists.every(Array.isArray) ? (lists as Json[][]).flat() : undefined,
  ),
  ARRAY_SLICE: define(2, 3, ([list, start, length]) => {
    if (!Array.isArray(list) || !isNumber(start)) return undefined;
    const from = start < 0 ? Math.max(0, list.length + start) : start;
    return isNumber(length) ? list.slice(from, from + Math.max(0, length)) : list.slice(from);
  }),
  ARRAY_CONTAINS: define(2, 3, ([list, wanted, partial]) => {
    if (!Array.isArray(list) || wanted === undefined) return undefined;
    return list.some((item) => (partial === true ? includes(item, wanted) : equal(item, wanted)));
  }),
  ARRAY_CONTAINS_ANY: define(2, 64, ([list, ...wanted]) =>
    Array.isArray(list)
      ? wanted.some((value) => value !== undefined && list.some((item) => equal(item, value)))
      : undefined,
  ),
  ARRAY_CONTAINS_ALL: define(2, 64, ([list, ...wanted]) =>
    Array.isArray(list)
      ? wanted.every((value) => value !== undefined && list.some((item) => equal(item, value)))
      : undefined,
  ),

  IIF: define(3, 3, ([test, then, otherwise]) => (test === true ? then : otherwise)),
  GETCURRENTTIMESTAMP: define(0, 0, (_, now) => now),
  GETCURRENTDATETIME: define(0, 0, (_, now) => new Date(now).toISOString().replace('Z', '0000Z')),
};

/** `ARRAY_CONTAINS` with partial match: every property of `wanted` is in `item` with an equal value. */
function includes(item: Json, wanted: Json): boolean {
  if (!isObject(wanted) || !isObject(item)) return equal(item, wanted);
  return Object.keys(wanted).every(
    (name) => Object.hasOwn(item, name) && includes(item[name] as Json, wanted[name] as Json),
  );
}
