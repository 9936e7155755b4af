import type { DiscrepancyClass } from '../contracts/reconciliation.ts';
import { type Place, type Position, positionKey, type VoidedEvent } from './position.ts';
import { replacePositions, type Stock, type StockKey } from './stock.ts';
import { atFigures } from './stock-at-risk.ts';

/**
 * What the reconciliation stored in place of what the cloud held: the WMS's row as it was just read (architecture, rule
 * 14). The one thing that may lower a version. Pieces, UTC.
 */
export type Correction = StockKey & {
  readonly locationId: string;
  readonly lotNumber: string | null;
  /** The WMS's row; null when it has none. `changedAt` null where the WMS does not say. */
  readonly row: {
    readonly onHand: number;
    readonly version: number | null;
    readonly changedAt: string | null;
  } | null;
  /** Without a row: events up to this version never fold again; 0 when all were voided one by one. */
  readonly floor: number;
  /** Events above the row's version that the WMS's ledger does not know: they never fold again, others do. */
  readonly voided: readonly VoidedEvent[];
  /** What the cloud held; null when nothing. */
  readonly found: { readonly onHand: number; readonly version: number | null } | null;
  readonly class: DiscrepancyClass;
  readonly at: string;
  readonly runId: string;
};

/** The position after a correction; undefined when nothing is to be kept of it. */
export function correctedPosition(correction: Correction): Position | undefined {
  const { locationId, lotNumber, row, floor, voided, at } = correction;
  const corrected = { at, ...(voided.length > 0 && { voided }) };
  if (row === null) {
    if (floor === 0 && voided.length === 0) return undefined;
    const deleted = { locationId, lotNumber, onHand: 0, changedAt: at, corrected };
    return isUnnumbered(correction) ? deleted : { ...deleted, version: floor };
  }
  const { onHand, version, changedAt } = row;
  const figures = { locationId, lotNumber, onHand, changedAt: changedAt ?? at, corrected };
  return version === null ? figures : { ...figures, version };
}

/** A position that was never numbered must go on taking events without a version. */
function isUnnumbered({ floor, found }: Correction): boolean {
  return floor === 0 && found?.version === null;
}

/**
 * The stock after corrections of some of its positions: their gaps and findings are settled by them, and what is at risk
 * in a location under count follows. Of several corrections of a position the last one in the list counts.
 */
export function correctStock(stock: Stock, corrections: readonly Correction[]): Stock {
  const byPosition = new Map(corrections.map((correction) => [positionKey(correction), correction]));
  const isOther = (place: Place) => !byPosition.has(positionKey(place));
  const kept = stock.positions.filter(isOther);
  const corrected = [...byPosition.values()].flatMap((correction) => correctedPosition(correction) ?? []);
  const asOf = stock.asOf === '' ? (corrections[0]?.at ?? '') : stock.asOf;
  const figures = new Map(corrected.map((position) => [positionKey(position), position.onHand]));
  const counts =
    stock.counts &&
    atFigures(stock.counts, (count) => (isOther(count) ? undefined : (figures.get(positionKey(count)) ?? 0)));
  return replacePositions(
    { ...stock, ...(counts && { counts }), findings: stock.findings.filter(isOther) },
    [...kept, ...corrected],
    asOf,
  );
}
