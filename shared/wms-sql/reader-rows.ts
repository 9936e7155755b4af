import { decisionOf } from '../ports/wms-decision.ts';
import { WmsUnavailable } from '../ports/wms-sql.ts';
import type { PositionRow, ReservedRow } from '../ports/wms-stock-page.ts';

/** What is read of `wms.position`. */
export type PositionColumns = {
  readonly item_id: string;
  readonly location_id: string;
  readonly lot_number: string | null;
  readonly on_hand: unknown;
  readonly version: unknown;
  readonly changed_at: Date | null;
};

export function positionOf(row: PositionColumns): PositionRow {
  return {
    itemId: row.item_id,
    locationId: row.location_id,
    lotNumber: row.lot_number === '' ? null : row.lot_number,
    onHand: whole(row.on_hand, 'wms.position.on_hand'),
    version: row.version === null ? null : whole(row.version, 'wms.position.version'),
    changedAt: row.changed_at?.toISOString() ?? null,
  };
}

/** What is read of `wms.item_stock`. */
export type ReservedColumns = { readonly item_id: string; readonly reserved: unknown };

export function reservedOf(row: ReservedColumns): ReservedRow {
  return { itemId: row.item_id, reserved: whole(row.reserved, 'wms.item_stock.reserved') };
}

/** What is read of `wms.allocation`. */
export type AllocationRow = {
  readonly allocation_id: string;
  readonly decision: string;
  readonly reserved: unknown;
  readonly picked: unknown;
};

export function allocationOf(row: AllocationRow) {
  return {
    decision: decisionOf(row.allocation_id, row.decision),
    reserved: whole(row.reserved, 'wms.allocation.reserved'),
    picked: whole(row.picked, 'wms.allocation.picked'),
  };
}

/**
 * A column of pieces or versions; the driver gives a bigint as text.
 *
 * @throws {WmsUnavailable} naming the column and the value, when it is no whole number
 */
export function whole(value: unknown, column: string): number {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
  throw new WmsUnavailable(`${column} is ${JSON.stringify(value)}: it must be a whole number`);
}
