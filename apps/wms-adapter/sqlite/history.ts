import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { TransactionFlag } from '../../../shared/contracts/transaction.ts';
import { isPartOf } from '../../../shared/domain/ledger.ts';
import { columnsOf, cursorOfPosition, cursorOfScanKey, pageOf, scanKeyOfCursor } from '../cursor.ts';
import type {
  ExplainedPosition,
  ExplainedQuery,
  LedgerEntry,
  PositionHistory,
} from '../history/ledger-entry.ts';
import type { Page } from '../page.ts';
import { afterPosition, allOf, equal, POSITION_KEY } from './conditions.ts';
import { keyOf, type PositionRow } from './position-store.ts';
import { jsonOf, rowOf, rowsOf } from './rows.ts';

const ENTRIES_OF_EXPLAINED = 100;

interface EntryRow {
  version: number;
  kind: LedgerEntry['kind'];
  quantity: number;
  scan_key: string;
  effective_change: number;
  on_hand: number;
  shortfall: number;
  scanned_at: string;
  committed_at: string;
  flags: string;
  body: string;
}

const ENTRY = `SELECT movement.*, scanned_at, committed_at, flags, body
  FROM movement JOIN ledger USING (ledger_id) WHERE position_id = ?`;
const LAST_FIRST = 'ORDER BY scan_key DESC';

/** The scan time at the head of a scan key has nanoseconds, the end of a lock milliseconds. */
const SCANNED_UNTIL_ITS_END = `(position.count_key IS NULL
  OR substr(position.count_key, 1, 30) <= substr(location_lock.ends_at, 1, 23) || '000000Z')`;

/** A flagged movement whose lock has ended after the latest count, if any, was scanned. */
const TO_RECOUNT = `movement.recount_lock_id IS NOT NULL AND EXISTS (SELECT 1 FROM location_lock
  WHERE lock_id = movement.recount_lock_id AND ${SCANNED_UNTIL_ITS_END})`;

/** What explains the figures of positions. */
export function createHistory(connection: DatabaseSync): PositionHistory {
  const prepare = (text: string) => connection.prepare(text);
  const sql = {
    position: prepare(`SELECT * FROM position
      WHERE warehouse_id = ? AND item_id = ? AND location_id = ? AND lot_number = ?`),
    newest: prepare(`${ENTRY} ${LAST_FIRST} LIMIT ?`),
    before: prepare(`${ENTRY} AND scan_key < ? ${LAST_FIRST} LIMIT ?`),
    counting: prepare(`${ENTRY} AND scan_key >= ? ${LAST_FIRST} LIMIT ${ENTRIES_OF_EXPLAINED}`),
    toRecount: prepare(`${ENTRY} AND scan_key IN (
      SELECT scan_key FROM movement JOIN position USING (position_id)
      WHERE position_id = ? AND ${TO_RECOUNT}
      ORDER BY scan_key DESC LIMIT ${ENTRIES_OF_EXPLAINED}) ${LAST_FIRST}`),
  };

  function explained(
    position: PositionRow,
    statement: StatementSync,
    ...values: SQLInputValue[]
  ): ExplainedPosition {
    const rows = rowsOf<EntryRow>(statement, position.position_id, ...values);
    return explainedBy(position, rows.map(entryIn(position)));
  }

  /** Positions in their order, read by `select` with more conditions. */
  function page(
    select: string,
    { warehouseId, itemId, after, limit }: ExplainedQuery,
    explain: (position: PositionRow) => ExplainedPosition,
  ): Page<ExplainedPosition> {
    const { text, values } = allOf([
      ...equal('position.warehouse_id', warehouseId),
      ...equal('position.item_id', itemId),
      ...afterPosition(after),
    ]);
    const statement = prepare(`${select} AND ${text} ORDER BY ${POSITION_KEY} LIMIT ?`);
    const rows = rowsOf<PositionRow>(statement, ...values, limit + 1);
    return pageOf(rows, limit, explain, (row) => cursorOfPosition(keyOf(row)));
  }

  return {
    async history(key, { after, limit }) {
      const position = rowOf<PositionRow>(sql.position, ...columnsOf(key));
      if (position === undefined) return undefined;
      const id = position.position_id;
      const rows =
        after === undefined
          ? rowsOf<EntryRow>(sql.newest, id, limit + 1)
          : rowsOf<EntryRow>(sql.before, id, scanKeyOfCursor(after), limit + 1);
      const { rows: entries, next } = pageOf(rows, limit, entryIn(position), (row) =>
        cursorOfScanKey(row.scan_key),
      );
      return { ...explainedBy(position, entries), ...(next !== undefined && { next }) };
    },

    shortfalls: async (query) =>
      page('SELECT * FROM position WHERE shortfall > 0', query, (position) =>
        explained(position, sql.counting, position.count_key ?? ''),
      ),

    // From the flagged movements, which are few, to their positions.
    recounts: async (query) =>
      page(
        `SELECT position.* FROM (
          SELECT DISTINCT position_id FROM movement JOIN position USING (position_id) WHERE ${TO_RECOUNT}
        ) AS flagged CROSS JOIN position USING (position_id) WHERE TRUE`,
        query,
        (position) => explained(position, sql.toRecount, position.position_id),
      ),
  };
}

function explainedBy(position: PositionRow, entries: readonly LedgerEntry[]): ExplainedPosition {
  const { on_hand: onHand, shortfall, version } = position;
  return { key: keyOf(position), onHand, shortfall, version, entries };
}

function entryIn({ count_key: countKey }: PositionRow): (row: EntryRow) => LedgerEntry {
  return (row) => ({
    version: row.version,
    kind: row.kind,
    quantity: row.quantity,
    effectiveChange: row.effective_change,
    onHand: row.on_hand,
    shortfall: row.shortfall,
    counts: isPartOf({ countKey }, row.scan_key),
    scannedAt: row.scanned_at,
    committedAt: row.committed_at,
    flags: jsonOf<TransactionFlag[]>(row.flags),
    transaction: jsonOf(row.body),
  });
}
