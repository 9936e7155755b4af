import type { Transaction } from '../../../shared/contracts/transaction.ts';
import type { Backlog, ScanStore, Settlement } from '../core/device-store.ts';
import type { ScanState, StoredScan } from '../core/scan.ts';
import { isInDoubt, takeOffPick } from './pick-table.ts';
import { takeOffRecounts } from './recount-table.ts';
import { json, number, optionalJson, optionalText, text } from './rows.ts';
import { putSetting, setting } from './settings-table.ts';
import type { Sql, SqlRow } from './sql.ts';
import { putPositionTold } from './stock-table.ts';

const COLUMNS =
  'sequence, transaction_id, state, content, attempts, booked, refusal, dropped, replaced_by, replaces';

/** For room: few, so that what it takes is there, and no more is forgotten than has to be. */
const FORGOTTEN_AT_ONCE = 200;

/** The scans of a device, in table `scan`. */
export function scanTable(sql: Sql): ScanStore {
  return {
    append: (transaction) => sql.transaction(() => append(sql, transaction)),
    scan: (transactionId) => find(sql, transactionId),
    scans({ state, after, limit }) {
      const before = after ?? Number.MAX_SAFE_INTEGER;
      const rows =
        state === undefined
          ? sql.all(
              `SELECT ${COLUMNS} FROM scan WHERE sequence < ? ORDER BY sequence DESC LIMIT ?`,
              before,
              limit,
            )
          : sql.all(
              `SELECT ${COLUMNS} FROM scan WHERE state = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?`,
              state,
              before,
              limit,
            );
      return rows.map(scanOf);
    },
    queued: (most) =>
      sql
        .all(`SELECT ${COLUMNS} FROM scan WHERE state = 'queued' ORDER BY sequence LIMIT ?`, most)
        .map(scanOf),
    queuedOfItem: (itemId) =>
      sql
        .all(`SELECT ${COLUMNS} FROM scan WHERE state = 'queued' AND item_id = ? ORDER BY sequence`, itemId)
        .map(scanOf),
    queuedPicks: (warehouseId) =>
      sql
        .all(`SELECT ${COLUMNS} FROM scan WHERE state = 'queued' ORDER BY sequence`)
        .map(scanOf)
        .filter(({ transaction }) => transaction.warehouseId === warehouseId && isPickOfOrder(transaction)),
    backlog: () => backlog(sql),
    attempted: (transactionIds, above = 0) =>
      sql.transaction(() => {
        for (const id of transactionIds)
          sql.run('UPDATE scan SET attempts = attempts + 1 WHERE transaction_id = ?', id.toLowerCase());
        const call = Math.max(setting(sql, 'last-call') ?? 0, above) + 1;
        putSetting(sql, 'last-call', call);
        return call;
      }),
    settle: (settlements, at) =>
      sql.transaction(() => {
        for (const settlement of settlements) settle(sql, settlement, at);
      }),
    requeue: (transaction) => sql.transaction(() => requeue(sql, transaction)),
    drop: (transactionId, dropped, replacement) =>
      sql.transaction(() => {
        const id = transactionId.toLowerCase();
        const change = `UPDATE scan SET state = 'dropped', dropped = ?, replaced_by = ? WHERE transaction_id = ? AND state = 'refused'`;
        const by = replacement?.transactionId.toLowerCase() ?? null;
        if (sql.run(change, JSON.stringify(dropped), by, id) === 0) return undefined;
        if (replacement) append(sql, replacement, id);
        return find(sql, id);
      }),
    makeRoom: (leave = 0) =>
      sql.transaction(() =>
        sql.run(
          `DELETE FROM scan WHERE sequence IN
             (SELECT sequence FROM scan WHERE state = 'synced' ORDER BY sequence LIMIT ?)`,
          Math.max(0, Math.min(FORGOTTEN_AT_ONCE, backlog(sql).counts.synced - leave)),
        ),
      ),
    purgeSynced: (scannedBefore) =>
      sql.transaction(() =>
        sql.run("DELETE FROM scan WHERE state = 'synced' AND scanned_at < ?", scannedBefore),
      ),
  };
}

/** Within a transaction, which gives the number and keeps the scan. */
function append(sql: Sql, transaction: Transaction, replaces: string | null = null): StoredScan {
  const id = transaction.transactionId.toLowerCase();
  const { sequence: _, ...content } = { ...transaction, transactionId: id };
  sql.run(
    "INSERT INTO scan (transaction_id, state, scanned_at, item_id, content, replaces) VALUES (?, 'queued', ?, ?, ?, ?)",
    id,
    transaction.scannedAt,
    transaction.itemId,
    JSON.stringify(content),
    replaces,
  );
  const stored = find(sql, id);
  if (stored === undefined) throw new Error(`Scan ${id} was stored and is not there`);
  return stored;
}

function find(sql: Sql, transactionId: string): StoredScan | undefined {
  const [row] = sql.all(`SELECT ${COLUMNS} FROM scan WHERE transaction_id = ?`, transactionId.toLowerCase());
  return row && scanOf(row);
}

function scanOf(row: SqlRow): StoredScan {
  const booked = optionalJson<NonNullable<StoredScan['booked']>>(row, 'booked');
  const refusal = optionalJson<NonNullable<StoredScan['refusal']>>(row, 'refusal');
  const dropped = optionalJson<NonNullable<StoredScan['dropped']>>(row, 'dropped');
  const replacedBy = optionalText(row, 'replaced_by');
  const replaces = optionalText(row, 'replaces');
  return {
    transaction: { ...json<Transaction>(row, 'content'), sequence: number(row, 'sequence') },
    state: text(row, 'state') as ScanState,
    attempts: number(row, 'attempts'),
    ...(booked && { booked }),
    ...(refusal && { refusal }),
    ...(dropped && { dropped }),
    ...(replacedBy !== undefined && { replacedBy }),
    ...(replaces !== undefined && { replaces }),
  };
}

function backlog(sql: Sql): Backlog {
  const counts: Record<ScanState, number> = { queued: 0, synced: 0, refused: 0, dropped: 0 };
  for (const row of sql.all('SELECT state, count(*) AS scans FROM scan GROUP BY state'))
    counts[text(row, 'state') as ScanState] = number(row, 'scans');
  const [oldest] = sql.all("SELECT scanned_at FROM scan WHERE state = 'queued' ORDER BY sequence LIMIT 1");
  return { counts, ...(oldest && { oldestQueuedAt: text(oldest, 'scanned_at') }) };
}

function settle(sql: Sql, settlement: Settlement, at: string): void {
  const id = settlement.transactionId.toLowerCase();
  const [booked, refusal] =
    settlement.state === 'synced'
      ? [JSON.stringify(settlement.booked), null]
      : [null, JSON.stringify(settlement.refusal)];
  const change =
    "UPDATE scan SET state = ?, booked = ?, refusal = ? WHERE transaction_id = ? AND state = 'queued'";
  if (sql.run(change, settlement.state, booked, refusal, id) === 0) return;
  const transaction = find(sql, id)?.transaction;
  if (transaction === undefined) return;
  if (settlement.position) putPositionTold(sql, transaction, settlement.position, at);
  if (settlement.state !== 'synced') return;
  const isUnclear = settlement.isRepeat === true && isInDoubt(sql, transaction);
  if (isPickOfOrder(transaction)) takeOffPick(sql, transaction, isUnclear);
  if (transaction.type === 'count') takeOffRecounts(sql, transaction);
}

function requeue(sql: Sql, transaction: Transaction): boolean {
  const id = transaction.transactionId.toLowerCase();
  const { sequence: _, ...content } = { ...transaction, transactionId: id };
  const change =
    "UPDATE scan SET state = 'queued', item_id = ?, content = ?, attempts = 0, refusal = NULL WHERE transaction_id = ? AND state = 'refused'";
  return sql.run(change, transaction.itemId, JSON.stringify(content), id) > 0;
}

function isPickOfOrder({ type, allocationId }: Transaction): boolean {
  return type === 'pick' && allocationId !== undefined;
}
