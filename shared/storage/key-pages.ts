import { odata, type TableClient, type TableEntityResult } from '@azure/data-tables';
import { InvalidContinuationToken } from '../ports/quarantine-store.ts';
import { isNotFound, unavailable } from './failure.ts';

export type Row = TableEntityResult<Record<string, unknown>>;

/** Where a row is. */
export type RowPlace = { readonly partitionKey: string; readonly rowKey: string };

/** Storage gives at most so many rows at once. */
const READ_PAGE = 1_000;

/** The row at a place, if there is one. @throws {StoreUnavailable} */
export async function readRow(
  table: TableClient,
  { partitionKey, rowKey }: RowPlace,
): Promise<Row | undefined> {
  try {
    return await table.getEntity<Record<string, unknown>>(partitionKey, rowKey);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw unavailable(error);
  }
}

/** The first rows that the filter lets through, at most `limit`, by partition and row key. @throws {StoreUnavailable} */
export async function readRows(table: TableClient, filter: string, limit: number): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const { row } of rowsOf(table, { filter }, limit)) {
    rows.push(row);
    if (rows.length >= limit) break;
  }
  return rows;
}

/**
 * The rows that the query lets through, by partition and row key, one after the other. `isLast`: no row follows for certain.
 *
 * @param atOnce rows that are asked for at once, where fewer than storage gives suffice
 * @throws {StoreUnavailable}
 */
export async function* rowsOf(
  table: TableClient,
  queryOptions: { filter: string; select?: string[] },
  atOnce = READ_PAGE,
): AsyncGenerator<{ row: Row; isLast: boolean }, void> {
  const maxPageSize = Math.min(atOnce, READ_PAGE);
  const pages = table.listEntities<Record<string, unknown>>({ queryOptions }).byPage({ maxPageSize });
  try {
    // A page may be short, or empty, and others follow: storage looks through so many rows a call.
    for await (const page of pages) {
      for (const [index, row] of page.entries())
        yield { row, isLast: index === page.length - 1 && page.continuationToken === undefined };
    }
  } catch (error) {
    throw unavailable(error);
  }
}

/**
 * A page of what the filter lets through. Its token is the place of its last row, so that the next page is a range of
 * keys, and rows that come in between neither come twice nor push others out.
 *
 * @throws {InvalidContinuationToken} for one that no list of this kind gave, as `isPlace` says
 */
export async function readPage(
  table: TableClient,
  filter: string,
  { top, continuationToken }: { readonly top: number; readonly continuationToken?: string | undefined },
  isPlace: (place: RowPlace) => boolean,
): Promise<{ readonly rows: readonly Row[]; readonly continuationToken?: string }> {
  const after = continuationToken === undefined ? undefined : readToken(continuationToken, isPlace);
  const found = await readRows(table, after ? `(${filter}) and ${behind(after)}` : filter, top + 1);
  const rows = found.slice(0, top);
  const last = rows.at(-1);
  if (found.length <= top || !last?.partitionKey || !last.rowKey) return { rows };
  return { rows, continuationToken: tokenOf({ partitionKey: last.partitionKey, rowKey: last.rowKey }) };
}

/** The token of a list that ended at this place. */
export function tokenOf({ partitionKey, rowKey }: RowPlace): string {
  return Buffer.from(JSON.stringify([partitionKey, rowKey])).toString('base64url');
}

/** The place that `tokenOf` was given. @throws {InvalidContinuationToken} */
export function readToken(token: string, isPlace: (place: RowPlace) => boolean): RowPlace {
  try {
    const keys: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    const [partitionKey, rowKey] = Array.isArray(keys) ? keys : [];
    if (typeof partitionKey === 'string' && typeof rowKey === 'string') {
      const place = { partitionKey, rowKey };
      if (tokenOf(place) === token && isPlace(place)) return place;
    }
  } catch {
    // No JSON: the same as JSON that is no place.
  }
  throw new InvalidContinuationToken();
}

/** Storage reads a range of partitions, and skips what the first of them has up to the place. */
function behind({ partitionKey, rowKey }: RowPlace): string {
  return odata`PartitionKey ge ${partitionKey} and (PartitionKey gt ${partitionKey} or RowKey gt ${rowKey})`;
}
