import type { DatabaseSync } from 'node:sqlite';
import type { InventoryEvent } from '../../../shared/contracts/inventory-event.ts';
import type { Transaction } from '../../../shared/contracts/transaction.ts';
import {
  bookCount,
  bookDelta,
  EMPTY_POSITION_LEDGER,
  type PositionLedger,
  scanKey,
  shortfallOf,
} from '../../../shared/domain/ledger.ts';
import { iterateRows, jsonOf, rowOf } from './rows.ts';

/**
 * Fills the table of movements of an older file, and drops that of the deltas, which are among them. The events tell
 * version, figures and quantity of each, the ledger its scan; the shortfall follows from the ledger rule.
 */
export function moveDeltas(connection: DatabaseSync): void {
  const sql = {
    booked: connection.prepare(`SELECT event.body AS event, ledger.body AS scan, ledger_id, position_id
      FROM event
      JOIN ledger ON transaction_id = lower(event.body ->> '$.transactionId')
      JOIN position ON position.warehouse_id = event.body ->> '$.warehouseId'
        AND position.item_id = event.body ->> '$.itemId'
        AND position.location_id = event.body ->> '$.locationId'
        AND position.lot_number = coalesce(event.body ->> '$.lotNumber', '')
      WHERE event.kind = 'event'
        AND event.body ->> '$.eventType' NOT IN ('InventoryCountStarted', 'InventoryCountEnded')
      ORDER BY sequence`),
    deltaSum: connection.prepare(`SELECT coalesce(sum(quantity), 0) AS total FROM movement
      WHERE position_id = ? AND scan_key > ? AND kind = 'delta'`),
    add: connection.prepare(`INSERT INTO movement
      (position_id, version, ledger_id, kind, quantity, scan_key, effective_change, on_hand, shortfall)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`),
  };
  const ledgers = new Map<number, PositionLedger>();
  for (const row of iterateRows<BookedRow>(sql.booked)) {
    const event = jsonOf<InventoryEvent>(row.event);
    const key = scanKey(jsonOf<Transaction>(row.scan));
    const quantity = event.scannedQuantity ?? event.quantityChange;
    const before = ledgers.get(row.position_id) ?? EMPTY_POSITION_LEDGER;
    const isCount = event.eventType === 'InventoryCount';
    const sumAfter = () => rowOf<{ total: number }>(sql.deltaSum, row.position_id, key)?.total ?? 0;
    const { after } = isCount ? bookCount(before, key, quantity, sumAfter) : bookDelta(before, key, quantity);
    ledgers.set(row.position_id, after);
    sql.add.run(
      ...[row.position_id, event.version ?? null, row.ledger_id, isCount ? 'count' : 'delta', quantity, key],
      ...[event.quantityChange, event.resultingOnHand, shortfallOf(after)],
    );
  }
  connection.exec('DROP TABLE delta');
}

interface BookedRow {
  event: string;
  scan: string;
  ledger_id: number;
  position_id: number;
}
