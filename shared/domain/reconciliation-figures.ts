import type { ReconciliationFigures } from '../contracts/reconciliation.ts';

/** Nothing compared. */
export const NO_FIGURES: ReconciliationFigures = {
  ...{ compared: 0, agreeing: 0, corrected: 0, uncorrected: 0, reservations: 0, inFlight: 0, late: 0 },
  ...{ piecesOff: 0, valueOff: 0, accuracy: null },
};
