import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { type IndexEntry, readEntries } from './index-entries.ts';
import { indexKey, type KeySpan } from './index-key.ts';
import { scannedColumns } from './items-statements.ts';
import type { KeyRange, PartitionKey } from './partition-key.ts';

/** A place in the order of a path's values, exclusive: where a scan goes on. */
export type EntryPosition = { key: Uint8Array; number: number };

/** The part of a container that a scan of the index looks at. */
export type IndexScope = { key: PartitionKey } | { range: KeyRange };

/** Which entries of one path a scan goes through, and in which direction. */
export type IndexScan = {
  path: string;
  /** Sorted, and apart from each other. */
  spans: readonly KeySpan[];
  descending: boolean;
};

/** An item as its entries know it. `entries` is a text of `entriesOf`. */
export type IndexedItem = { number: number; effective: string; entries: string };

/** What an entry led to: the row of a `ScannedItem`. */
export type IndexedRow = { row: Record<string, SQLOutputValue>; position: EntryPosition };

/**
 * The sorted index of one container: path, value, item. It finds the items with a value, or in the order of a value, without looking at
 * others, in one partition as well as in all of them. Entries of items that have expired are there until the items are swept.
 */
export type ItemIndex = {
  add(item: IndexedItem): void;
  remove(item: IndexedItem): void;
  /** Brings the entries of an item from `before` to what `item` has now. */
  change(item: IndexedItem, before: string): void;
  clear(): void;
  /** Items in the order of value, then number (both turned round when descending). Leaves out expired items; `at` is milliseconds since 1970. */
  scan(
    scope: IndexScope,
    scan: IndexScan,
    after: EntryPosition | undefined,
    at: number,
  ): Iterable<IndexedRow>;
  /** How many entries a scan would go through, counted up to about `limit`. */
  count(scope: IndexScope, scan: Pick<IndexScan, 'path' | 'spans'>, limit: number): number;
};

/** Creates the table of a new container: once by partition, once over all of them. */
export function createItemIndex(file: DatabaseSync, container: number): void {
  file.exec(`
    CREATE TABLE index_${container} (
      path TEXT NOT NULL,
      effective TEXT NOT NULL,
      key BLOB NOT NULL,
      number INTEGER NOT NULL,
      PRIMARY KEY (path, effective, key, number)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX index_${container}_all ON index_${container} (path, key, number);
  `);
}

/** Drops what `createItemIndex` made. */
export function dropItemIndex(file: DatabaseSync, container: number): void {
  file.exec(`DROP TABLE index_${container}`);
}

/** Rows a scan loads at first and at most at a time: clients of ordered queries ask for pages of ten. */
const FIRST_CHUNK = 16;
const CHUNK = 256;

/** Opens the index of a container. */
export function openItemIndex(file: DatabaseSync, container: number): ItemIndex {
  const table = `index_${container}`;
  const insert = file.prepare(`INSERT INTO ${table} (path, effective, key, number) VALUES (?, ?, ?, ?)`);
  const remove = file.prepare(
    `DELETE FROM ${table} WHERE path = ? AND effective = ? AND key = ? AND number = ?`,
  );
  const scans = prepareScans(file, container);
  const counts = {
    key: file.prepare(
      `SELECT count(*) AS n FROM (SELECT 1 FROM ${table} WHERE path = ? AND key >= ? AND key < ? AND effective = ? LIMIT ?)`,
    ),
    range: file.prepare(
      `SELECT count(*) AS n FROM (SELECT 1 FROM ${table} INDEXED BY ${table}_all WHERE path = ? AND key >= ? AND key < ? AND effective >= ? AND effective < ? LIMIT ?)`,
    ),
  };

  function write(statement: StatementSync, item: IndexedItem, [path, value]: IndexEntry): void {
    statement.run(path, item.effective, indexKey(value), item.number);
  }

  return {
    add(item) {
      for (const entry of readEntries(item.entries)) write(insert, item, entry);
    },
    remove(item) {
      for (const entry of readEntries(item.entries)) write(remove, item, entry);
    },
    change(item, before) {
      if (item.entries === before) return;
      const [old, now] = [readEntries(before), readEntries(item.entries)];
      for (const entry of without(old, now)) write(remove, item, entry);
      for (const entry of without(now, old)) write(insert, item, entry);
    },
    clear() {
      file.exec(`DELETE FROM ${table}`);
    },
    *scan(scope, { path, spans, descending }, after, at) {
      const statement = scans['key' in scope ? 'key' : 'range'][descending ? 'descending' : 'ascending'];
      const bounds =
        'key' in scope ? [scope.key.effective, scope.key.text] : [scope.range.min, scope.range.max];
      let chunk = FIRST_CHUNK;
      for (const { from, to } of descending ? spans.toReversed() : spans) {
        if (after !== undefined && isBeyond(after.key, descending ? from : to, descending)) continue;
        // No item has the number -1: ascending it stands before all entries of a key, descending after those of the keys below.
        let place = startOf(after, descending ? to : from, descending);
        for (;;) {
          const rows = statement.all(
            path,
            place.key,
            place.number,
            descending ? from : to,
            ...bounds,
            at,
            chunk,
          );
          for (const row of rows) yield { row, position: positionOf(row) };
          const last = rows.at(-1);
          if (rows.length < chunk || last === undefined) break;
          chunk = Math.min(2 * chunk, CHUNK);
          place = positionOf(last);
        }
      }
    },
    count(scope, { path, spans }, limit) {
      const bounds = 'key' in scope ? [scope.key.effective] : [scope.range.min, scope.range.max];
      let found = 0;
      for (const { from, to } of spans) {
        found += Number(counts['key' in scope ? 'key' : 'range'].get(path, from, to, ...bounds, limit)?.n);
        if (found >= limit) break;
      }
      return found;
    },
  };
}

function prepareScans(file: DatabaseSync, container: number) {
  const index = `index_${container}`;
  const prepare = (entries: string, where: string, descending: boolean): StatementSync => {
    const [start, end, order] = descending ? ['<', '>=', 'DESC'] : ['>', '<', 'ASC'];
    return file.prepare(
      `SELECT ${scannedColumns('i')}, x.key AS entry_key FROM ${entries} CROSS JOIN items_${container} i ON i.number = x.number
       WHERE x.path = ? AND (x.key, x.number) ${start} (?, ?) AND x.key ${end} ? AND ${where} AND (i.expires IS NULL OR i.expires > ?)
       ORDER BY x.key ${order}, x.number ${order} LIMIT ?`,
    );
  };
  const [key, range] = ['x.effective = ? AND i.partition_key = ?', 'x.effective >= ? AND x.effective < ?'];
  const all = `${index} AS x INDEXED BY ${index}_all`;
  const own = `${index} AS x NOT INDEXED`;
  return {
    key: { ascending: prepare(own, key, false), descending: prepare(own, key, true) },
    range: { ascending: prepare(all, range, false), descending: prepare(all, range, true) },
  };
}

function positionOf(row: Record<string, SQLOutputValue>): EntryPosition {
  return { key: row.entry_key as Uint8Array, number: row.number as number };
}

function startOf(after: EntryPosition | undefined, edge: Uint8Array, descending: boolean): EntryPosition {
  return after !== undefined && isBeyond(after.key, edge, descending) ? after : { key: edge, number: -1 };
}

/** True when a scan that is at `key` has `edge` behind it: ends are exclusive above, inclusive below. */
function isBeyond(key: Uint8Array, edge: Uint8Array, descending: boolean): boolean {
  const order = Buffer.compare(key, edge);
  return descending ? order < 0 : order >= 0;
}

function without(entries: readonly IndexEntry[], others: readonly IndexEntry[]): IndexEntry[] {
  const known = new Set(others.map((entry) => JSON.stringify(entry)));
  return entries.filter((entry) => !known.has(JSON.stringify(entry)));
}
