import { ALLOCATION_MUTANTS } from './mutants/allocation.ts';
import { CART_MUTANTS } from './mutants/carts.ts';
import { PROJECTION_MUTANTS } from './mutants/projection.ts';
import { RECONCILIATION_MUTANTS } from './mutants/reconciliation.ts';
import { SCANNER_MUTANTS } from './mutants/scanner.ts';
import { THRESHOLD_MUTANTS } from './mutants/thresholds.ts';
import { WAREHOUSE_MUTANTS } from './mutants/warehouse.ts';

/** Defects that somebody might write, to see that the simulation finds them. */
export const MUTANTS = {
  ...PROJECTION_MUTANTS,
  ...WAREHOUSE_MUTANTS,
  ...SCANNER_MUTANTS,
  ...ALLOCATION_MUTANTS,
  ...RECONCILIATION_MUTANTS,
  ...CART_MUTANTS,
  ...THRESHOLD_MUTANTS,
};

export type MutantName = keyof typeof MUTANTS;

export const MUTANT_NAMES = Object.keys(MUTANTS) as MutantName[];

export function isMutantName(name: string): name is MutantName {
  return Object.hasOwn(MUTANTS, name);
}
