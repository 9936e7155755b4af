import { availableToPromise } from './atp.ts';
import {
  type Allocation,
  allocationIdOf,
  lineFigures,
  type OrderLine,
  parseAllocationId,
  queuePlace,
  type Step,
  standing,
} from './order-line.ts';
import { isRefused, unreservedPieces } from './refusal.ts';
import { withSteps } from './settlement.ts';
import { chooseSources, type Source, type SourcedQuantity } from './sourcing.ts';
import type { StockFigures } from './stock.ts';
import { type CountsNow, countsAt } from './stock-at-risk.ts';

/** What is placed for a line: `before` is the line as it was given. */
export type Placement = { readonly before: OrderLine; readonly after: OrderLine };

/**
 * Places lines of one item: gives exactly what is free, by priority, then age, whoever came first to ask, so that a new
 * order of no higher priority queues behind the backorders (architecture, rule 12). What cannot be had becomes a
 * backorder, or is rejected. Pure; answers the lines that changed.
 *
 * @param waiting lines with backorders; they take what is free, as a new run, and otherwise stay as they are
 * @param placing lines whose open pieces are to be placed now, and the run that does it
 * @param now milliseconds UTC
 */
export function placeLines(
  stocks: readonly StockFigures[],
  waiting: readonly OrderLine[],
  placing: readonly { readonly line: OrderLine; readonly run: number }[],
  now: number,
): Placement[] {
  const free = new Map<string, Free>(stocks.map((stock) => [stock.warehouseId, freeIn(stock, now)]));
  const known = new Map(stocks.map((stock) => [stock.warehouseId, stock]));
  const queue = [...waiting.map((line) => ({ line, run: line.runs + 1 })), ...placing].sort((a, b) =>
    queuePlace(a.line) < queuePlace(b.line) ? -1 : 1,
  );
  return queue.flatMap(({ line: before, run }) => {
    const after = placeLine(before, run, free, known, now);
    return after === before ? [] : [{ before, after }];
  });
}

/** Pieces of a stock that may be promised now, and how many of them stand in locations under count. */
export function freeIn(stock: StockFigures, now: number): Free {
  const atp = Math.max(availableToPromise(stock), 0);
  const counts = countsAt(stock, now);
  const atRisk = Math.min(counts.atRisk, atp);
  return { warehouseId: stock.warehouseId, atp, atRisk, counts, unreserved: unreservedPieces(stock) };
}

/** What may be promised, and what no warehouse has confirmed to anybody. */
type Free = Source & { readonly unreserved: number; readonly counts: CountsNow };

function placeLine(
  line: OrderLine,
  run: number,
  free: Map<string, Free>,
  known: ReadonlyMap<string, StockFigures>,
  now: number,
): OrderLine {
  const { open } = lineFigures(line);
  const wanted = open + line.backordered;
  if (line.ended || wanted === 0) return line;
  const at = new Date(now).toISOString();
  const candidates = [...free.values()].filter((source) =>
    isCandidate(line, source, known.get(source.warehouseId), now),
  );
  const chosen = chooseSources(candidates, { ...line.terms, quantity: wanted });
  const taken = chosen.reduce((sum, { quantity }) => sum + quantity, 0);
  const sourced = isAtomic(line, run) && taken < wanted ? [] : chosen;
  if (sourced.length === 0 && open === 0) return line;
  const held = holdPieces(line, run, sourced, free, at);
  return withSteps(restOf(held, run, at), [], at);
}

/** All or nothing is decided by the first run; a shortage that comes later is sourced or waits like any other. */
function isAtomic({ allOrNothing }: OrderLine, run: number): boolean {
  return allOrNothing && run === 1;
}

function isCandidate(
  line: OrderLine,
  { warehouseId, atp, counts }: Free,
  stock: StockFigures | undefined,
  now: number,
): boolean {
  const { allowedWarehouses } = line.terms;
  if (atp <= 0 || (allowedWarehouses && !allowedWarehouses.includes(warehouseId))) return false;
  return stock !== undefined && !isRefused(line, stock, counts, now);
}

function holdPieces(
  line: OrderLine,
  run: number,
  sourced: readonly SourcedQuantity[],
  free: Map<string, Free>,
  at: string,
): OrderLine {
  if (sourced.length === 0) return line;
  const steps: Step[] = [];
  const allocations: Allocation[] = sourced.map(({ warehouseId, quantity }, index) => {
    const source = free.get(warehouseId);
    if (!source) throw new Error(`Nothing is known of warehouse ${warehouseId}.`);
    const atp = source.atp - quantity;
    free.set(warehouseId, { ...source, atp, atRisk: Math.min(source.atRisk, atp) });
    const allocationId = allocationIdOf(line, nextNumber(line) + index);
    const detail = `${quantity} held in ${warehouseId}, which had ${source.atp} to promise.`;
    steps.push({ at, step: 'held', warehouseId, allocationId, quantity, detail });
    return {
      allocationId,
      warehouseId,
      quantity,
      picked: 0,
      state: 'tentative',
      asked: line.kind === 'order-line',
      run,
      heldAt: at,
      unreservedSeen: source.unreserved,
    };
  });
  const taken = sourced.reduce((sum, { quantity }) => sum + quantity, 0);
  const fromBackorder = Math.min(taken, line.backordered);
  const grown = {
    ...line,
    runs: Math.max(line.runs, run),
    backordered: line.backordered - fromBackorder,
    allocations: [...withoutSpent(line.allocations), ...allocations],
  };
  return withSteps(grown, steps, at);
}

function nextNumber({ allocations }: OrderLine): number {
  const last = allocations.at(-1);
  return (last ? (parseAllocationId(last.allocationId)?.number ?? 0) : 0) + 1;
}

/** Allocations kept, beside those that hold something; a line that is refused for weeks must not outgrow its document. */
export const MAX_ALLOCATIONS = 30;

function withoutSpent(allocations: readonly Allocation[]): readonly Allocation[] {
  let excess = allocations.length - MAX_ALLOCATIONS;
  if (excess <= 0) return allocations;
  return allocations.filter((allocation) => {
    const spent = allocation.state === 'decided' && standing(allocation) === 0 && allocation.picked === 0;
    if (spent) excess -= 1;
    return !spent || excess < 0;
  });
}

/** What could not be placed waits for stock, or is rejected; a cart takes what there is. */
function restOf(line: OrderLine, run: number, at: string): OrderLine {
  const { open } = lineFigures(line);
  if (open === 0) return line;
  const waits = line.terms.allowBackorder && !isAtomic(line, run) && line.kind === 'order-line';
  const step: Step = waits
    ? {
        at,
        step: 'backordered',
        quantity: open,
        detail: `${open} wait for stock: nothing more is free to promise.`,
      }
    : {
        at,
        step: 'rejected',
        quantity: open,
        detail: `${open} cannot be had: nothing more is free to promise.`,
      };
  const placed = waits
    ? { ...line, backordered: line.backordered + open }
    : { ...line, rejected: line.rejected + open };
  return withSteps(placed, [step], at);
}
