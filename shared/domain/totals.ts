import { type OrderLine, type Promised, promisedOf } from './order-line.ts';

/** A line before and after; undefined where there was none. */
export type LineChange = { readonly before: OrderLine | undefined; readonly after: OrderLine };

/** Pieces by which the totals of a warehouse's stock change. */
export type TotalsDelta = Promised & { readonly warehouseId: string };

/** What changed lines of one item mean for the totals of its stocks; those that stay the same are left out. */
export function totalsChange(changes: readonly LineChange[]): TotalsDelta[] {
  const deltas = new Map<string, Promised>();
  for (const { before, after } of changes) {
    add(deltas, promisedOf(after), 1);
    add(deltas, promisedOf(before), -1);
  }
  return [...deltas]
    .filter(([, { tentative, confirmed, picked }]) => tentative !== 0 || confirmed !== 0 || picked !== 0)
    .map(([warehouseId, delta]) => ({ warehouseId, ...delta }));
}

/**
 * True when a change gives pieces back that others could be promised. What was picked is gone with its pick event; that
 * is told on by whoever folds the event.
 */
export function freesStock(deltas: readonly Promised[]): boolean {
  return deltas.some(({ tentative, confirmed }) => tentative + confirmed < 0);
}

function add(deltas: Map<string, Promised>, promised: ReadonlyMap<string, Promised>, sign: 1 | -1): void {
  for (const [warehouseId, { tentative, confirmed, picked }] of promised) {
    const sum = deltas.get(warehouseId) ?? { tentative: 0, confirmed: 0, picked: 0 };
    deltas.set(warehouseId, {
      tentative: sum.tentative + sign * tentative,
      confirmed: sum.confirmed + sign * confirmed,
      picked: sum.picked + sign * picked,
    });
  }
}
