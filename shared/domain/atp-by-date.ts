import type { AtpDay } from '../contracts/planning.ts';
import { itemAtpPieces } from './atp.ts';
import { countedPieces } from './expected-receipts.ts';
import type { LineTerms } from './order-line.ts';
import type { StockFigures } from './stock.ts';
import { daysFrom } from './utc-day.ts';

/** Pieces that wait for an item, and for which day (UTC); without one, as soon as possible. */
export type Demand = { readonly quantity: number } & Pick<LineTerms, 'wantedDate' | 'allowedWarehouses'>;

/** UTC days, both included. */
export type DayRange = { readonly from: string; readonly to: string };

/**
 * ATP by day, as Dynamics 365 publishes it: of a day the lowest projected quantity from that day on, so that what is
 * promised for it takes nothing from what is promised for later days. Projected is ATP now, plus what is expected by
 * that day (not overdue, not yet received), less what backorders want by that day; what was wanted earlier is wanted
 * today. The lowest is looked for up to the last day on which something is known, whatever day was asked to. Days
 * before today are left out. Pure.
 *
 * @param stocks of the item, or the one of the warehouse asked about
 * @param today UTC day
 */
export function atpByDate(
  stocks: readonly StockFigures[],
  demands: readonly Demand[],
  { from, to }: DayRange,
  today: string,
): AtpDay[] {
  const changes = changesByDay(stocks, demands, today);
  const steps = projections(stocks, changes);
  let at = 0;
  return daysFrom(from < today ? today : from, to).map((date) => {
    while (isOnOrBefore(steps[at + 1], date)) at += 1;
    const { expected, demand } = changes.get(date) ?? NO_CHANGE;
    const { projected, atp } = steps[at] ?? NOTHING;
    return { date, expected, demand, projected, atp };
  });
}

/** Demand that can fall on no other warehouse: at a warehouse nothing else counts, since it may be met elsewhere. */
export function demandOnlyAt(warehouseId: string, demands: readonly Demand[]): Demand[] {
  return demands.filter(
    ({ allowedWarehouses }) => allowedWarehouses?.every((allowed) => allowed === warehouseId) ?? false,
  );
}

/** The last UTC day on which anything is expected or wanted; today when nothing is. */
export function lastKnownDay(
  stocks: readonly StockFigures[],
  demands: readonly Demand[],
  today: string,
): string {
  return [...changesByDay(stocks, demands, today).keys()].at(-1) ?? today;
}

type Change = { readonly expected: number; readonly demand: number };

const NO_CHANGE: Change = { expected: 0, demand: 0 };

/** In the order of days, today being the first. */
function changesByDay(
  stocks: readonly StockFigures[],
  demands: readonly Demand[],
  today: string,
): Map<string, Change> {
  const days = new Map<string, Change>([[today, NO_CHANGE]]);
  const add = (day: string, { expected, demand }: Change) => {
    const sum = days.get(day) ?? NO_CHANGE;
    days.set(day, { expected: sum.expected + expected, demand: sum.demand + demand });
  };
  for (const receipt of stocks.flatMap(({ expectedReceipts = [] }) => expectedReceipts)) {
    const expected = countedPieces(receipt, today);
    if (expected > 0) add(receipt.expectedOn, { expected, demand: 0 });
  }
  for (const { quantity, wantedDate } of demands) {
    const day = wantedDate === undefined || wantedDate < today ? today : wantedDate;
    add(day, { expected: 0, demand: quantity });
  }
  return new Map([...days].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What holds from `date` until the next step. */
type Step = { readonly date: string; readonly projected: number; readonly atp: number };

const NOTHING = { projected: 0, atp: 0 };

function projections(stocks: readonly StockFigures[], changes: ReadonlyMap<string, Change>): Step[] {
  let projected = itemAtpPieces(stocks);
  const rising = [...changes].map(([date, { expected, demand }]) => {
    projected += expected - demand;
    return { date, projected };
  });
  let lowest = Number.POSITIVE_INFINITY;
  return rising
    .reverse()
    .map((step) => {
      lowest = Math.min(lowest, step.projected);
      return { ...step, atp: lowest };
    })
    .reverse();
}

function isOnOrBefore(step: Step | undefined, date: string): boolean {
  return step !== undefined && step.date <= date;
}
