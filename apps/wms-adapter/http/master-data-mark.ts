import type { Database, MasterDataQuery } from '../database.ts';

type Reader = Pick<Database, 'masterDataSince'>;

/** Entries that are looked through at first, and from then on, for the one that a mark names. */
const FIRST = 100;
const MOST = 5_000;

/**
 * Which item or location has a version that is answered, so that whoever asks with it can show what it was. Undefined for 0, or where
 * there is none of that version.
 */
export async function markOf(
  database: Reader,
  { version, warehouseIds }: MasterDataQuery,
): Promise<string | undefined> {
  if (version === 0) return undefined;
  const page = await database.masterDataSince({ version: version - 1, warehouseIds, limit: 1 });
  return marksOf(page)[0];
}

/**
 * Whether a version was answered by this database as it is now. What has a version keeps it until it is put again and has a higher one: so
 * where no version is as high, or what the mark names has a lower one, the database is another, or was restored to a moment before, and
 * goes on from there with the same numbers. (Not seen is a restored one in which just that was put again, under at least this number.)
 * @param mark undefined from who knows none: then only the height of the versions tells
 */
export async function isKnownVersion(
  database: Reader,
  { version, warehouseIds }: MasterDataQuery,
  mark: string | undefined,
): Promise<boolean> {
  if (version === 0) return true;
  let from = version - 1;
  for (let limit = mark === undefined ? 1 : FIRST; ; limit = MOST) {
    const page = await database.masterDataSince({ version: from, warehouseIds, limit });
    const marks = marksOf(page);
    if (mark === undefined ? marks.length > 0 : marks.includes(mark)) return true;
    if (!page.hasMore) return false;
    from = page.version;
  }
}

function marksOf({ items, locations }: Awaited<ReturnType<Reader['masterDataSince']>>): string[] {
  return [
    ...items.map(({ itemId }) => `item|${itemId}`),
    ...locations.map(({ warehouseId, locationId }) => `location|${warehouseId}|${locationId}`),
  ];
}
