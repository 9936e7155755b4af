import type { Database, PreparedStatement } from '@sqlite.org/sqlite-wasm';
import { StorageFullError } from '../core/device-store.ts';
import { compiledOnce } from './compiled.ts';
import { cellOf, type Sql, type SqlRow, type SqlValue } from './sql.ts';
import { inTransaction } from './transaction.ts';

const SQLITE_IOERR = 10;
const SQLITE_FULL = 13;

/**
 * SQLite in the browser, on a connection of the wasm build's OO1 interface: `new pool.OpfsSAHPoolDb('/device.db')`, or
 * `new sqlite3.oo1.DB(':memory:')`. A commit is on the disk when it returns.
 *
 * The write-ahead log needs no shared memory where one connection has the file for itself, and takes one write and one flush a
 * commit, a rollback journal three. Where a VFS does not offer it a journal is kept instead.
 */
export function sqliteWasm(connection: Database): Sql {
  connection.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL');
  if (connection.selectValue('PRAGMA journal_mode = WAL') !== 'wal')
    connection.exec('PRAGMA journal_mode = TRUNCATE');
  const { compiled, all } = compiledOnce((text) => connection.prepare(text));
  return {
    script: (text) => writing(() => connection.exec(text)),
    run: (text, ...values) => writing(() => runOnce(connection, compiled(text), values)),
    all: (text, ...values) => rowsOf(compiled(text), values),
    transaction: (work) => writing(() => inTransaction((text) => connection.exec(text), work)),
    close() {
      for (const statement of all()) statement.finalize();
      connection.close();
    },
  };
}

function runOnce(connection: Database, statement: PreparedStatement, values: readonly SqlValue[]): number {
  try {
    if (values.length > 0) statement.bind([...values]);
    statement.step();
  } finally {
    statement.reset(true);
  }
  return connection.changes();
}

function rowsOf(statement: PreparedStatement, values: readonly SqlValue[]): SqlRow[] {
  try {
    if (values.length > 0) statement.bind([...values]);
    const names = statement.getColumnNames();
    const rows: SqlRow[] = [];
    while (statement.step())
      rows.push(Object.fromEntries(names.map((name, column) => [name, cellOf(statement.get(column))])));
    return rows;
  } finally {
    statement.reset(true);
  }
}

/** `opfs-sahpool` tells a quota that is used up as an input/output error, like any other write that fails. */
function writing<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const code = error instanceof Error && 'resultCode' in error ? Number(error.resultCode) & 0xff : 0;
    if (error instanceof Error && (code === SQLITE_FULL || code === SQLITE_IOERR))
      throw new StorageFullError(error.message, { cause: error });
    throw error;
  }
}
