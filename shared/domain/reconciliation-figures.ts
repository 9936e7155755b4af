import type { Discrepancy, ReconciliationFigures, WarehouseFigures } from '../contracts/reconciliation.ts';

/** Nothing compared. */
export const NO_FIGURES: ReconciliationFigures = {
  ...{ compared: 0, agreeing: 0, corrected: 0, uncorrected: 0, reservations: 0, inFlight: 0, late: 0 },
  ...{ piecesOff: 0, valueOff: 0, accuracy: null },
};

/** What the slices of a warehouse counted so far. */
export type Counted = Pick<WarehouseFigures, 'compared' | 'inFlight' | 'late' | 'durationMs'>;

export const NOTHING_COUNTED: Counted = { compared: 0, inFlight: 0, late: 0, durationMs: 0 };

export function addCounted(a: Counted, b: Partial<Counted>): Counted {
  return {
    compared: a.compared + (b.compared ?? 0),
    inFlight: a.inFlight + (b.inFlight ?? 0),
    late: a.late + (b.late ?? 0),
    durationMs: a.durationMs + (b.durationMs ?? 0),
  };
}

/** What the discrepancies of a warehouse come to. */
export type Tallied = Pick<
  ReconciliationFigures,
  'corrected' | 'uncorrected' | 'reservations' | 'piecesOff' | 'valueOff'
> & {
  /** Positions whose figure was not the WMS's. */
  readonly different: number;
};

export const NOTHING_TALLIED: Tallied = {
  corrected: 0,
  uncorrected: 0,
  reservations: 0,
  piecesOff: 0,
  valueOff: 0,
  different: 0,
};

/**
 * Adds a discrepancy. Totals and what a later event had healed are no position that differed; a row of the WMS that does not tell its figure is one,
 * by nobody knows how much.
 */
export function tally(sum: Tallied, discrepancy: Discrepancy): Tallied {
  const { locationId, allocationId, action, expected, found, valueOff } = discrepancy;
  const isUntold = action === 'none' && discrepancy.class === 'unknown';
  if (allocationId !== undefined)
    return {
      ...sum,
      reservations: sum.reservations + 1,
      uncorrected: sum.uncorrected + (isUntold ? 1 : 0),
    };
  const isPosition = isUntold || (locationId !== null && (action === 'corrected' || action === 'none'));
  const pieces = isUntold ? 0 : Math.abs((expected?.onHand ?? 0) - (found?.onHand ?? 0));
  return {
    ...sum,
    corrected: sum.corrected + (isPosition && action === 'corrected' ? 1 : 0),
    uncorrected: sum.uncorrected + (isPosition && action === 'none' ? 1 : 0),
    different: sum.different + (isPosition ? 1 : 0),
    piecesOff: sum.piecesOff + (isPosition ? pieces : 0),
    valueOff: sum.valueOff + (valueOff ?? 0),
  };
}

export function addTallied(a: Tallied, b: Tallied): Tallied {
  return {
    corrected: a.corrected + b.corrected,
    uncorrected: a.uncorrected + b.uncorrected,
    reservations: a.reservations + b.reservations,
    piecesOff: a.piecesOff + b.piecesOff,
    valueOff: a.valueOff + b.valueOff,
    different: a.different + b.different,
  };
}

/** The figures of a warehouse. */
export function figuresOf(warehouseId: string, counted: Counted, tallied: Tallied): WarehouseFigures {
  const { different, ...sums } = tallied;
  const { compared, inFlight, late } = counted;
  const judged = Math.max(compared - inFlight - late, 0);
  const agreeing = Math.max(judged - different, 0);
  const accuracy = judged === 0 ? null : agreeing / judged;
  return { warehouseId, ...counted, ...sums, valueOff: cents(sums.valueOff), agreeing, accuracy };
}

/** All warehouses together. */
export function totalOf(warehouses: readonly WarehouseFigures[]): ReconciliationFigures {
  const sum = (name: Exclude<keyof ReconciliationFigures, 'accuracy'>) =>
    warehouses.reduce((total, figures) => total + figures[name], 0);
  const judged = sum('compared') - sum('inFlight') - sum('late');
  return {
    compared: sum('compared'),
    agreeing: sum('agreeing'),
    corrected: sum('corrected'),
    uncorrected: sum('uncorrected'),
    reservations: sum('reservations'),
    inFlight: sum('inFlight'),
    late: sum('late'),
    piecesOff: sum('piecesOff'),
    valueOff: cents(sum('valueOff')),
    accuracy: judged <= 0 ? null : sum('agreeing') / judged,
  };
}

/** Money without the errors of its arithmetic. */
export function cents(money: number): number {
  return Math.round(money * 100) / 100;
}
