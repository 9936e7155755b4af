import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
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
import { type JsonObject, parseJson } from './json.ts';
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
  scanPartition(key: PartitionKey, after: ScanPosition | undefined, at: number): Iterable<StoredItem>;
  /** Items of a range of effective keys. */
  scanRange(range: KeyRange, after: ScanPosition | undefined, at: number): Iterable<StoredItem>;
  /** Items written after `lsn`, oldest write first. */
  changesAfter(lsn: number, range: KeyRange, at: number): Iterable<StoredItem>;
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
  ): Iterable<{ item: StoredItem; position: EntryPosition }>;
  countIndex: ItemIndex['count'];
  /** Makes the sorted index anew. To be called in a transaction. */
  reindex(paths: readonly IndexedPath[]): void;
};

/** LSNs are reserved in blocks, so that deletes cannot make the counter go back at a restart and a write costs no extra row. */
const LSN_BLOCK = 4096;

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

const ALIVE = '(expires IS NULL OR expires > ?)';

/** Opens the table of a container. */
export function openItemsTable(file: DatabaseSync, container: number): ItemsTable {
  const table = `items_${container}`;
  const prepare = (sql: string): StatementSync => file.prepare(sql.replaceAll('$table', table));
  const select = `SELECT * FROM $table WHERE`;
  const find = prepare(`${select} effective = ? AND partition_key = ? AND id = ? AND ${ALIVE}`);
  const findBody = prepare(
    `SELECT body FROM $table WHERE effective = ? AND partition_key = ? AND id = ? AND ${ALIVE}`,
  );
  const findHead = prepare(
    `SELECT number, effective, lsn, terms, entries, octet_length(body) AS bytes FROM $table WHERE effective = ? AND partition_key = ? AND id = ? AND ${ALIVE}`,
  );
  const findNumber = prepare(`${select} number = ? AND ${ALIVE}`);
  const insert = prepare(
    'INSERT INTO $table (number, effective, partition_key, id, lsn, written, ttl, expires, terms, entries, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const update = prepare(
    'UPDATE $table SET lsn = ?, written = ?, ttl = ?, expires = ?, terms = ?, entries = ?, body = ? WHERE number = ?',
  );
  const remove = prepare('DELETE FROM $table WHERE number = ?');
  const partition = prepare(
    `${select} effective = ? AND partition_key = ? AND id > ? AND ${ALIVE} ORDER BY id LIMIT ${CHUNK}`,
  );
  const range = prepare(
    `${select} (effective, partition_key, id) > (?, ?, ?) AND effective < ? AND ${ALIVE} ORDER BY effective, partition_key, id LIMIT ${CHUNK}`,
  );
  const changes = prepare(
    `${select} lsn > ? AND effective >= ? AND effective < ? AND ${ALIVE} ORDER BY lsn LIMIT ${CHUNK}`,
  );
  const reserve = file.prepare('UPDATE containers SET reserved_lsn = ? WHERE number = ?');
  const expiredBy = prepare('DELETE FROM $table WHERE expires <= ? RETURNING number, effective, entries');
  const anyAt = prepare(
    'DELETE FROM $table WHERE effective = ? AND partition_key = ? AND id = ? RETURNING number, effective, entries',
  );
  const index = openItemIndex(file, container);

  let lsn = Number(
    file.prepare('SELECT reserved_lsn FROM containers WHERE number = ?').get(container)?.reserved_lsn,
  );
  let reserved = lsn;

  return {
    find: (key, id, at) => toItem(find.get(key.effective, key.text, id, at)),
    findBody: (key, id, at) => findBody.get(key.effective, key.text, id, at)?.body as string | undefined,
    findHead: (key, id, at) => findHead.get(key.effective, key.text, id, at) as ItemHead | undefined,
    findNumber: (wanted, at) => toItem(findNumber.get(wanted, at)),
    reserveLsns(count) {
      if (lsn + count <= reserved) return;
      reserve.run(lsn + count + LSN_BLOCK, container);
      reserved = lsn + count + LSN_BLOCK;
    },
    nextLsn() {
      lsn += 1;
      return lsn;
    },
    lastLsn: () => lsn,
    insert(item, ttl) {
      if (!put(item, ttl)) {
        for (const row of anyAt.all(item.effective, item.partitionKey, item.id)) index.remove(toIndexed(row));
        put(item, ttl);
      }
      index.add(item);
    },
    update(before, item, ttl) {
      const { number, lsn, written, expires, terms, entries, body } = item;
      update.run(lsn, written, ttl, expires, terms, entries, body, number);
      index.change({ number, effective: before.effective, entries }, before.entries);
    },
    remove(gone) {
      remove.run(gone.number);
      index.remove(gone);
    },
    *scanPartition(key, after, at) {
      let id = after?.id ?? '';
      for (;;) {
        const rows = partition.all(key.effective, key.text, id, at);
        for (const row of rows) yield toItem(row) as StoredItem;
        if (rows.length < CHUNK) return;
        id = String(rows.at(-1)?.id);
      }
    },
    *scanRange({ min, max }, after, at) {
      let from: [string, string, string] = after
        ? [after.effective, after.partitionKey, after.id]
        : [min, '', ''];
      for (;;) {
        const rows = range.all(...from, max, at);
        for (const row of rows) yield toItem(row) as StoredItem;
        const last = rows.at(-1);
        if (rows.length < CHUNK || last === undefined) return;
        from = [String(last.effective), String(last.partition_key), String(last.id)];
      }
    },
    *changesAfter(after, { min, max }, at) {
      let from = after;
      for (;;) {
        const rows = changes.all(from, min, max, at);
        for (const row of rows) yield toItem(row) as StoredItem;
        if (rows.length < CHUNK) return;
        from = Number(rows.at(-1)?.lsn);
      }
    },
    lsnBefore(seconds) {
      const row = prepare('SELECT min(lsn) AS first FROM $table WHERE written >= ?').get(seconds);
      return row?.first === null ? lsn : Number(row?.first) - 1;
    },
    setDefaultTtl(defaultTtl) {
      if (defaultTtl === undefined) {
        prepare('UPDATE $table SET expires = NULL WHERE expires IS NOT NULL').run();
        return;
      }
      const fallback = defaultTtl === -1 ? null : defaultTtl;
      prepare(
        'UPDATE $table SET expires = CASE WHEN ttl = -1 THEN NULL ELSE 1000 * (written + coalesce(ttl, ?)) END',
      ).run(fallback);
    },
    removeExpired(at) {
      const gone = expiredBy.all(at);
      for (const row of gone) index.remove(toIndexed(row));
      return gone.length;
    },
    *scanIndex(scope, scan, after, at) {
      for (const { row, position } of index.scan(scope, scan, after, at))
        yield { item: toItem(row) as StoredItem, position };
    },
    countIndex: index.count,
    reindex(paths) {
      index.clear();
      const every = prepare(
        `SELECT number, effective, body FROM $table WHERE number > ? ORDER BY number LIMIT ${CHUNK}`,
      );
      const keep = prepare('UPDATE $table SET entries = ? WHERE number = ?');
      let rows = every.all(-1);
      while (rows.length > 0) {
        for (const { number, effective, body } of rows) {
          const entries = entriesOf(parseJson(String(body)) as JsonObject, paths);
          keep.run(entries, Number(number));
          index.add({ number: Number(number), effective: String(effective), entries });
        }
        rows = every.all(Number(rows.at(-1)?.number));
      }
    },
  };

  function put(item: StoredItem, ttl: number | null): boolean {
    const { number, effective, partitionKey, id, lsn, written, expires, terms, entries, body } = item;
    const { changes } = insert.run(
      number,
      effective,
      partitionKey,
      id,
      lsn,
      written,
      ttl,
      expires,
      terms,
      entries,
      body,
    );
    return changes === 1;
  }
}

/** Rows a scan loads at a time: bounds memory, and lets a transaction write between two pages. */
const CHUNK = 200;

function toItem(row: Record<string, SQLOutputValue> | undefined): StoredItem | undefined {
  if (row === undefined) return undefined;
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

function toIndexed(row: Record<string, SQLOutputValue>): IndexedItem {
  return {
    number: row.number as number,
    effective: row.effective as string,
    entries: row.entries as string,
  };
}
