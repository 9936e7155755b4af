import { DatabaseSync } from 'node:sqlite';
import { StorageFullError } from '../core/device-store.ts';
import { compiledOnce } from './compiled.ts';
import { cellOf, type Sql, type SqlRow } from './sql.ts';
import { inTransaction } from './transaction.ts';

const SQLITE_FULL = 13;

/**
 * SQLite in Node, for fleets and tests. A commit is on the disk when it returns (write-ahead log, `synchronous = FULL`).
 * @param path of the file, or `:memory:`
 */
export function openNodeSqlite(path: string): Sql {
  const connection = new DatabaseSync(path);
  connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
  const { compiled } = compiledOnce((text) => connection.prepare(text));
  return {
    script: (text) => writing(() => connection.exec(text)),
    run: (text, ...values) => writing(() => Number(compiled(text).run(...values).changes)),
    all: (text, ...values) =>
      compiled(text)
        .all(...values)
        .map(rowOf),
    transaction: (work) => writing(() => inTransaction((text) => connection.exec(text), work)),
    close: () => connection.close(),
  };
}

function rowOf(row: Record<string, unknown>): SqlRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cellOf(value)]));
}

function writing<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_FULL)
      throw new StorageFullError(error.message, { cause: error });
    throw error;
  }
}
