import type { Discrepancy } from '../contracts/reconciliation.ts';
import type { Place } from '../domain/position.ts';
import type { StockKey } from '../domain/stock.ts';

/** What a discrepancy of an item in a warehouse as a whole, and of no position of it, does not say by that alone. */
type OfItem = Omit<
  Discrepancy,
  'discrepancyId' | keyof StockKey | keyof Place | 'expected' | 'found' | 'lastEvents' | 'investigationId'
> & {
  /** Pieces; null: that side knows nothing of it. */
  readonly expected: number | null;
  readonly found: number | null;
};

/** A discrepancy of the item's total, its promises or one reservation: `what` tells them apart. */
export function itemDiscrepancy(
  { itemId, warehouseId }: StockKey,
  what: string,
  { expected, found, ...rest }: OfItem,
): Discrepancy {
  const place = { locationId: null, lotNumber: null };
  return {
    discrepancyId: discrepancyIdOf({ itemId, warehouseId }, place, what),
    itemId,
    warehouseId,
    ...place,
    expected: unversioned(expected),
    found: unversioned(found),
    lastEvents: [],
    ...rest,
  };
}

/** What is said of a row of the WMS that cannot be read, by its name. */
export function unreadableDetail(row: readonly string[], fault: string): string {
  return `The WMS's row ${row.join(' ')} cannot be read: ${fault}. Nothing was changed by it; mend it in the WMS.`;
}

/** A function of what was found, so that a step that is repeated writes the same row. */
export function discrepancyIdOf(
  { itemId, warehouseId }: StockKey,
  { locationId, lotNumber }: { readonly [Name in keyof Place]: Place[Name] | null },
  what: string,
): string {
  return `${warehouseId}|${itemId.slice(0, MAX_NAME)}|${locationId ?? ''}|${lotNumber ?? ''}|${what}`;
}

/** An id that cannot be read may be of any length, and a key of the store may not. Characters. */
const MAX_NAME = 64;

function unversioned(onHand: number | null): Discrepancy['found'] {
  return onHand === null ? null : { onHand, version: null };
}
