import type { DiscrepancyClass } from '../../../../shared/contracts/reconciliation.ts';

const ALL: Readonly<Record<DiscrepancyClass, true>> = {
  'lost-event': true,
  'calculation-mismatch': true,
  phantom: true,
  missing: true,
  deleted: true,
  'reservation-without-hold': true,
  'hold-without-reservation': true,
  unknown: true,
};

/** Every class of discrepancies; as a list of its own, since the contract's schema would bring zod into the page. */
export const CLASSES: readonly string[] = Object.keys(ALL);
