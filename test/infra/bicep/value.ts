import type { DeployedResource } from '../deployed-resource.ts';

export type Kind = 'any' | 'string' | 'int' | 'bool' | 'array' | 'object' | 'null';

/** What an expression is worth, as far as it can be told without Azure. */
export type Value = string | number | boolean | null | readonly Value[] | Fields | Unknown;

export type Fields = { readonly [name: string]: Value };

const UNKNOWN = Symbol('unknown');

/** A value of which only this is known. */
export type Unknown = {
  readonly [UNKNOWN]: true;
  readonly kind: Kind;
  /** It is one of these. */
  readonly among?: readonly Value[];
  /** The property of a resource that it is. */
  readonly from?: Origin;
  /** Known only once a resource is there: no name, condition or loop may need it. */
  readonly late?: boolean;
  /** From a secure parameter, or made of one. */
  readonly secret?: boolean;
};

export type Origin = { readonly resource: DeployedResource; readonly path: readonly string[] };

/** A value that is not known, or of several only that it is one of them. */
export function unknown(kind: Kind, more: Omit<Unknown, typeof UNKNOWN | 'kind'> = {}): Unknown {
  return { [UNKNOWN]: true, kind, ...more };
}

export function isUnknown(value: Value | undefined): value is Unknown {
  return typeof value === 'object' && value !== null && UNKNOWN in value;
}

export function isFields(value: Value | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isUnknown(value);
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

export function kindOf(value: Value): Kind {
  if (value === null) return 'null';
  if (isUnknown(value)) return value.kind;
  if (isList(value)) return 'array';
  if (typeof value === 'number') return 'int';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'object';
}

/** Not known, and late or secret when something is that it is made of. */
export function unknownOf(kind: Kind, made: readonly Value[]): Unknown {
  return unknown(kind, {
    ...(made.some((one) => holds(one, 'late')) && { late: true }),
    ...(made.some((one) => holds(one, 'secret')) && { secret: true }),
  });
}

/** Whether the value, or something in it, is late or secret. */
export function holds(value: Value, what: 'late' | 'secret'): boolean {
  if (isUnknown(value)) return value[what] === true || (value.among ?? []).some((one) => holds(one, what));
  if (isList(value)) return value.some((one) => holds(one, what));
  return isFields(value) && Object.values(value).some((one) => holds(one, what));
}

/** Whether nothing of it is unknown. */
export function isKnown(value: Value): boolean {
  if (isUnknown(value)) return false;
  if (isList(value)) return value.every(isKnown);
  return !isFields(value) || (!isOpen(value) && Object.values(value).every(isKnown));
}

type Note = { readonly line: number; readonly lines: ReadonlyMap<string, number>; readonly open: boolean };

/** Of objects that were written in Bicep, or merged of such. */
const notes = new WeakMap<object, Note>();

/** Remembers where an object's fields are written; `open`: it may have others. */
export function written(fields: Fields, note: Note): Fields {
  notes.set(fields, note);
  return fields;
}

/** The value of a property, `undefined` where there is none. */
export function propertyAt(value: Value | undefined, ...path: readonly string[]): Value | undefined {
  return path.reduce((inner, name) => (isFields(inner) ? inner[name] : undefined), value);
}

/** The same object with other values; `undefined` leaves a field out. */
export function mapFields(fields: Fields, map: (value: Value, name: string) => Value | undefined): Fields {
  const pairs = Object.entries(fields).map(([name, value]) => [name, map(value, name)] as const);
  const kept = pairs.filter((pair): pair is [string, Value] => pair[1] !== undefined);
  const note = notes.get(fields);
  return note ? written(Object.fromEntries(kept), note) : Object.fromEntries(kept);
}

export function lineOfField(fields: Fields, name: string, otherwise: number): number {
  return notes.get(fields)?.lines.get(name) ?? otherwise;
}

export function lineOfFields(value: Value, otherwise: number): number {
  return (isFields(value) && notes.get(value)?.line) || otherwise;
}

/** Whether an object may have more fields than are known. */
export function isOpen(fields: Fields): boolean {
  return notes.get(fields)?.open ?? false;
}

/** One object of several, the last word counting; of what is not known it is open. */
export function merged(values: readonly Value[], deep = false): Value {
  const lines = new Map<string, number>();
  const result: Record<string, Value> = {};
  let open = false;
  for (const value of values) {
    if (!isFields(value)) {
      if (value !== null) open = true;
      continue;
    }
    open ||= isOpen(value);
    for (const [name, field] of Object.entries(value)) {
      const before = result[name];
      result[name] = deep && isFields(field) && isFields(before) ? merged([before, field], true) : field;
      const line = notes.get(value)?.lines.get(name);
      if (line !== undefined) lines.set(name, line);
    }
  }
  return written(result, {
    line: values.map((one) => lineOfFields(one, 0)).find((line) => line > 0) ?? 0,
    lines,
    open,
  });
}
