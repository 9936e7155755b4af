import { badRequest } from './errors.ts';
import { isObject, type Json, type JsonObject, parseJson, property } from './json.ts';
import { effectivePartitionKey } from './partition-key-hash.ts';

/** How a container partitions its items: one path, or up to three levels (`MultiHash`). */
export type PartitionKeyDefinition = { paths: string[]; kind: 'Hash' | 'MultiHash'; version: 2 };

/** One partition key: its values as canonical JSON text, and its effective (hashed) key. */
export type PartitionKey = { text: string; effective: string };

/** A range of effective partition keys: `min` inclusive, `max` exclusive. */
export type KeyRange = { min: string; max: string };

/** A physical partition of a container. */
export type PartitionKeyRange = KeyRange & { id: string };

/**
 * Every container has these two ranges, split at the middle of the version 2 hash space (which ends at 3FFF…), as the service splits
 * a container in two.
 */
export const PARTITION_KEY_RANGES: readonly PartitionKeyRange[] = [
  { id: '0', min: '', max: '1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF' },
  { id: '1', min: '1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF', max: 'FF' },
];

/** All keys. */
export const WHOLE_RANGE: KeyRange = { min: '', max: 'FF' };

/** The physical partition that holds an effective key. */
export function rangeOf(effective: string): PartitionKeyRange {
  const range = PARTITION_KEY_RANGES.find(({ min, max }) => effective >= min && effective < max);
  if (range === undefined) throw new Error(`no partition key range holds ${effective}`);
  return range;
}

const CACHE_LIMIT = 20_000;
const cache = new Map<string, PartitionKey>();

/** The key of a list of values. Hashing costs microseconds and keys repeat, so the last 20,000 are remembered. */
export function partitionKeyOf(values: readonly Json[], definition: PartitionKeyDefinition): PartitionKey {
  const text = JSON.stringify(values);
  const cacheKey = definition.kind === 'Hash' ? text : `*${text}`;
  let key = cache.get(cacheKey);
  if (key === undefined) {
    key = { text, effective: effectivePartitionKey(values, definition.kind) };
    if (cache.size >= CACHE_LIMIT) cache.clear();
    cache.set(cacheKey, key);
  }
  return key;
}

/**
 * The values of an `x-ms-documentdb-partitionkey` header or of a batch operation: a JSON array with one value a level, `{}` for none.
 * Throws 400 when it is not.
 */
export function parsePartitionKey(text: string, definition: PartitionKeyDefinition): Json[] {
  let values: Json;
  try {
    values = parseJson(text);
  } catch {
    throw badRequest(`Partition key ${text} is invalid: it must be a JSON array`);
  }
  const list = Array.isArray(values) ? values : [values];
  if (list.length > definition.paths.length || list.length === 0) {
    throw badRequest(`Partition key ${text} is invalid: ${definition.paths.length} values expected`);
  }
  for (const value of list) {
    if (Array.isArray(value) || (isObject(value) && Object.keys(value).length > 0)) {
      throw badRequest(`Partition key ${text} is invalid: values must be text, numbers, booleans or null`);
    }
  }
  return list;
}

/** The key in a header; all levels must be given (400). */
export function parseFullPartitionKey(text: string, definition: PartitionKeyDefinition): PartitionKey {
  const values = parsePartitionKey(text, definition);
  if (values.length !== definition.paths.length) {
    throw badRequest(
      `Partition key provided either doesn't correspond to definition in the collection or doesn't match partition key field values: ${text}`,
      { substatus: 1001 },
    );
  }
  return partitionKeyOf(values, definition);
}

/** The range of effective keys below a prefix of a hierarchical key. */
export function prefixRange(values: readonly Json[], definition: PartitionKeyDefinition): KeyRange {
  const prefix = effectivePartitionKey(values, definition.kind);
  return { min: prefix, max: `${prefix}FF` };
}

/** The partition key of an item, from its own properties; a missing property counts as "none" (`{}`). */
export function extractPartitionKey(item: JsonObject, definition: PartitionKeyDefinition): PartitionKey {
  const values = definition.paths.map((path) => {
    const value = valueAt(item, segmentsOf(path));
    if (value === undefined) return {};
    if (typeof value === 'object' && value !== null) {
      throw badRequest(`The partition key property ${path} must be text, a number, a boolean or null`);
    }
    return value;
  });
  return partitionKeyOf(values, definition);
}

/** The property names of a path such as `/address/"zip code"`. */
export function segmentsOf(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .map((segment) => segment.replace(/^(["'])(.*)\1$/, '$2'));
}

/** The value at a path of property names; undefined where there is none. */
export function valueAt(item: JsonObject, segments: readonly string[]): Json | undefined {
  let value: Json | undefined = item;
  for (const segment of segments) {
    if (!isObject(value)) return undefined;
    value = property(value, segment);
  }
  return value;
}
