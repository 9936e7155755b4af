// Lines, decisions and stock as the tests of this folder need them.
import type { AllocationDecision } from '../contracts/allocation-messages.ts';
import {
  type Allocation,
  type LineFigures,
  type LineTerms,
  lineFigures,
  newOrderLine,
  type OrderLine,
} from './order-line.ts';
import { placeLines } from './placement.ts';
import { emptyStock, type StockFigures } from './stock.ts';

let serial = 0;

/** When the lines of the tests are placed and decided, unless they say otherwise. */
export const TEN_OCLOCK = Date.parse('2024-11-18T10:00:00.000Z');

/** That many milliseconds after ten, UTC. */
export function at(ms = 0): string {
  return new Date(TEN_OCLOCK + ms).toISOString();
}

/** Terms of a line that takes everything. */
export function someTerms(fields: Partial<LineTerms> = {}): LineTerms {
  return { quantity: 10, priority: 0, allowSplit: true, allowBackorder: true, leastQuantity: 1, ...fields };
}

/** A line as ordered, nothing promised yet. */
export function someLine(
  terms: Partial<LineTerms> = {},
  fields: Partial<Omit<OrderLine, 'terms'>> = {},
): OrderLine {
  serial += 1;
  const line = newOrderLine({
    kind: 'order-line',
    orderId: `ORD-${serial}`,
    lineId: '1',
    itemId: 'ITEM-12345',
    orderedAt: at(),
    terms: someTerms(terms),
    allOrNothing: false,
  });
  return { ...line, ...fields };
}

/** Number `number` of the allocations of a line, tentative and asked for unless told otherwise. */
export function someAllocation(
  line: OrderLine,
  number: number,
  fields: Partial<Allocation> = {},
): Allocation {
  return {
    allocationId: `${line.orderId}:${line.lineId}:${number}`,
    warehouseId: 'WH-001',
    quantity: 10,
    picked: 0,
    state: 'tentative',
    asked: true,
    run: 1,
    heldAt: at(),
    unreservedSeen: 10,
    ...fields,
  };
}

/** A line that holds all of its pieces in one warehouse, which has not answered. */
export function heldLine(quantity = 10, terms: Partial<LineTerms> = {}): OrderLine {
  const line = someLine({ quantity, ...terms });
  return {
    ...line,
    allocations: [someAllocation(line, 1, { quantity, unreservedSeen: quantity })],
    unsettledSince: at(),
  };
}

/** What a warehouse says about an allocation of the line, the first unless told otherwise; confirmed in full. */
export function someDecision(
  { orderId, lineId, itemId, allocations }: OrderLine,
  fields: Partial<AllocationDecision> = {},
): AllocationDecision {
  const allocation =
    allocations.find(({ allocationId }) => allocationId === fields.allocationId) ?? allocations[0];
  if (!allocation) throw new Error(`Line ${lineId} of ${orderId} has no allocation.`);
  const { allocationId, warehouseId, quantity } = allocation;
  const about = { allocationId, orderId, lineId, itemId, warehouseId };
  return { ...about, sequence: 1, status: 'confirmed', quantity, picked: 0, decidedAt: at(2_000), ...fields };
}

/** The totals of a stock, `onHand` pieces of which stand there; nothing promised unless told otherwise. */
export function someFigures(
  warehouseId: string,
  onHand: number,
  fields: Partial<StockFigures> = {},
): StockFigures {
  const {
    positions: _positions,
    openFindings: _openFindings,
    findings: _findings,
    ...figures
  } = emptyStock({ itemId: 'ITEM-12345', warehouseId });
  return { ...figures, onHand, asOf: at(-60_000), ...fields };
}

/** The sum of the pieces of a line over all that they can be. */
export function allPieces(line: OrderLine): number {
  return Object.values(lineFigures(line)).reduce((sum, pieces) => sum + pieces, 0);
}

/** Places these lines now, as their first run, beside those that wait; answers all as they are then. */
export function placed(
  stocks: readonly StockFigures[],
  lines: readonly OrderLine[],
  waiting: readonly OrderLine[] = [],
  now = TEN_OCLOCK,
): OrderLine[] {
  const placing = lines.map((line) => ({ line, run: line.runs }));
  const changed = new Map(
    placeLines(stocks, waiting, placing, now).map(({ before, after }) => [before, after]),
  );
  return [...waiting, ...lines].map((line) => changed.get(line) ?? line);
}

/** The pieces of a line by what they are, without those there are none of. */
export function figuresOf(line: OrderLine | undefined): Partial<LineFigures> {
  return line ? Object.fromEntries(Object.entries(lineFigures(line)).filter(([, pieces]) => pieces > 0)) : {};
}
