import {
  cursorOfPosition,
  cursorOfScanKey,
  pageOf,
  positionOfCursor,
  scanKeyOfCursor,
} from '../../../apps/wms-adapter/cursor.ts';
import { positionKeyText } from '../../../apps/wms-adapter/database.ts';
import type {
  ExplainedPosition,
  ExplainedQuery,
  LedgerEntry,
  PositionHistory,
} from '../../../apps/wms-adapter/history/ledger-entry.ts';
import { endOf } from '../../../apps/wms-adapter/locks/location-lock.ts';
import type { Page } from '../../../apps/wms-adapter/page.ts';
import { isPartOf } from '../../../shared/domain/ledger.ts';
import type { Movement } from './ledger.ts';
import type { Tables } from './memory.ts';
import { figuresOf, isBefore, type Position } from './positions.ts';
import { firstIndex } from './sorted.ts';

const ENTRIES_OF_EXPLAINED = 100;
/** The scan time at the head of a scan key has nanoseconds, the end of a lock milliseconds. */
const SCAN_TIME_LENGTH = 30;

/** What explains the figures of positions. `tablesOf` throws when the database is closed. */
export function positionHistory(tablesOf: () => Tables): PositionHistory {
  return {
    async history(key, { after, limit }) {
      const tables = tablesOf();
      const position = tables.positions.get(positionKeyText(key));
      if (position === undefined) return undefined;
      const all = tables.movements.get(position) ?? [];
      const before = after === undefined ? undefined : scanKeyOfCursor(after);
      const end = before === undefined ? all.length : firstIndex(all, ({ scanKey }) => scanKey >= before);
      const rows = all.slice(Math.max(0, end - limit - 1), end).reverse();
      const { rows: entries, next } = pageOf(rows, limit, entryIn(tables, position), ({ scanKey }) =>
        cursorOfScanKey(scanKey),
      );
      return { ...explainedBy(tables, position, entries), ...(next !== undefined && { next }) };
    },

    async shortfalls(query) {
      const tables = tablesOf();
      const isShort = (position: Position) => figuresOf(tables, position).shortfall > 0;
      return page(tables, query, isShort, (position) => {
        const all = tables.movements.get(position) ?? [];
        const countKey = figuresOf(tables, position).state.countKey ?? '';
        return all.slice(firstIndex(all, ({ scanKey }) => scanKey >= countKey));
      });
    },

    async recounts(query) {
      const tables = tablesOf();
      const toRecount = (position: Position) => {
        const { countKey } = figuresOf(tables, position).state;
        const flagged = tables.toRecount.get(position) ?? [];
        return flagged.filter((movement) => isToRecount(tables, countKey, movement));
      };
      return page(tables, query, (position) => toRecount(position).length > 0, toRecount);
    },
  };
}

/** Positions in their order, with the entries of these movements, which come in the order of scans. */
function page(
  tables: Tables,
  { warehouseId, itemId, after, limit }: ExplainedQuery,
  isWanted: (position: Position) => boolean,
  movementsOf: (position: Position) => readonly Movement[],
): Page<ExplainedPosition> {
  const behind = after === undefined ? undefined : positionOfCursor(after);
  const rows = tables.positionOrder
    .values()
    .filter(({ key, columns }) => {
      const isAsked =
        (warehouseId ?? key.warehouseId) === key.warehouseId && (itemId ?? key.itemId) === key.itemId;
      return isAsked && (behind === undefined || isBefore(behind, columns));
    })
    .filter(isWanted)
    .take(limit + 1);
  return pageOf(
    [...rows],
    limit,
    (position) => {
      const last = movementsOf(position).slice(-ENTRIES_OF_EXPLAINED).reverse();
      return explainedBy(tables, position, last.map(entryIn(tables, position)));
    },
    ({ key }) => cursorOfPosition(key),
  );
}

/** Its lock has ended after the latest count, if any, was scanned. */
function isToRecount({ locks }: Tables, countKey: string | null, { recountLockId }: Movement): boolean {
  const lock = recountLockId === undefined ? undefined : locks.get(recountLockId);
  if (lock === undefined) return false;
  return countKey === null || countKey.slice(0, SCAN_TIME_LENGTH) <= `${endOf(lock).slice(0, -1)}000000Z`;
}

function explainedBy(tables: Tables, position: Position, entries: readonly LedgerEntry[]): ExplainedPosition {
  const { onHand, shortfall, state } = figuresOf(tables, position);
  return { key: position.key, onHand, shortfall, version: state.version, entries };
}

function entryIn(tables: Tables, position: Position): (movement: Movement) => LedgerEntry {
  const { state } = figuresOf(tables, position);
  return ({ row, scanKey, version, kind, quantity, effectiveChange, onHand, shortfall }) => ({
    ...{ version, kind, quantity, effectiveChange, onHand, shortfall },
    counts: isPartOf(state, scanKey),
    scannedAt: row.scannedAt,
    committedAt: row.committedAt,
    flags: [...row.flags],
    transaction: row.transaction,
  });
}
