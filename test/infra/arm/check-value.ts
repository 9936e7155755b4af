import {
  type Fields,
  isFields,
  isList,
  isOpen,
  isUnknown,
  kindOf,
  lineOfField,
  lineOfFields,
  type Unknown,
  type Value,
} from '../bicep/value.ts';
import { type ArmProperty, type ArmType, FLAGS, type ResourceType } from './types.ts';

/** Where a value stands: its path in the resource, and the line. */
type Place = { readonly path: string; readonly line: number };
type Tell = (line: number, message: string) => void;

/** Tells what of a value its published type does not allow. What is not known passes when its kind may. */
export function checkValue(value: Value, type: ArmType, resource: ResourceType, at: Place, tell: Tell): void {
  if (isUnknown(value)) {
    checkUnknown(value, type, resource, at, tell);
    return;
  }
  const wrong = (message: string) => tell(lineOfFields(value, at.line), `${at.path} ${message}`);
  switch (type.$type) {
    case 'AnyType':
    case 'ResourceType':
    case 'ResourceFunctionType':
      return;
    case 'BooleanType':
      if (typeof value !== 'boolean') wrong(`is ${show(value)}: it takes true or false`);
      return;
    case 'IntegerType':
      checkInteger(value, type, wrong);
      return;
    case 'StringType':
      checkString(value, type, wrong);
      return;
    case 'StringLiteralType':
      if (value !== type.value) wrong(`is ${show(value)}: it takes '${type.value}' only`);
      return;
    case 'UnionType':
      checkUnion(value, type.elements.map(resource.at), resource, at, tell);
      return;
    case 'ArrayType': {
      if (!isList(value)) {
        wrong(`is ${show(value)}: it takes an array`);
        return;
      }
      const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = type;
      if (value.length < minLength || value.length > maxLength) {
        wrong(`has ${value.length} items: it takes ${minLength} to ${maxLength}`);
      }
      const itemType = resource.at(type.itemType);
      value.forEach((item, index) => {
        const line = lineOfFields(item, at.line);
        checkValue(item, itemType, resource, { path: `${at.path}[${index}]`, line }, tell);
      });
      return;
    }
    case 'ObjectType':
    case 'DiscriminatedObjectType':
      if (isFields(value)) checkFields(value, type, resource, at, tell);
      else wrong(`is ${show(value)}: it takes an object`);
  }
}

/** Tells what of an object's fields its type does not allow, and which are missing. */
export function checkFields(
  fields: Fields,
  type: ArmType,
  resource: ResourceType,
  at: Place,
  tell: Tell,
): void {
  const line = lineOfFields(fields, at.line);
  const { known, others } = fieldsOf(fields, type, resource, { ...at, line }, tell);
  for (const [name, value] of Object.entries(fields)) {
    const path = at.path === '' ? name : `${at.path}.${name}`;
    const own = { path, line: lineOfField(fields, name, line) };
    const property = known[name];
    if (property) checkProperty(value, property, resource, own, tell);
    else if (others !== undefined) checkValue(value, resource.at(others), resource, own, tell);
    else tell(own.line, `${path} is not known${suggestion(name, Object.keys(known))}`);
  }
  if (isOpen(fields)) return;
  for (const [name, { flags }] of Object.entries(known)) {
    const isRequired = flags & FLAGS.required && !(flags & FLAGS.readOnly);
    if (isRequired && !Object.hasOwn(fields, name)) {
      tell(line, `${at.path === '' ? name : `${at.path}.${name}`} is missing: it is required`);
    }
  }
}

/** The properties that an object of a type may have, and the type of all others. */
function fieldsOf(
  fields: Fields,
  type: ArmType,
  resource: ResourceType,
  at: Place,
  tell: Tell,
): { known: Readonly<Record<string, ArmProperty>>; others: number | undefined } {
  if (type.$type === 'ObjectType') return { known: type.properties, others: type.additionalProperties };
  if (type.$type !== 'DiscriminatedObjectType') return { known: {}, others: undefined };
  const { discriminator, elements, baseProperties } = type;
  const kind = fields[discriminator];
  const index = typeof kind === 'string' ? elements[kind] : undefined;
  if (index !== undefined) {
    const element = fieldsOf(fields, resource.at(index), resource, at, tell);
    return { ...element, known: { ...baseProperties, ...element.known } };
  }
  const all = Object.values(elements).map(
    (one) => fieldsOf(fields, resource.at(one), resource, at, tell).known,
  );
  if (!isUnknown(kind)) {
    const line = lineOfField(fields, discriminator, at.line);
    const said = kind === undefined ? 'is missing' : `is ${show(kind)}`;
    tell(line, `${at.path}.${discriminator} ${said}: it is one of ${Object.keys(elements).join(', ')}`);
  }
  // Any kind's, and nothing of one kind is required.
  const optional = Object.entries(Object.assign({}, ...all)).map(([name, one]) => [
    name,
    { ...Object(one), flags: 0 },
  ]);
  return { known: { ...Object.fromEntries(optional), ...baseProperties }, others: undefined };
}

function checkProperty(
  value: Value,
  { type, flags }: ArmProperty,
  resource: ResourceType,
  at: Place,
  tell: Tell,
): void {
  if (flags & FLAGS.readOnly) {
    tell(at.line, `${at.path} is read-only: Azure sets it`);
    return;
  }
  if (value === null) {
    if (flags & FLAGS.required) tell(at.line, `${at.path} is null: it is required`);
    return;
  }
  checkValue(value, resource.at(type), resource, at, tell);
}

function checkUnknown(value: Unknown, type: ArmType, resource: ResourceType, at: Place, tell: Tell): void {
  if (value.among) {
    for (const one of value.among) if (one !== null) checkValue(one, type, resource, at, tell);
    return;
  }
  const kinds = kindsOf(type, resource);
  if (value.kind === 'any' || kinds.has('any') || kinds.has(value.kind)) return;
  tell(at.line, `${at.path} is of kind ${value.kind}: it takes ${[...kinds].join(' or ')}`);
}

/** The kinds of value that a type takes, in Bicep's words. */
export function kindsOf(type: ArmType, resource: ResourceType): ReadonlySet<string> {
  switch (type.$type) {
    case 'BooleanType':
      return new Set(['bool']);
    case 'IntegerType':
      return new Set(['int']);
    case 'StringType':
    case 'StringLiteralType':
      return new Set(['string']);
    case 'ArrayType':
      return new Set(['array']);
    case 'ObjectType':
    case 'DiscriminatedObjectType':
      return new Set(['object']);
    case 'UnionType':
      return new Set(type.elements.flatMap((index) => [...kindsOf(resource.at(index), resource)]));
    default:
      return new Set(['any']);
  }
}

/**
 * Of a choice that is open (literals, or any string) only the published ones pass: so a slip of the pen is found, which
 * Azure would find last.
 */
function checkUnion(
  value: Value,
  elements: readonly ArmType[],
  resource: ResourceType,
  at: Place,
  tell: Tell,
): void {
  const literals = elements.flatMap((one) => (one.$type === 'StringLiteralType' ? [one.value] : []));
  if (typeof value === 'string' && literals.length > 0) {
    if (literals.includes(value)) return;
    tell(at.line, `${at.path} is '${value}': it is one of ${literals.join(', ')}`);
    return;
  }
  const complaints = elements.map((element) => {
    const found: Parameters<Tell>[] = [];
    checkValue(value, element, resource, at, (...finding) => found.push(finding));
    return found;
  });
  const least = complaints.toSorted((a, b) => a.length - b.length)[0] ?? [];
  for (const [line, message] of least) tell(line, message);
}

function checkInteger(
  value: Value,
  {
    minValue = Number.NEGATIVE_INFINITY,
    maxValue = Number.POSITIVE_INFINITY,
  }: Extract<ArmType, { $type: 'IntegerType' }>,
  wrong: (message: string) => void,
): void {
  if (typeof value !== 'number' || !Number.isInteger(value))
    wrong(`is ${show(value)}: it takes a whole number`);
  else if (value < minValue || value > maxValue) wrong(`is ${value}: it takes ${minValue} to ${maxValue}`);
}

function checkString(
  value: Value,
  { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern }: Extract<ArmType, { $type: 'StringType' }>,
  wrong: (message: string) => void,
): void {
  if (typeof value !== 'string') {
    wrong(`is ${show(value)}: it takes a string`);
    return;
  }
  if (value.length < minLength || value.length > maxLength) {
    wrong(`is '${value}', ${value.length} characters long: it takes ${minLength} to ${maxLength}`);
  }
  if (pattern !== undefined && !new RegExp(pattern).test(value)) wrong(`is '${value}': it takes ${pattern}`);
}

function show(value: Value): string {
  if (isFields(value)) return 'an object';
  if (isList(value)) return 'an array';
  return typeof value === 'string'
    ? `'${value}'`
    : value === null
      ? 'null'
      : `${kindOf(value)} ${String(value)}`;
}

/** The name that was meant, when one is near. */
function suggestion(name: string, names: readonly string[]): string {
  const small = name.toLowerCase();
  const near = names.find(
    (one) => one.toLowerCase().startsWith(small) || small.startsWith(one.toLowerCase()),
  );
  if (near) return `: did you mean ${near}?`;
  return names.length > 0 && names.length < 12 ? `: there are ${names.join(', ')}` : '';
}
