import {
  isFields,
  isKnown,
  isList,
  isUnknown,
  type Kind,
  merged,
  unknown,
  unknownOf,
  type Value,
} from './value.ts';

export type Lambda = (...values: readonly Value[]) => Value;
export type Argument = Value | Lambda;

type Compute = (...values: readonly Value[]) => Value | undefined;

/**
 * A function of Bicep: what kind of value it gives and, where it can be told without Azure, which. `undefined` as result: it
 * cannot be told of these values.
 */
type BicepFunction = { readonly kind: Kind; readonly compute?: Compute };

const text =
  (compute: (...values: readonly string[]) => Value): Compute =>
  (...values) =>
    values.every((value) => typeof value === 'string') ? compute(...values) : undefined;

const known =
  (compute: Compute): Compute =>
  (...values) =>
    values.every(isKnown) ? compute(...values) : undefined;

/** The functions of the namespaces `sys` and `az` that templates use (learn.microsoft.com, "Bicep functions"). */
export const FUNCTIONS: Readonly<Record<string, BicepFunction>> = {
  any: { kind: 'any', compute: (value) => value },
  array: { kind: 'array', compute: known((value = null) => (isList(value) ? value : [value])) },
  base64: { kind: 'string', compute: text((value = '') => Buffer.from(value).toString('base64')) },
  bool: { kind: 'bool', compute: known((value) => String(value).toLowerCase() === 'true') },
  cidrHost: { kind: 'string' },
  cidrSubnet: { kind: 'string' },
  concat: { kind: 'any', compute: concat },
  contains: { kind: 'bool', compute: contains },
  dateTimeAdd: { kind: 'string' },
  deployer: { kind: 'object' },
  deployment: { kind: 'object' },
  empty: { kind: 'bool', compute: empty },
  endsWith: {
    kind: 'bool',
    compute: text((value = '', end = '') => value.toLowerCase().endsWith(end.toLowerCase())),
  },
  environment: { kind: 'object' },
  extensionResourceId: { kind: 'string' },
  fail: { kind: 'any' },
  first: { kind: 'any', compute: (value) => (isList(value) ? value[0] : undefined) },
  flatten: {
    kind: 'array',
    compute: (value) => (isList(value) && value.every(isList) ? value.flat() : undefined),
  },
  format: {
    kind: 'string',
    compute: known((template, ...values) =>
      String(template).replaceAll(/\{(\d+)\}/g, (_all, at) => String(values[Number(at)])),
    ),
  },
  guid: { kind: 'string' },
  indexOf: {
    kind: 'int',
    compute: known((value, one) =>
      isList(value) ? value.indexOf(one ?? null) : String(value).indexOf(String(one)),
    ),
  },
  int: { kind: 'int', compute: known((value) => Number(value)) },
  intersection: { kind: 'any' },
  items: { kind: 'array', compute: items },
  join: {
    kind: 'string',
    compute: known((value, by) => (isList(value) ? value.join(String(by)) : undefined)),
  },
  json: { kind: 'any', compute: text((value = '') => JSON.parse(value)) },
  last: { kind: 'any', compute: (value) => (isList(value) ? value.at(-1) : undefined) },
  length: { kind: 'int', compute: known(length) },
  max: { kind: 'int', compute: known((...values) => Math.max(...numbers(values))) },
  min: { kind: 'int', compute: known((...values) => Math.min(...numbers(values))) },
  managementGroup: { kind: 'object' },
  newGuid: { kind: 'string' },
  objectKeys: {
    kind: 'array',
    compute: known((value) => (isFields(value) ? Object.keys(value).sort() : undefined)),
  },
  padLeft: {
    kind: 'string',
    compute: known((value, size, filler = ' ') => String(value).padStart(Number(size), String(filler))),
  },
  parseCidr: { kind: 'object' },
  pickZones: { kind: 'array' },
  range: {
    kind: 'array',
    compute: known((from, count) =>
      Array.from({ length: Number(count) }, (_unused, at) => Number(from) + at),
    ),
  },
  readEnvironmentVariable: { kind: 'string' },
  replace: {
    kind: 'string',
    compute: text((value = '', old = '', put = '') => value.replaceAll(old, () => put)),
  },
  resourceGroup: { kind: 'object' },
  resourceId: { kind: 'string', compute: resourceId },
  shallowMerge: { kind: 'object', compute: (value) => (isList(value) ? merged(value) : undefined) },
  skip: { kind: 'any', compute: known((value, count) => slice(value, Number(count))) },
  split: { kind: 'array', compute: text((value = '', by = '') => value.split(by)) },
  startsWith: {
    kind: 'bool',
    compute: text((value = '', start = '') => value.toLowerCase().startsWith(start.toLowerCase())),
  },
  string: {
    kind: 'string',
    compute: known((value = null) => (typeof value === 'string' ? value : JSON.stringify(value))),
  },
  subscription: { kind: 'object' },
  subscriptionResourceId: { kind: 'string', compute: resourceId },
  substring: {
    kind: 'string',
    compute: known((value, from, count) =>
      String(value).slice(Number(from), count === undefined ? undefined : Number(from) + Number(count)),
    ),
  },
  take: { kind: 'any', compute: known((value, count) => slice(value, 0, Number(count))) },
  tenant: { kind: 'object' },
  tenantResourceId: { kind: 'string' },
  toLower: { kind: 'string', compute: text((value = '') => value.toLowerCase()) },
  toUpper: { kind: 'string', compute: text((value = '') => value.toUpperCase()) },
  trim: { kind: 'string', compute: text((value = '') => value.trim()) },
  tryGet: {
    kind: 'any',
    compute: (value, name) =>
      isFields(value) && typeof name === 'string' ? (value[name] ?? null) : undefined,
  },
  union: { kind: 'any', compute: union },
  uniqueString: { kind: 'string' },
  uri: { kind: 'string' },
  utcNow: { kind: 'string' },
};

/** Those that read a file. */
export const READERS: ReadonlySet<string> = new Set([
  'loadJsonContent',
  'loadTextContent',
  'loadFileAsBase64',
  'loadYamlContent',
]);

/** Those that take a lambda. */
export const LAMBDA_FUNCTIONS: Readonly<
  Record<
    string,
    { readonly kind: Kind; readonly compute: (...values: readonly Argument[]) => Value | undefined }
  >
> = {
  filter: {
    kind: 'array',
    compute: (list, test) => {
      if (!isValueList(list) || typeof test !== 'function') return undefined;
      const kept = list.map((one, at) => test(one, at));
      return kept.every((one) => typeof one === 'boolean') ? list.filter((_one, at) => kept[at]) : undefined;
    },
  },
  map: {
    kind: 'array',
    compute: (list, of) =>
      isValueList(list) && typeof of === 'function' ? list.map((one, at) => of(one, at)) : undefined,
  },
  mapValues: {
    kind: 'object',
    compute: (fields, of) =>
      typeof fields !== 'function' && isFields(fields) && typeof of === 'function'
        ? Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, of(value)]))
        : undefined,
  },
  reduce: {
    kind: 'any',
    compute: (list, start, of) =>
      isValueList(list) && typeof start !== 'function' && start !== undefined && typeof of === 'function'
        ? list.reduce<Value>((sum, one, at) => of(sum, one, at), start)
        : undefined,
  },
  sort: { kind: 'array', compute: (list) => (isValueList(list) ? list : undefined) },
  toObject: {
    kind: 'object',
    compute: (list, key, value) => {
      if (!isValueList(list) || typeof key !== 'function') return undefined;
      const pairs = list.map((one) => [key(one), typeof value === 'function' ? value(one) : one] as const);
      return pairs.every(([name]) => typeof name === 'string') ? Object.fromEntries(pairs) : undefined;
    },
  },
};

function isValueList(value: Argument | undefined): value is readonly Value[] {
  return typeof value !== 'function' && isList(value);
}

/** A function's value, or of what kind it is. */
export function callFunction(name: string, values: readonly Argument[]): Value {
  const plain = values.filter((value): value is Value => typeof value !== 'function');
  const withLambda = LAMBDA_FUNCTIONS[name];
  if (withLambda) return withLambda.compute(...values) ?? unknownOf(withLambda.kind, plain);
  const found = FUNCTIONS[name];
  return found?.compute?.(...plain) ?? unknownOf(found?.kind ?? 'any', plain);
}

function concat(...values: readonly Value[]): Value | undefined {
  if (values.every(isList)) return values.flat();
  return values.every(isKnown) ? values.join('') : undefined;
}

function contains(value: Value = null, one: Value = null): Value | undefined {
  if (isUnknown(value) || isUnknown(one)) return undefined;
  if (isList(value)) return value.includes(one) || (value.every(isKnown) ? false : undefined);
  if (isFields(value)) {
    return (
      Object.keys(value).some((name) => name.toLowerCase() === String(one).toLowerCase()) ||
      (isKnown(value) ? false : undefined)
    );
  }
  return String(value).includes(String(one));
}

function empty(value: Value = null): Value | undefined {
  if (isUnknown(value)) return undefined;
  if (isList(value)) return value.length === 0;
  if (isFields(value)) return Object.keys(value).length > 0 ? false : isKnown(value) ? true : undefined;
  return value === null || value === '';
}

function items(value: Value = null): Value | undefined {
  if (!isFields(value)) return undefined;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => ({ key, value: field }));
}

function length(value: Value = null): Value {
  return isList(value) || typeof value === 'string' ? value.length : Object.keys(Object(value)).length;
}

function numbers(values: readonly Value[]): number[] {
  return values.flatMap((value) => (isList(value) ? value.map(Number) : [Number(value)]));
}

/** Without the groups and the subscription it lies in, which nobody knows before. */
function resourceId(...values: readonly Value[]): Value | undefined {
  return values.every((value) => typeof value === 'string') ? `/providers/${values.join('/')}` : undefined;
}

function slice(value: Value | undefined, from: number, to?: number): Value {
  return isList(value) ? value.slice(from, to) : String(value).slice(from, to);
}

function union(...values: readonly Value[]): Value | undefined {
  if (values.some((value) => isFields(value))) return merged(values, true);
  if (values.every(isList)) return [...new Set(values.flat())];
  return values.some((value) => isUnknown(value) && value.kind === 'object')
    ? merged(values, true)
    : values.every((value) => value === null)
      ? unknown('any')
      : undefined;
}
