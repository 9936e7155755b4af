type Constraint = (value: string) => boolean;

const INT32 = 2n ** 31n;
const INT64 = 2n ** 63n;
const WHOLE = /^\s*[+-]?\d+\s*$/;
const DECIMAL = /^\s*[+-]?(\d[\d,]*\.?\d*|\.\d+)\s*$/;
const FLOAT = /^\s*[+-]?((\d[\d,]*\.?\d*|\.\d+)(e[+-]?\d+)?|Infinity|NaN|∞)\s*$/i;
const GUID =
  /^(\{?[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}\}?|\([\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}\)|[\da-f]{32})$/i;

const wholeWithin =
  (limit: bigint): Constraint =>
  (value) => {
    if (!WHOLE.test(value)) return false;
    const number = BigInt(value.trim().replace(/^\+/, ''));
    return number >= -limit && number < limit;
  };
const isLong = wholeWithin(INT64);

const plain: Record<string, Constraint> = {
  alpha: (value) => /^[a-z]*$/i.test(value),
  bool: (value) => /^\s*(true|false)\s*$/i.test(value),
  datetime: (value) => /\d/.test(value) && !Number.isNaN(Date.parse(value)),
  decimal: (value) => DECIMAL.test(value),
  double: (value) => FLOAT.test(value),
  float: (value) => FLOAT.test(value),
  guid: (value) => GUID.test(value),
  int: wholeWithin(INT32),
  long: isLong,
  required: (value) => value !== '',
  file: (value) => /\.[^./]+$/.test(value.slice(value.lastIndexOf('/') + 1)),
  nonfile: (value) => !/\.[^./]+$/.test(value.slice(value.lastIndexOf('/') + 1)),
};

const withArguments: Record<string, (...args: number[]) => Constraint> = {
  length:
    (a = 0, b = a) =>
    (value) =>
      value.length >= a && value.length <= b,
  minlength:
    (a = 0) =>
    (value) =>
      value.length >= a,
  maxlength:
    (a = 0) =>
    (value) =>
      value.length <= a,
  min:
    (a = 0) =>
    (value) =>
      isLong(value) && Number(value) >= a,
  max:
    (a = 0) =>
    (value) =>
      isLong(value) && Number(value) <= a,
  range:
    (a = 0, b = 0) =>
    (value) =>
      isLong(value) && Number(value) >= a && Number(value) <= b,
};

/**
 * The check of one ASP.NET route constraint, for example `int`, `length(2,5)` or `regex(^A-\d+$)`.
 * @throws Error when it is none that ASP.NET knows.
 */
export function constraintFor(text: string): Constraint {
  const [, name = '', argument] = /^([^(]+)(?:\((.*)\))?$/s.exec(text) ?? [];
  const key = name.toLowerCase();
  if (argument === undefined) {
    const check = plain[key];
    if (check) return check;
  } else if (key === 'regex') {
    const expression = new RegExp(argument, 'i');
    return (value) => expression.test(value);
  } else {
    const make = withArguments[key];
    const numbers = argument.split(',').map(Number);
    if (make && numbers.every(Number.isInteger)) return make(...numbers);
  }
  throw new Error(`the constraint "${text}" is unknown`);
}
