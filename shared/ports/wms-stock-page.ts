import type { UnreadableRow } from '../domain/wms-stock.ts';
import type { WmsPosition, WmsStock } from './wms-sql.ts';

/** A position as a row, with its item. */
export type PositionRow = { readonly itemId: string } & (WmsPosition | UnreadableRow);

/** What is reserved of an item. Pieces. */
export type ReservedRow = { readonly itemId: string } & ({ readonly reserved: number } | UnreadableRow);

/**
 * Makes whole items of rows that were read up to one more than `limit` of each kind, in the order of items; an item
 * may be in one of the lists only. Items that may go on behind the rows are left out; then there is `more`, and no stock at
 * all when that is the first item.
 */
export function wholeStocks(
  warehouseId: string,
  rows: { readonly positions: readonly PositionRow[]; readonly reserved: readonly ReservedRow[] },
  limit: number,
): { stocks: WmsStock[]; more: boolean } {
  const cuts = [rows.positions[limit]?.itemId, rows.reserved[limit]?.itemId].filter((id) => id !== undefined);
  const cut = cuts.length === 0 ? undefined : cuts.reduce((one, other) => (other < one ? other : one));
  return {
    stocks: stocksBefore(cut, warehouseId, rows.positions, rows.reserved),
    more: cut !== undefined,
  };
}

/** All items of rows that hold them whole, in the order of items. */
export function allStocks(
  warehouseId: string,
  positions: readonly PositionRow[],
  reserved: readonly ReservedRow[],
): WmsStock[] {
  return stocksBefore(undefined, warehouseId, positions, reserved);
}

/** Items up to `cut`, which is excluded. */
function stocksBefore(
  cut: string | undefined,
  warehouseId: string,
  positions: readonly PositionRow[],
  reserved: readonly ReservedRow[],
): WmsStock[] {
  const stocks: WmsStock[] = [];
  let position = positions[0];
  let reservation = reserved[0];
  for (let nextPosition = 1, nextReservation = 1; position !== undefined || reservation !== undefined; ) {
    const itemId = lowest(position?.itemId, reservation?.itemId);
    if (cut !== undefined && itemId >= cut) break;
    const own: WmsPosition[] = [];
    const unreadable: UnreadableRow[] = [];
    for (; position?.itemId === itemId; position = positions[nextPosition++]) {
      if ('fault' in position) unreadable.push(plainFault(position));
      else own.push(plainPosition(position));
    }
    let pieces = 0;
    for (; reservation?.itemId === itemId; reservation = reserved[nextReservation++]) {
      if ('fault' in reservation) unreadable.push(plainFault(reservation));
      else pieces += reservation.reserved;
    }
    stocks.push({
      ...{ itemId, warehouseId, positions: own, reserved: pieces },
      ...(unreadable.length > 0 && { unreadable }),
    });
  }
  return stocks;
}

function lowest(one: string | undefined, other: string | undefined): string {
  if (one === undefined || other === undefined) return one ?? other ?? '';
  return one < other ? one : other;
}

function plainPosition({ locationId, lotNumber, onHand, version, changedAt }: WmsPosition): WmsPosition {
  return { locationId, lotNumber, onHand, version, changedAt };
}

function plainFault({ locationId, lotNumber, fault }: UnreadableRow): UnreadableRow {
  return { locationId, lotNumber, fault };
}

/** Aligned with the items; one without rows has no positions and nothing reserved. */
export function stocksByItem(
  warehouseId: string,
  itemIds: readonly string[],
  stocks: readonly WmsStock[],
): WmsStock[] {
  const found = new Map(stocks.map((stock) => [stock.itemId, stock]));
  return itemIds.map((itemId) => found.get(itemId) ?? { itemId, warehouseId, positions: [], reserved: 0 });
}
