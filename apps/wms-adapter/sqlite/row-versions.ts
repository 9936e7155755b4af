import type { DatabaseSync } from 'node:sqlite';
import { rowOf } from './rows.ts';

/** The numbers of changed rows, to be drawn inside the transaction that changes them. */
export interface RowVersions {
  /** Draws so many, and answers the one before the first of them. */
  draw(count: number): number;
}

export function createRowVersions(connection: DatabaseSync): RowVersions {
  const draw = connection.prepare('UPDATE row_version SET last = last + ? RETURNING last');
  return {
    draw(count) {
      if (count === 0) return 0;
      const row = rowOf<{ last: number }>(draw, count);
      if (row === undefined) throw new Error('the table row_version has lost its row');
      return row.last - count;
    },
  };
}
