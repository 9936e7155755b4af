import { isPartOf } from '../../../shared/domain/ledger.ts';
import { cursorOfPosition, cursorOfScanKey, pageOf, scanKeyOfCursor } from '../cursor.ts';
import type { PositionKey } from '../database.ts';
import type {
  ExplainedPosition,
  ExplainedQuery,
  LedgerEntry,
  PositionHistory,
} from '../history/ledger-entry.ts';
import type { Page } from '../page.ts';
import { jsonRows, SCAN_KEY, scanTimeIn } from './json-rows.ts';
import { afterPosition, equal, inPositionOrder, where } from './pages.ts';
import { ascii, integer, json } from './parameters.ts';
import { keyOf, keyRowOf, type PositionRow, positionColumns } from './position-rows.ts';
import type { Session } from './session.ts';

/** What explains the figures of positions. */
export function createHistory(session: Session): PositionHistory {
  return {
    history: (key, query) => readHistory(session, key, query),
    shortfalls: (query) => readExplained(session, query, 'p.shortfall > 0', IS_COUNTED),
    recounts: (query) => readExplained(session, query, IS_POSITION_TO_RECOUNT, IS_ENTRY_TO_RECOUNT),
  };
}

const ENTRIES_OF_EXPLAINED = 100;

interface EntryRow {
  readonly position_id: number;
  readonly version: number;
  readonly kind: LedgerEntry['kind'];
  readonly quantity: number;
  readonly scan_key: string;
  readonly effective_change: number;
  readonly on_hand: number;
  readonly shortfall: number;
  readonly scanned_at: string;
  readonly committed_at: Date;
  readonly flags: string;
  readonly body: string;
}

const ENTRY = `m.position_id, m.version, m.kind, m.quantity, m.scan_key, m.effective_change, m.on_hand, m.shortfall,
  ledger.scanned_at, ledger.committed_at, ledger.flags, ledger.body`;

/** The latest count, and what was scanned after it: in this form, where an index begins. */
const IS_COUNTED = "m.scan_key >= COALESCE(p.count_key, '')";

/** That the lock has ended after the latest count, if any, was scanned. */
const SCANNED_UNTIL_ITS_END = `(p.count_key IS NULL OR ${scanTimeIn('p.count_key')} <= l.ends_at)`;

const IS_ENTRY_TO_RECOUNT = `m.recount_lock_id IS NOT NULL AND EXISTS (SELECT 1 FROM wms.location_lock AS l
  WHERE l.lock_id = m.recount_lock_id AND ${SCANNED_UNTIL_ITS_END})`;

/** From the flagged movements, which are few, to their positions: it asks nothing of the row it is a condition of. */
const IS_POSITION_TO_RECOUNT = `p.position_id IN (
  SELECT m.position_id FROM wms.movement AS m
  JOIN wms.location_lock AS l ON l.lock_id = m.recount_lock_id
  JOIN wms.position AS p ON p.position_id = m.position_id
  WHERE m.recount_lock_id IS NOT NULL AND ${SCANNED_UNTIL_ITS_END})`;

async function readHistory(
  session: Session,
  key: PositionKey,
  { after, limit }: Parameters<PositionHistory['history']>[1],
): ReturnType<PositionHistory['history']> {
  const { warehouse_id, item_id, location_id, lot_number } = keyRowOf(key);
  const { text, parameters } = where(equal({ warehouse_id, item_id, location_id, lot_number }, 'p'));
  const [position] = await session.rows<PositionRow>(
    `SELECT ${positionColumns('p')} FROM wms.position AS p ${text}`,
    parameters,
  );
  if (position === undefined) return undefined;
  const before = after === undefined ? [] : ['m.scan_key < @before'];
  const rows = await session.rows<EntryRow>(
    `SELECT TOP (@limit) ${ENTRY} FROM wms.movement AS m JOIN wms.ledger AS ledger ON ledger.ledger_id = m.ledger_id
      WHERE ${['m.position_id = @positionId', ...before].join(' AND ')} ORDER BY m.scan_key DESC`,
    {
      positionId: integer(position.position_id),
      ...(after !== undefined && { before: ascii(scanKeyOfCursor(after)) }),
      limit: integer(limit + 1),
    },
  );
  const { rows: entries, next } = pageOf(rows, limit, entryIn(position), (row) =>
    cursorOfScanKey(row.scan_key),
  );
  return { ...explained(position, entries), ...(next !== undefined && { next }) };
}

/** Positions `which` are of interest, each with the last scanned of the movements that are. */
async function readExplained(
  session: Session,
  { warehouseId, itemId, after, limit }: ExplainedQuery,
  which: string,
  ofInterest: string,
): Promise<Page<ExplainedPosition>> {
  const { text, parameters } = where(
    { texts: [which], parameters: {} },
    equal({ warehouse_id: warehouseId, item_id: itemId }, 'p'),
    afterPosition(after, 'p'),
  );
  const positions = await session.rows<PositionRow>(
    `SELECT TOP (@limit) ${positionColumns('p')} FROM wms.position AS p ${text} ORDER BY ${inPositionOrder('p')}`,
    { ...parameters, limit: integer(limit + 1) },
  );
  const entries = await readEntries(session, positions.slice(0, limit), ofInterest);
  return pageOf(
    positions,
    limit,
    (position) => explained(position, (entries.get(position.position_id) ?? []).map(entryIn(position))),
    (position) => cursorOfPosition(keyOf(position)),
  );
}

const AS_READ = { position_id: 'int', version: 'int', count_key: SCAN_KEY };

/** The movements of the positions as they were read: what was booked since is left out. The last scanned first. */
async function readEntries(
  session: Session,
  positions: readonly PositionRow[],
  ofInterest: string,
): Promise<Map<number, EntryRow[]>> {
  const rows = await session.rows<EntryRow>(
    `SELECT ${ENTRY} FROM ${jsonRows('positions', AS_READ)} AS p
      CROSS APPLY (
        SELECT TOP (${ENTRIES_OF_EXPLAINED}) m.* FROM wms.movement AS m
        WHERE m.position_id = p.position_id AND m.version <= p.version AND ${ofInterest}
        ORDER BY m.scan_key DESC) AS m
      JOIN wms.ledger AS ledger ON ledger.ledger_id = m.ledger_id
      ORDER BY m.position_id, m.scan_key DESC`,
    {
      positions: json(
        positions.map(({ position_id, version, count_key }) => ({ position_id, version, count_key })),
      ),
    },
  );
  return Map.groupBy(rows, (row) => row.position_id);
}

function explained(position: PositionRow, entries: readonly LedgerEntry[]): ExplainedPosition {
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
    committedAt: row.committed_at.toISOString(),
    flags: JSON.parse(row.flags),
    transaction: JSON.parse(row.body),
  });
}
