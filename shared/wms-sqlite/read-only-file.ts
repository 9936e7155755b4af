import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { WmsUnavailable } from '../ports/wms-sql.ts';

/**
 * Milliseconds for which a reading waits while another process keeps the file locked, as it may for moments when it
 * starts or ends. Nothing else of this process goes on meanwhile.
 */
const BUSY_TIMEOUT_MS = 1_000;

/**
 * Does the work on a SQLite file that another process writes, as of one moment. The file is opened for each reading and
 * closed after it, so that it may be replaced at any time, and a backup may be put back without this process holding the
 * old one's log. SQLite refuses every write on such a connection.
 *
 * @throws {WmsUnavailable} when the file is not there, locked, or none that this version can read
 */
export async function readFileOnce<Result>(
  path: string,
  work: (file: DatabaseSync) => Result,
): Promise<Result> {
  // Not on every machine that reads a WMS on SQL Server.
  const sqlite = await import('node:sqlite');
  let file: DatabaseSync | undefined;
  try {
    file = new sqlite.DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    file.exec('BEGIN');
    return work(file);
  } catch (error) {
    if (!isOfSqlite(error)) throw error;
    throw new WmsUnavailable(`the WMS database ${path} ${reasonOf(path, error.message)}`, { cause: error });
  } finally {
    file?.close();
  }
}

function isOfSqlite(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
}

function reasonOf(path: string, message: string): string {
  if (!existsSync(path)) return 'is not there: start the WMS adapter that writes it, or correct WmsSqlFile';
  if (/no such (table|column)/.test(message))
    return `is not of this version: start this version of the WMS adapter on it (${message})`;
  if (/locked/.test(message)) return 'is locked by another process';
  return `cannot be read: ${message.replaceAll(/\s+/g, ' ')}`;
}
