import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { entriesOf, type IndexedPath } from './index-entries.ts';
import {
  createItemIndex,
  dropItemIndex,
  type EntryPosition,
  type IndexedItem,
  type IndexScan,
  type IndexScope,
  type ItemIndex,
  openItemIndex,
} from './item-index.ts';
import { CHUNK, prepareItemsStatements } from './items-statements.ts';
import { type JsonObject, parseJson } from './json.ts';
import { openLsnCounter } from './lsn-counter.ts';
import type { KeyRange, PartitionKey } from './partition-key.ts';

/** An item as stored. `body` is its JSON text with the system properties; `terms` its index terms (`packTerms`); `entries` what the sorted index holds of it (`entriesOf`); `number` the lsn of its creation; times are milliseconds since 1970. */
export type StoredItem = {
  number: number;
  effective: string;
  partitionKey: string;
  id: string;
  lsn: number;
  /** When it was last written, seconds since 1970 (`_ts`). */
  written: number;
  expires: number | null;
  terms: Uint8Array;
  entries: string;
  body: string;
};

/** What a write has to know of the item it changes; `bytes` is the size of its body. */
export type ItemHead = Pick<StoredItem, 'number' | 'effective' | 'lsn' | 'terms' | 'entries'> & {
  bytes: number;
};

/** A place in the order of the primary index, exclusive: where a scan goes on. */
export type ScanPosition = { effective: string; partitionKey: string; id: string };

/** What a scan gives of an item; the rest is not loaded, as a query may look at a million. */
export type ScannedItem = ScanPosition & Pick<StoredItem, 'number' | 'lsn' | 'body'>;

/** What a write changes of an item. */
export type ItemUpdate = Omit<StoredItem, 'effective' | 'partitionKey' | 'id'>;

/** The rows of one container. Reads leave out expired items; `at` is milliseconds since 1970. */
export type ItemsTable = {
  find(key: PartitionKey, id: string, at: number): StoredItem | undefined;
  /** `find` without the body, which writes need not load. */
  findHead(key: PartitionKey, id: string, at: number): ItemHead | undefined;
  findBody(key: PartitionKey, id: string, at: number): string | undefined;
  findNumber(number: number, at: number): StoredItem | undefined;
  /** Makes sure that the next `count` sequence numbers are never given again after a restart. To be called before the transaction. */
  reserveLsns(count: number): void;
  /** The next log sequence number; grows with every write. */
  nextLsn(): number;
  /** The last number `nextLsn` gave. */
  lastLsn(): number;
  /** Inserts; takes the place of an expired item with the same id that has not been swept yet. */
  insert(item: StoredItem, ttl: number | null): void;
  /** Writes over the item that `before` is the head of. */
  update(before: Pick<ItemHead, 'effective' | 'entries'>, item: ItemUpdate, ttl: number | null): void;
  remove(gone: Pick<ItemHead, 'number' | 'effective' | 'entries'>): void;
  /** Items of one partition, in the order of their ids. */
  scanPartition(key: PartitionKey, after: ScanPosition | undefined, at: number): Iterable<ScannedItem>;
  /** Items of a range of effective keys. */
  scanRange(range: KeyRange, after: ScanPosition | undefined, at: number): Iterable<ScannedItem>;
  /** Items written after `lsn`, oldest write first. */
  changesAfter(lsn: number, range: KeyRange, at: number): Iterable<ScannedItem>;
  /** The lsn before the first write at or after `seconds` since 1970. */
  lsnBefore(seconds: number): number;
  /** Applies a new container default (seconds, -1: none but expiry by `ttl`; undefined: nothing expires) to all items. */
  setDefaultTtl(defaultTtl: number | undefined): void;
  /** Deletes what has expired; answers how many. To be called in a transaction. */
  removeExpired(at: number): number;
  /** Items by the values of indexed paths. */
  scanIndex(
    scope: IndexScope,
    scan: IndexScan,
    after: EntryPosition | undefined,
    at: number,
  ): Iterable<{ item: ScannedItem; position: EntryPosition }>;
  countIndex: ItemIndex['count'];
  /** Makes the sorted index anew. To be called in a transaction. */
  reindex(paths: readonly IndexedPath[]): void;
};

/** Creates the table and indexes of a new container. Keyed by hash, key and id, so that a partition or a range is one index scan. */
export function createItemsTable(file: DatabaseSync, container: number): void {
  file.exec(`
    CREATE TABLE items_${container} (
      number INTEGER PRIMARY KEY,
      effective TEXT NOT NULL,
      partition_key TEXT NOT NULL,
      id TEXT NOT NULL,
      lsn INTEGER NOT NULL,
      written INTEGER NOT NULL,
      ttl INTEGER,
      expires INTEGER,
      terms BLOB NOT NULL,
      entries TEXT NOT NULL,
      body TEXT NOT NULL,
      UNIQUE (effective, partition_key, id)
    ) STRICT;
    CREATE INDEX items_${container}_lsn ON items_${container} (lsn);
    CREATE INDEX items_${container}_expires ON items_${container} (expires) WHERE expires IS NOT NULL;
  `);
  createItemIndex(file, container);
}

/** Drops what `createItemsTable` made. */
export function dropItemsTable(file: DatabaseSync, container: number): void {
  file.exec(`DROP TABLE items_${container}`);
  dropItemIndex(file, container);
}

/** Opens the table of a container. */
export function openItemsTable(file: DatabaseSync, container: number): ItemsTable {
  const statements = prepareItemsStatements(file, container);
  const index = openItemIndex(file, container);
  const lsns = openLsnCounter(file, container);
  return {
    ...readsOf(statements),
    ...writesOf(statements, index),
    reserveLsns: lsns.reserve,
    nextLsn: lsns.next,
    lastLsn: lsns.last,
    lsnBefore(seconds) {
      const row = statements.firstLsnSince.get(seconds);
      return row?.first === null ? lsns.last() : Number(row?.first) - 1;
    },
    *scanIndex(scope, scan, after, at) {
      for (const { row, position } of index.scan(scope, scan, after, at))
        yield { item: toScanned(row), position };
    },
    countIndex: index.count,
    reindex: (paths) => reindex(statements, index, paths),
  };
}

type Statements = ReturnType<typeof prepareItemsStatements>;
type Reads = 'find' | 'findHead' | 'findBody' | 'findNumber' | 'scanPartition' | 'scanRange' | 'changesAfter';
type Writes = 'insert' | 'update' | 'remove' | 'setDefaultTtl' | 'removeExpired';

function readsOf(statements: Statements): Pick<ItemsTable, Reads> {
  const { find, findHead, findBody, findNumber, partition, range, changes } = statements;
  return {
    find: (key, id, at) => itemOrNone(find.get(key.effective, key.text, id, at)),
    findBody: (key, id, at) => findBody.get(key.effective, key.text, id, at)?.body as string | undefined,
    findHead: (key, id, at) => findHead.get(key.effective, key.text, id, at) as ItemHead | undefined,
    findNumber: (wanted, at) => itemOrNone(findNumber.get(wanted, at)),
    scanPartition: (key, after, at) =>
      scan(
        (id) => partition.all(key.effective, key.text, id, at),
        after?.id ?? '',
        (last) => last.id,
      ),
    scanRange: ({ min, max }, after, at) =>
      scan(
        ({ effective, partitionKey, id }) => range.all(effective, partitionKey, id, max, at),
        after ?? { effective: min, partitionKey: '', id: '' },
        (last) => last,
      ),
    changesAfter: (after, { min, max }, at) =>
      scan(
        (lsn) => changes.all(lsn, min, max, at),
        after,
        (last) => last.lsn,
      ),
  };
}

/** Items chunk by chunk. @param load the rows of a chunk behind a place @param placeOf where the next chunk begins */
function* scan<Place>(
  load: (after: Place) => Row[],
  start: Place,
  placeOf: (last: ScannedItem) => Place,
): Generator<ScannedItem> {
  let place = start;
  for (;;) {
    let last: ScannedItem | undefined;
    const rows = load(place);
    for (const row of rows) {
      last = toScanned(row);
      yield last;
    }
    if (rows.length < CHUNK || last === undefined) return;
    place = placeOf(last);
  }
}

function writesOf(statements: Statements, index: ItemIndex): Pick<ItemsTable, Writes> {
  const put = (item: StoredItem, ttl: number | null): boolean => {
    const { number, effective, partitionKey, id, lsn, written, expires, terms, entries, body } = item;
    const system = [number, effective, partitionKey, id, lsn, written, ttl, expires] as const;
    return statements.insert.run(...system, terms, entries, body).changes === 1;
  };
  return {
    insert(item, ttl) {
      if (!put(item, ttl)) {
        const expired = statements.removeAt.all(item.effective, item.partitionKey, item.id);
        for (const row of expired) index.remove(toIndexed(row));
        put(item, ttl);
      }
      index.add(item);
    },
    update(before, item, ttl) {
      const { number, lsn, written, expires, terms, entries, body } = item;
      statements.update.run(lsn, written, ttl, expires, terms, entries, body, number);
      index.change({ number, effective: before.effective, entries }, before.entries);
    },
    remove(gone) {
      statements.remove.run(gone.number);
      index.remove(gone);
    },
    setDefaultTtl(defaultTtl) {
      if (defaultTtl === undefined) statements.neverExpire.run();
      else statements.expireByTtl.run(defaultTtl === -1 ? null : defaultTtl);
    },
    removeExpired(at) {
      const gone = statements.removeExpired.all(at);
      for (const row of gone) index.remove(toIndexed(row));
      return gone.length;
    },
  };
}

function reindex({ bodies, setEntries }: Statements, index: ItemIndex, paths: readonly IndexedPath[]): void {
  index.clear();
  let rows = bodies.all(-1);
  while (rows.length > 0) {
    for (const { number, effective, body } of rows) {
      const entries = entriesOf(parseJson(String(body)) as JsonObject, paths);
      setEntries.run(entries, Number(number));
      index.add({ number: Number(number), effective: String(effective), entries });
    }
    rows = bodies.all(Number(rows.at(-1)?.number));
  }
}

type Row = Record<string, SQLOutputValue>;

function itemOrNone(row: Row | undefined): StoredItem | undefined {
  return row && toItem(row);
}

function toItem(row: Row): StoredItem {
  return {
    number: row.number as number,
    effective: row.effective as string,
    partitionKey: row.partition_key as string,
    id: row.id as string,
    lsn: row.lsn as number,
    written: row.written as number,
    expires: row.expires as number | null,
    terms: row.terms as Uint8Array,
    entries: row.entries as string,
    body: row.body as string,
  };
}

function toScanned(row: Row): ScannedItem {
  return {
    number: row.number as number,
    effective: row.effective as string,
    partitionKey: row.partition_key as string,
    id: row.id as string,
    lsn: row.lsn as number,
    body: row.body as string,
  };
}

function toIndexed(row: Row): IndexedItem {
  return {
    number: row.number as number,
    effective: row.effective as string,
    entries: row.entries as string,
  };
}
