import type { DatabaseSync } from 'node:sqlite';

/** Runs `work` in a write transaction: all of it is committed, or, when it throws, none. */
export function inTransaction<Result>(connection: DatabaseSync, work: () => Result): Result {
  connection.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    connection.exec('COMMIT');
    return result;
  } catch (error) {
    if (connection.isTransaction) {
      connection.exec('ROLLBACK');
    }
    throw error;
  }
}

/** Like `inTransaction`, for writes that a power cut may undo; a crash of the process does not. */
export function inRelaxedTransaction<Result>(connection: DatabaseSync, work: () => Result): Result {
  connection.exec('PRAGMA synchronous = NORMAL');
  try {
    return inTransaction(connection, work);
  } finally {
    connection.exec('PRAGMA synchronous = FULL');
  }
}
