import type { Call, TypeNode } from './document.ts';
import { isFields, isList, isOpen, isUnknown, type Kind, kindOf, unknown, type Value } from './value.ts';

/** Bicep's own types, and what kind of value each takes. */
export const KINDS: Readonly<Record<string, Kind>> = {
  string: 'string',
  int: 'int',
  bool: 'bool',
  array: 'array',
  object: 'object',
  secureString: 'string',
  secureObject: 'object',
  any: 'any',
};

/** A type by the name that the file has for it. */
export type TypeNamed = (name: string) => TypeNode | undefined;

/** What is wrong with a value that a parameter or an output of a type is given; each a predicate of what is given. */
export function mismatches(value: Value, type: TypeNode, named: TypeNamed, path = ''): readonly string[] {
  const wrong = (message: string) => [path === '' ? message : `.${path} ${message}`];
  if (isUnknown(value)) {
    if (value.among) return value.among.flatMap((one) => mismatches(one, type, named, path)).slice(0, 1);
    const kind = kindOfType(type, named);
    return value.kind === 'any' || kind === 'any' || kind === value.kind
      ? []
      : wrong(`is of kind ${value.kind}, not ${kind}`);
  }
  switch (type.kind) {
    case 'named': {
      const kind = KINDS[type.name];
      if (kind)
        return kind === 'any' || kindOf(value) === kind
          ? []
          : wrong(`is of kind ${kindOf(value)}, not ${kind}`);
      const own = named(type.name);
      return own ? mismatches(value, own, named, path) : [];
    }
    case 'literal':
      return value === type.value
        ? []
        : wrong(`is ${JSON.stringify(value)}, not ${JSON.stringify(type.value)}`);
    case 'union': {
      if (type.of.some((one) => mismatches(value, one, named, path).length === 0)) return [];
      return wrong(`is ${JSON.stringify(value)}: it is one of ${type.of.map(describe).join(', ')}`);
    }
    case 'nullable':
      return value === null ? [] : mismatches(value, type.of, named, path);
    case 'array':
      if (!isList(value)) return wrong(`is of kind ${kindOf(value)}, not array`);
      return value.flatMap((one, index) => mismatches(one, type.of, named, `${path}[${index}]`));
    case 'object':
      return isFields(value)
        ? fieldMismatches(value, type, named, path)
        : wrong(`is of kind ${kindOf(value)}, not object`);
  }
}

function fieldMismatches(
  fields: { readonly [name: string]: Value },
  type: Extract<TypeNode, { kind: 'object' }>,
  named: TypeNamed,
  path: string,
): readonly string[] {
  const inside = (name: string) => (path === '' ? name : `${path}.${name}`);
  const missing = Object.entries(type.fields).filter(
    ([name, one]) => one.kind !== 'nullable' && !Object.hasOwn(fields, name) && !isOpen(fields),
  );
  const wrong = Object.entries(fields).flatMap(([name, value]) => {
    const own = type.fields[name];
    if (own) return mismatches(value, own, named, inside(name));
    return type.others ? [] : [`.${inside(name)} is not in its type`];
  });
  return [...missing.map(([name]) => `.${inside(name)} is missing`), ...wrong];
}

/** What of the decorators of a parameter a value does not keep. */
export function decoratorMismatches(value: Value, decorators: readonly Call[]): readonly string[] {
  if (isUnknown(value))
    return (value.among ?? []).flatMap((one) => decoratorMismatches(one, decorators)).slice(0, 1);
  const size = isList(value) || typeof value === 'string' ? value.length : undefined;
  return decorators.flatMap((decorator) => {
    const [limit] = decorator.arguments;
    if (decorator.name === 'allowed') {
      const allowed = allowedValues(decorators);
      return allowed?.includes(value) === false
        ? [`is ${JSON.stringify(value)}: it is one of ${allowed.join(', ')}`]
        : [];
    }
    if (limit?.kind !== 'literal' || typeof limit.value !== 'number') return [];
    const { value: bound } = limit;
    const number = typeof value === 'number' ? value : undefined;
    const isKept =
      (decorator.name !== 'minLength' || size === undefined || size >= bound) &&
      (decorator.name !== 'maxLength' || size === undefined || size <= bound) &&
      (decorator.name !== 'minValue' || number === undefined || number >= bound) &&
      (decorator.name !== 'maxValue' || number === undefined || number <= bound);
    return isKept ? [] : [`is ${JSON.stringify(value)}: @${decorator.name}(${bound})`];
  });
}

/** What a parameter may be when nothing is given for it: of its type, or one of what is allowed. */
export function anyOfType(type: TypeNode, decorators: readonly Call[], named: TypeNamed): Value {
  const literals = allowedValues(decorators) ?? literalsOf(type, named);
  return unknown(kindOfType(type, named), {
    ...(literals && { among: literals }),
    ...(isSecure(type, decorators) && { secret: true }),
  });
}

export function isSecure(type: TypeNode, decorators: readonly Call[]): boolean {
  const name = type.kind === 'named' ? type.name : '';
  return name.startsWith('secure') || decorators.some((decorator) => decorator.name === 'secure');
}

/** Whether a module may leave the parameter out. */
export function isOptional(type: TypeNode, named: TypeNamed): boolean {
  if (type.kind === 'named') {
    const own = named(type.name);
    return own !== undefined && isOptional(own, named);
  }
  return type.kind === 'nullable';
}

function allowedValues(decorators: readonly Call[]): readonly Value[] | undefined {
  const list = decorators.find((decorator) => decorator.name === 'allowed')?.arguments[0];
  return list?.kind === 'array'
    ? list.items.flatMap((item) => (item.kind === 'literal' ? [item.value] : []))
    : undefined;
}

function literalsOf(type: TypeNode, named: TypeNamed): readonly Value[] | undefined {
  if (type.kind === 'literal') return [type.value];
  if (type.kind === 'named') {
    const own = named(type.name);
    return own && literalsOf(own, named);
  }
  if (type.kind !== 'union') return undefined;
  const all = type.of.map((one) => literalsOf(one, named));
  return all.every((one) => one !== undefined) ? all.flat() : undefined;
}

function kindOfType(type: TypeNode, named: TypeNamed): Kind {
  switch (type.kind) {
    case 'named': {
      const own = named(type.name);
      return KINDS[type.name] ?? (own ? kindOfType(own, named) : 'any');
    }
    case 'literal':
      return kindOf(type.value);
    case 'union': {
      const kinds = new Set(type.of.map((one) => kindOfType(one, named)));
      const [kind = 'any'] = kinds;
      return kinds.size === 1 ? kind : 'any';
    }
    case 'nullable':
      return kindOfType(type.of, named);
    default:
      return type.kind;
  }
}

function describe(type: TypeNode): string {
  return type.kind === 'literal' ? String(type.value) : type.kind === 'named' ? type.name : type.kind;
}
