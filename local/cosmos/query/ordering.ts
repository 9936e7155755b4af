import type { Container } from '../catalog.ts';
import { badRequest } from '../errors.ts';
import { isIndexed } from '../index-terms.ts';
import { pathOf } from './narrow.ts';
import { print } from './print.ts';
import type { Query } from './syntax.ts';

/**
 * Refuses an ORDER BY that the service could not serve: a path that is not indexed, or several paths without a composite index for them
 * in that order (or in the reverse of every direction). Throws 400.
 */
export function checkOrdering(query: Query, container: Container): void {
  if (query.orderBy.length === 0) return;
  const root = query.sources[0]?.alias ?? '';
  const keys = query.orderBy.map(({ expression, descending }) => {
    const path = pathOf(expression, root);
    if (path === undefined || path === '') {
      throw badRequest(
        `Unsupported ORDER BY clause. ORDER BY item expression '${print(expression)}' could not be mapped to a document path.`,
      );
    }
    return { path, descending };
  });
  const [only] = keys;
  if (keys.length === 1 && only !== undefined) checkIndexed(container, only.path);
  else checkComposite(container, keys);
}

function checkIndexed(container: Container, path: string): void {
  const indexed = path === '/id' || path === '/_ts' || isIndexed(container.policy, path.split('/').slice(1));
  if (!indexed)
    throw badRequest(
      `The order-by item '${path}' is excluded from the index of container '${container.definition.id}'`,
    );
}

function checkComposite(container: Container, keys: readonly { path: string; descending: boolean }[]): void {
  const indexes = container.definition.indexingPolicy.compositeIndexes ?? [];
  const served = indexes.some((index) => {
    if (index.length !== keys.length) return false;
    if (!index.every((entry, at) => entry.path.replaceAll('"', '') === keys[at]?.path)) return false;
    const same = index.filter((entry, at) => (entry.order === 'descending') === keys[at]?.descending).length;
    return same === 0 || same === keys.length;
  });
  if (!served)
    throw badRequest(
      'The order by query does not have a corresponding composite index that it can be served from.',
    );
}
