import type { Page } from '../../shared/ports/reconciliation-store.ts';
import { readToken, tokenOf } from '../../shared/storage/key-pages.ts';

/** Where a row stands: its list or part of it, and its key there. */
export type PagePlace = readonly [string, string];

/** The page of the rows, all of which are given, that `readPage` would give. @throws {InvalidContinuationToken} */
export function pageOf<Row>(
  rows: readonly Row[],
  { top, continuationToken }: { readonly top: number; readonly continuationToken?: string | undefined },
  placeOf: (row: Row) => PagePlace,
  isPlace: (place: PagePlace) => boolean,
): Page<Row> {
  const places = rows.map((row) => {
    const [partitionKey, rowKey] = placeOf(row);
    return tokenOf({ partitionKey, rowKey });
  });
  let start = 0;
  if (continuationToken !== undefined) {
    readToken(continuationToken, ({ partitionKey, rowKey }) => isPlace([partitionKey, rowKey]));
    start = places.indexOf(continuationToken) + 1;
  }
  const page = structuredClone(rows.slice(start, start + top));
  const token = places[start + top - 1];
  return rows.length > start + top && token ? { rows: page, continuationToken: token } : { rows: page };
}
