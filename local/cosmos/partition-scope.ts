import type { Container } from './catalog.ts';
import { badRequest, CosmosError } from './errors.ts';
import { headerOf, type Request } from './exchange.ts';
import type { ScannedItem, ScanPosition } from './items-table.ts';
import {
  type KeyRange,
  PARTITION_KEY_RANGES,
  type PartitionKey,
  type PartitionKeyRange,
  parsePartitionKey,
  partitionKeyOf,
  prefixRange,
  WHOLE_RANGE,
} from './partition-key.ts';

/** The part of a container that a feed or query looks at: one partition, or a range of effective keys. */
export type Scope = { key: PartitionKey } | { range: KeyRange };

/**
 * Reads the scope from the headers: a partition key (a prefix of a hierarchical one gives a range), a physical range by its id, a part of
 * one by `x-ms-start-epk` and `x-ms-end-epk`, or nothing for the whole container. Throws 400, 410 for an unknown range.
 */
export function scopeOf(request: Request, container: Container): Scope {
  const { partitionKey: definition } = container.definition;
  const header = headerOf(request, 'x-ms-documentdb-partitionkey');
  if (header !== undefined) {
    const values = parsePartitionKey(header, definition);
    if (values.length === definition.paths.length) return { key: partitionKeyOf(values, definition) };
    return { range: prefixRange(values, definition) };
  }
  const rangeId = headerOf(request, 'x-ms-documentdb-partitionkeyrangeid');
  const range: KeyRange = rangeId === undefined ? WHOLE_RANGE : rangeById(rangeId);
  const min = headerOf(request, 'x-ms-start-epk') ?? range.min;
  const max = headerOf(request, 'x-ms-end-epk') ?? range.max;
  return { range: { min: min > range.min ? min : range.min, max: max < range.max ? max : range.max } };
}

/** A physical range by its id; throws 410, which makes the SDK read the ranges again. */
export function rangeById(id: string): PartitionKeyRange {
  if (id === '') throw badRequest('The header x-ms-documentdb-partitionkeyrangeid is missing');
  const range = PARTITION_KEY_RANGES.find((candidate) => candidate.id === id);
  if (range === undefined)
    throw new CosmosError(410, `There is no partition key range '${id}'`, { substatus: 1002 });
  return range;
}

/** The scope as a range of effective keys. */
export function rangeOfScope(scope: Scope): KeyRange {
  return 'key' in scope ? { min: scope.key.effective, max: `${scope.key.effective}!` } : scope.range;
}

/** The items of a scope in the order of the primary index, from `after` on. */
export function scanScope(
  container: Container,
  scope: Scope,
  after: ScanPosition | undefined,
  at: number,
): Iterable<ScannedItem> {
  return 'key' in scope
    ? container.items.scanPartition(scope.key, after, at)
    : container.items.scanRange(scope.range, after, at);
}
