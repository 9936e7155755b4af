import { number } from './rows.ts';
import type { Sql } from './sql.ts';

/** Of 4 KiB: half of what SQLite lets it grow to before it writes it back by itself, within the commit that makes it too long. */
const LONG_PAGES = 500;

/** Writes back what the log holds, where that is much. */
export function keepLogShort(sql: Sql): void {
  // https://sqlite.org/pragma.html#pragma_wal_checkpoint: only tells how long it is, or -1 where no log is kept.
  const [row] = sql.all('PRAGMA wal_checkpoint(NOOP)');
  if (row && number(row, 'log') >= LONG_PAGES) beginLogAnew(sql);
}

/** Writes back what the log holds, so that its room is used again. Where that cannot be, what was committed stays in the log. */
export function beginLogAnew(sql: Sql): void {
  try {
    sql.all('PRAGMA wal_checkpoint(RESTART)');
  } catch {
    return;
  }
}
