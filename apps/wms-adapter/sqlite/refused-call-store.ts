import type { DatabaseSync } from 'node:sqlite';
import type { BookingFound, BookingWrites } from '../database.ts';
import { rowOf } from './rows.ts';

/** The last calls of scanners in which a scan was refused, to be called inside a booking's transaction. */
export interface RefusedCallStore {
  read(scannerIds: readonly string[]): BookingFound['refusedCalls'];
  write(calls: BookingWrites['refusedCalls']): void;
}

export function createRefusedCallStore(connection: DatabaseSync): RefusedCallStore {
  const one = connection.prepare('SELECT call_number FROM refused_call WHERE scanner_id = ?');
  const put = connection.prepare(
    'INSERT OR REPLACE INTO refused_call (scanner_id, call_number) VALUES (?, ?)',
  );
  return {
    read(scannerIds) {
      const found = new Map<string, number>();
      for (const scannerId of scannerIds) {
        const row = rowOf<{ call_number: number }>(one, scannerId);
        if (row) found.set(scannerId, row.call_number);
      }
      return found;
    },
    write(calls) {
      for (const { scannerId, call } of calls) put.run(scannerId, call);
    },
  };
}
