import type { Container } from '../catalog.ts';
import type { IndexScan, IndexScope } from '../item-index.ts';
import type { Json } from '../json.ts';
import { aggregatesOf } from './aggregates.ts';
import { indexSpans } from './index-spans.ts';
import { pathOf } from './narrow.ts';
import type { Query } from './syntax.ts';

/** How the sorted index serves a query; `ordered` when its items come in the order that the query wants. */
export type IndexAccess = IndexScan & { ordered: boolean };

/** Entries up to which paths are compared; more are many. */
const COUNTED = 1000;

/**
 * The path of the sorted index that leads to the fewest items a query may want in `scopes`; of equals the one it is ordered by. Undefined when its condition says
 * nothing of an indexed path. `wanted` is the path that the pages before this one used.
 */
export function chooseIndex(
  container: Container,
  query: Query,
  parameters: ReadonlyMap<string, Json>,
  scopes: readonly IndexScope[],
  wanted: string | undefined,
): IndexAccess | undefined {
  const paths = new Set(container.indexed.map((indexed) => indexed.path));
  const order = scopes.length === 1 ? orderPath(query) : undefined;
  const found = Array.from(
    indexSpans(query, parameters, (path) => paths.has(path)),
    ([path, spans]) => ({ path, spans, ordered: path === order, descending: false }),
  );
  const chosen =
    wanted === undefined ? fewest(container, found, scopes) : found.find(({ path }) => path === wanted);
  if (chosen?.ordered) chosen.descending = query.orderBy[0]?.descending ?? false;
  return chosen;
}

function fewest(
  container: Container,
  found: readonly IndexAccess[],
  scopes: readonly IndexScope[],
): IndexAccess | undefined {
  if (found.length < 2) return found[0];
  const counted = found.map((access) => ({
    access,
    entries: scopes.reduce((sum, scope) => sum + container.items.countIndex(scope, access, COUNTED), 0),
  }));
  counted.sort(
    (left, right) =>
      Math.min(left.entries, COUNTED) - Math.min(right.entries, COUNTED) ||
      Number(right.access.ordered) - Number(left.access.ordered),
  );
  return counted[0]?.access;
}

/** The path a query is ordered by, when the order of its items is the order of its rows. */
function orderPath(query: Query): string | undefined {
  const [only, ...more] = query.orderBy;
  if (only === undefined || more.length > 0 || query.distinct) return undefined;
  if (query.groupBy.length > 0 || aggregatesOf(query).length > 0) return undefined;
  return pathOf(only.expression, query.sources[0]?.alias ?? '');
}
