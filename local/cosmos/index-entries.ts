import { type IndexingPolicy, isIndexed, type PathNode } from './index-terms.ts';
import type { Json, JsonObject } from './json.ts';
import { segmentsOf, valueAt } from './partition-key.ts';

/** A path that the sorted index holds: `/a/b`, and its property names. */
export type IndexedPath = { path: string; segments: readonly string[] };

/** What the sorted index holds of an item: for each indexed path that is defined, its value. */
export type IndexEntry = readonly [path: string, value: Json];

/**
 * The paths of a policy that are indexed one by one: those included by name (`/a/b/?`). What is included by a wildcard is searched by
 * scanning: an index of every property of every item would cost more writes than a laptop has to give.
 */
export function indexedPaths(policy: IndexingPolicy, root: PathNode): IndexedPath[] {
  const paths = new Map<string, IndexedPath>();
  for (const { path } of policy.includedPaths) {
    if (!path.endsWith('/?')) continue;
    const segments = segmentsOf(path.slice(0, -2));
    const plain = segments.every((segment) => segment !== '[]' && segment !== '*' && !segment.includes('/'));
    if (!plain || !isIndexed(root, segments)) continue;
    const name = `/${segments.join('/')}`;
    paths.set(name, { path: name, segments });
  }
  return [...paths.values()];
}

/** The entries of an item as JSON text: two items with the same text have the same entries. */
export function entriesOf(item: JsonObject, paths: readonly IndexedPath[]): string {
  const entries: IndexEntry[] = [];
  for (const { path, segments } of paths) {
    const value = valueAt(item, segments);
    if (value !== undefined) entries.push([path, value]);
  }
  return JSON.stringify(entries);
}

/** The entries in a text of `entriesOf`. */
export function readEntries(text: string): IndexEntry[] {
  return JSON.parse(text) as IndexEntry[];
}
