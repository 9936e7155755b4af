import type { DatabaseSync } from 'node:sqlite';
import { onHandOf, shortfallOf } from '../../../shared/domain/ledger.ts';
import {
  type BookingLookup,
  type BookingWrites,
  deltaSumKey,
  type LedgerResult,
  type PositionKey,
  positionKeyText,
} from '../database.ts';
import { rowOf } from './rows.ts';

/** The transactions and what they did to positions, to be called inside a booking's transaction. */
export interface LedgerStore {
  /** By transaction id in lower case. */
  read(transactionIds: readonly string[]): Map<string, LedgerResult>;
  /** By `deltaSumKey`. */
  readDeltaSums(
    counts: BookingLookup['counts'],
    positions: ReadonlyMap<string, { countKey: string | null }>,
  ): Map<string, number>;
  /** `positionIds` by `positionKeyText`, of all that have moved. */
  write(writes: Pick<BookingWrites, 'ledger' | 'movements'>, positionIds: ReadonlyMap<string, number>): void;
}

interface LedgerRow {
  body_hash: string;
  on_hand: number;
  version: number;
}

export function createLedgerStore(
  connection: DatabaseSync,
  positionIdOf: (key: PositionKey) => number | undefined,
): LedgerStore {
  const sql = prepareStatements(connection);

  function writeLedger(ledger: BookingWrites['ledger']): Map<string, number | bigint> {
    const ids = new Map<string, number | bigint>();
    for (const { transaction, bodyHash, outcome, onHand, version, scannedAt, flags, committedAt } of ledger) {
      const id = transaction.transactionId.toLowerCase();
      const { lastInsertRowid } = sql.addTransaction.run(
        ...[id, bodyHash, outcome, onHand, version, committedAt, JSON.stringify(transaction)],
        ...[scannedAt, JSON.stringify(flags)],
      );
      ids.set(id, lastInsertRowid);
    }
    return ids;
  }

  return {
    read(transactionIds) {
      const found = new Map<string, LedgerResult>();
      for (const id of transactionIds) {
        const row = rowOf<LedgerRow>(sql.transaction, id);
        if (row) {
          found.set(id, { bodyHash: row.body_hash, onHand: row.on_hand, version: row.version });
        }
      }
      return found;
    },

    readDeltaSums(counts, positions) {
      const found = new Map<string, number>();
      for (const { position, scanKey } of counts) {
        if (scanKey <= (positions.get(positionKeyText(position))?.countKey ?? '')) continue;
        const id = positionIdOf(position);
        const row = id === undefined ? undefined : rowOf<{ total: number }>(sql.deltaSum, id, scanKey);
        if (row) found.set(deltaSumKey(position, scanKey), row.total);
      }
      return found;
    },

    write({ ledger, movements }, positionIds) {
      const ledgerIds = writeLedger(ledger);
      for (const movement of movements) {
        const { transactionId, position, kind, quantity, scanKey, effectiveChange, after } = movement;
        sql.addMovement.run(
          ...[positionIds.get(positionKeyText(position)) ?? null, after.version],
          ...[ledgerIds.get(transactionId.toLowerCase()) ?? null, kind, quantity, scanKey, effectiveChange],
          ...[onHandOf(after), shortfallOf(after), movement.recountLockId ?? null],
        );
      }
    },
  };
}

function prepareStatements(connection: DatabaseSync) {
  const prepare = (text: string) => connection.prepare(text);
  return {
    transaction: prepare('SELECT body_hash, on_hand, version FROM ledger WHERE transaction_id = ?'),
    deltaSum: prepare(`SELECT coalesce(sum(quantity), 0) AS total FROM movement
      WHERE position_id = ? AND scan_key > ? AND kind = 'delta'`),
    addTransaction: prepare(`INSERT INTO ledger
      (transaction_id, body_hash, outcome, on_hand, version, committed_at, body, scanned_at, flags)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    addMovement: prepare(`INSERT INTO movement (position_id, version, ledger_id, kind, quantity, scan_key,
      effective_change, on_hand, shortfall, recount_lock_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
  };
}
