import { z } from 'zod';
import { badRequest } from './errors.ts';
import { isObject, type Json, type JsonObject, property, setProperty } from './json.ts';
import { type PartitionKeyDefinition, segmentsOf } from './partition-key.ts';

const operation = z.object({
  op: z.enum(['add', 'set', 'replace', 'remove', 'incr', 'move']),
  path: z.string(),
  from: z.string().optional(),
  value: z.json().optional(),
});

/** One patch operation; paths are JSON pointers. */
export type PatchOperation = z.infer<typeof operation>;

/** A partial update: at most 10 operations, applied in order, all or none; and the condition the item must meet. */
export type Patch = { operations: PatchOperation[]; condition?: ((item: JsonObject) => boolean) | undefined };

const LIMIT = 10;
const READ_ONLY = new Set(['id', '_rid', '_self', '_etag', '_attachments', '_ts', '_lsn']);

/**
 * Reads a patch request: an array of operations or `{operations, condition}`; `compile` makes a predicate of the condition's
 * `FROM … WHERE …`. Throws 400.
 */
export function parsePatch(body: Json, compile: (condition: string) => (item: JsonObject) => boolean): Patch {
  const source = isObject(body) ? property(body, 'operations') : body;
  const parsed = z.array(operation).min(1).safeParse(source);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw badRequest(`The patch is invalid: ${issue?.path.join('.') || 'operations'}: ${issue?.message}`);
  }
  if (parsed.data.length > LIMIT) {
    throw badRequest(`The patch has ${parsed.data.length} operations; ${LIMIT} are allowed`);
  }
  const condition = isObject(body) ? property(body, 'condition') : undefined;
  if (condition === undefined || condition === null) return { operations: parsed.data };
  if (typeof condition !== 'string') throw badRequest('The condition of the patch must be text');
  return { operations: parsed.data, condition: compile(condition) };
}

/** Applies the operations to `item`, which is changed, and returns it. Throws 400 naming the path. */
export function applyPatch(
  item: JsonObject,
  operations: readonly PatchOperation[],
  keys: PartitionKeyDefinition,
): JsonObject {
  for (const step of operations) applyOperation(item, step, keys);
  return item;
}

function applyOperation(item: JsonObject, step: PatchOperation, keys: PartitionKeyDefinition): void {
  const target = locate(item, step.path, keys);
  switch (step.op) {
    case 'add':
      insertValue(target, required(step));
      return;
    case 'set':
      setValue(target, required(step));
      return;
    case 'replace':
      if (read(target) === undefined) throw badRequest(`Patch replace: there is nothing at '${step.path}'`);
      setValue(target, required(step));
      return;
    case 'remove':
      removeValue(target);
      return;
    case 'incr':
      increment(target, required(step));
      return;
    case 'move':
      move(item, step, keys);
      return;
  }
}

/** Where a pointer leads: the last step's container and name. */
type Place = { parent: Json[] | JsonObject; name: string; path: string };

function locate(item: JsonObject, path: string, keys: PartitionKeyDefinition): Place {
  if (!path.startsWith('/') || path.length === 1)
    throw badRequest(`The patch path '${path}' is invalid: it must start with '/'`);
  const segments = path.slice(1).split('/').map(decodePointer);
  checkWritable(segments, path, keys);
  const name = segments.pop() ?? '';
  let parent: Json | undefined = item;
  for (const segment of segments) {
    if (Array.isArray(parent)) parent = parent[indexOf(segment, parent.length - 1, path)];
    else parent = isObject(parent) ? property(parent, segment) : undefined;
  }
  if (!Array.isArray(parent) && !isObject(parent))
    throw badRequest(`The patch path '${path}' leads nowhere: its parent is missing`);
  return { parent, name, path };
}

function decodePointer(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}

function checkWritable(segments: readonly string[], path: string, keys: PartitionKeyDefinition): void {
  if (READ_ONLY.has(segments[0] ?? '')) throw badRequest(`The patch path '${path}' is read only`);
  for (const key of keys.paths) {
    const own = segmentsOf(key);
    if (segments.every((segment, at) => at >= own.length || segment === own[at])) {
      throw badRequest(`The patch path '${path}' is part of the partition key and cannot be changed`);
    }
  }
}

function indexOf(segment: string, last: number, path: string): number {
  if (!/^(0|[1-9]\d*)$/.test(segment) || Number(segment) > last) {
    throw badRequest(`The patch path '${path}' is invalid: there is no array element '${segment}'`);
  }
  return Number(segment);
}

function required(step: PatchOperation): Json {
  if (step.value === undefined) throw badRequest(`Patch ${step.op} '${step.path}': the value is missing`);
  return step.value;
}

function read({ parent, name, path }: Place): Json | undefined {
  return Array.isArray(parent) ? parent[indexOf(name, parent.length - 1, path)] : property(parent, name);
}

/** `add`: inserts before the array element (`-`: at the end), or writes the property. */
function insertValue({ parent, name, path }: Place, value: Json): void {
  if (!Array.isArray(parent)) setProperty(parent, name, value);
  else parent.splice(name === '-' ? parent.length : indexOf(name, parent.length, path), 0, value);
}

/** `set`: overwrites the array element (one past the end appends), or writes the property. */
function setValue({ parent, name, path }: Place, value: Json): void {
  if (!Array.isArray(parent)) setProperty(parent, name, value);
  else parent[name === '-' ? parent.length : indexOf(name, parent.length, path)] = value;
}

function removeValue(place: Place): void {
  const { parent, name, path } = place;
  if (read(place) === undefined) throw badRequest(`Patch remove: there is nothing at '${path}'`);
  if (Array.isArray(parent)) parent.splice(indexOf(name, parent.length - 1, path), 1);
  else delete parent[name];
}

/** `incr`: adds to the number there; where there is none yet, the value is written. */
function increment(place: Place, value: Json): void {
  const before = read(place) ?? 0;
  if (typeof value !== 'number' || typeof before !== 'number') {
    throw badRequest(`Patch incr '${place.path}': both the value and what is there must be numbers`);
  }
  setValue(place, before + value);
}

function move(item: JsonObject, step: PatchOperation, keys: PartitionKeyDefinition): void {
  if (step.from === undefined) throw badRequest(`Patch move '${step.path}': 'from' is missing`);
  if (`${step.path}/`.startsWith(`${step.from}/`) && step.path !== step.from) {
    throw badRequest(`Patch move: '${step.path}' lies inside of '${step.from}'`);
  }
  const from = locate(item, step.from, keys);
  const value = read(from);
  if (value === undefined) throw badRequest(`Patch move: there is nothing at '${step.from}'`);
  removeValue(from);
  insertValue(locate(item, step.path, keys), value);
}
