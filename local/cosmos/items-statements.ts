import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Rows a scan loads at a time: bounds memory, and lets a transaction write between two pages. */
export const CHUNK = 200;

/** The columns of a `ScannedItem`, of the items table under a name. */
export function scannedColumns(table: string): string {
  return ['number', 'effective', 'partition_key', 'id', 'lsn', 'body']
    .map((name) => `${table}.${name}`)
    .join(', ');
}

const ALIVE = '(expires IS NULL OR expires > ?)';
const SAME = 'effective = ? AND partition_key = ? AND id = ?';

/** The statements of one container's items table. Those that read leave out what has expired by their parameter `at`. */
export function prepareItemsStatements(file: DatabaseSync, container: number) {
  const prepare = (sql: string): StatementSync =>
    file.prepare(sql.replaceAll('$table', `items_${container}`));
  const select = 'SELECT * FROM $table WHERE';
  const scan = `SELECT ${scannedColumns('$table')} FROM $table WHERE`;
  return {
    find: prepare(`${select} ${SAME} AND ${ALIVE}`),
    findBody: prepare(`SELECT body FROM $table WHERE ${SAME} AND ${ALIVE}`),
    findHead: prepare(
      `SELECT number, effective, lsn, terms, entries, octet_length(body) AS bytes FROM $table WHERE ${SAME} AND ${ALIVE}`,
    ),
    findNumber: prepare(`${select} number = ? AND ${ALIVE}`),
    insert: prepare(
      'INSERT INTO $table (number, effective, partition_key, id, lsn, written, ttl, expires, terms, entries, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    update: prepare(
      'UPDATE $table SET lsn = ?, written = ?, ttl = ?, expires = ?, terms = ?, entries = ?, body = ? WHERE number = ?',
    ),
    remove: prepare('DELETE FROM $table WHERE number = ?'),
    removeAt: prepare(`DELETE FROM $table WHERE ${SAME} RETURNING number, effective, entries`),
    removeExpired: prepare('DELETE FROM $table WHERE expires <= ? RETURNING number, effective, entries'),
    partition: prepare(
      `${scan} effective = ? AND partition_key = ? AND id > ? AND ${ALIVE} ORDER BY id LIMIT ${CHUNK}`,
    ),
    range: prepare(
      `${scan} (effective, partition_key, id) > (?, ?, ?) AND effective < ? AND ${ALIVE} ORDER BY effective, partition_key, id LIMIT ${CHUNK}`,
    ),
    // By its own choice SQLite goes through a whole range of effective keys, and sorts it, for each chunk.
    changes: prepare(
      `SELECT ${scannedColumns('$table')} FROM $table INDEXED BY $table_lsn
       WHERE lsn > ? AND effective >= ? AND effective < ? AND ${ALIVE} ORDER BY lsn LIMIT ${CHUNK}`,
    ),
    firstLsnSince: prepare('SELECT min(lsn) AS first FROM $table WHERE written >= ?'),
    neverExpire: prepare('UPDATE $table SET expires = NULL WHERE expires IS NOT NULL'),
    expireByTtl: prepare(
      'UPDATE $table SET expires = CASE WHEN ttl = -1 THEN NULL ELSE 1000 * (written + coalesce(ttl, ?)) END',
    ),
    bodies: prepare(
      `SELECT number, effective, body FROM $table WHERE number > ? ORDER BY number LIMIT ${CHUNK}`,
    ),
    setEntries: prepare('UPDATE $table SET entries = ? WHERE number = ?'),
  };
}
