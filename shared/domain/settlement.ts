import type { AllocationDecision } from '../contracts/allocation-messages.ts';
import {
  type Allocation,
  type Decided,
  lineFigures,
  MAX_STEPS,
  type OrderLine,
  type Step,
  surplusPieces,
  unpicked,
} from './order-line.ts';

/**
 * The warehouse's word on an allocation, settled once: the decision with the highest number stands, whatever order
 * they arrive in, and a release that was asked for. The pieces are where that warehouse is, also if they were asked of another: a line that was
 * lost, and placed anew under the same id, has what it had. What it says of picks is left to their own events, which take the pieces from the stock as well. Answers the same line when nothing changes (architecture, rules 8, 9 and 11).
 *
 * @param at when the cloud hears it
 */
export function settleDecision(line: OrderLine, decision: AllocationDecision, at: string): OrderLine {
  const allocation = line.allocations.find(({ allocationId }) => allocationId === decision.allocationId);
  if (!allocation) return line;
  const { warehouseId, sequence, status, quantity, reason } = decision;
  const heard = allocation.decided?.sequence ?? 0;
  // A release is final, whatever number a WMS gives it that has gone back to a backup.
  const isFinal = allocation.state === 'releasing' && status === 'released';
  if (heard >= sequence && !isFinal) return correctClose(line, allocation, decision, at);
  // Cancelled here and confirmed there: it stays counted until the warehouse has marked it released. What was given up stays so.
  const isGivenUp = allocation.state === 'releasing' || allocation.state === 'released';
  if (isGivenUp && status !== 'released') return line;
  const before = piecesBefore(allocation);
  const closed = reason === 'short-close' ? Math.max(before - quantity, 0) : undefined;
  const settled: Allocation = {
    ...allocation,
    warehouseId,
    state: status === 'released' ? 'released' : 'decided',
    decided: { ...decidedBy(decision, closed, at), sequence: Math.max(sequence, heard) },
  };
  const stepped = withAllocation({ ...line, released: line.released + (closed ?? 0) }, settled, at, {
    step: status,
    quantity: status === 'released' ? before - quantity : quantity,
    detail: tellDecision(decision, before),
  });
  const changed = withoutSurplus(stepped, at);
  const cutAfterwards = allocation.state === 'decided' && closed === undefined;
  return cutAfterwards || unanswered(changed).length > 0 ? withRunForOpen(changed) : changed;
}

/** What a line keeps of a decision. @param closed pieces that a short close gave up @param at when the cloud hears it */
export function decidedBy(
  { sequence, status, quantity, decidedAt, reason, retryAt }: AllocationDecision,
  closed: number | undefined,
  at: string,
): Decided {
  return {
    ...{ sequence, status, quantity, decidedAt, settledAt: at },
    ...(reason && { reason }),
    ...(retryAt && { retryAt }),
    ...(closed !== undefined && { closed }),
  };
}

/**
 * A decision that comes after a later one changes nothing, but where that was a short close: what it closed is what the
 * decision just before it had left, the rest of what seemed closed has still to be placed.
 */
function correctClose(
  line: OrderLine,
  allocation: Allocation,
  { sequence, quantity: left }: AllocationDecision,
  at: string,
): OrderLine {
  const { decided } = allocation;
  if (decided?.closed === undefined || sequence !== decided.sequence - 1) return line;
  const closed = Math.max(left - decided.quantity, 0);
  if (closed === decided.closed) return line;
  const released = line.released + closed - decided.closed;
  const corrected: Allocation = { ...allocation, decided: { ...decided, closed } };
  return withRunForOpen(withAllocation({ ...line, released }, corrected, at));
}

/** The run that asked has ended long ago, or waits for another warehouse: pieces that are open now are the work of a new one. */
export function withRunForOpen(line: OrderLine): OrderLine {
  return lineFigures(line).open > 0 ? { ...line, runs: line.runs + 1 } : line;
}

/**
 * A pick of an allocation, cumulative: the record takes the maximum, so that picks may come in any order and again
 * (architecture, rule 10). Answers the same line when nothing changes.
 */
export function settlePick(line: OrderLine, allocationId: string, picked: number, at: string): OrderLine {
  const allocation = line.allocations.find((held) => held.allocationId === allocationId);
  if (!allocation || allocation.picked >= picked) return line;
  const settled = withAllocation(line, { ...allocation, picked }, at, {
    step: 'picked',
    quantity: picked,
    detail: `${picked} of ${piecesBefore(allocation)} picked in ${allocation.warehouseId}.`,
  });
  return servedBySurplus(settled);
}

/**
 * The line without pieces beyond those ordered, such as a restored WMS keeps, or picked, once more: they serve what waits. Where that is too much,
 * since pieces were placed elsewhere, given up, picked twice or cancelled meanwhile, warehouses are to release theirs, asked by a new run.
 * Answers the same line when nothing is too much.
 */
export function withoutSurplus(line: OrderLine, at: string): OrderLine {
  const needless = needlessOf(line);
  if (needless.length === 0) return servedBySurplus(line);
  const run = line.runs + 1;
  const allocations = line.allocations.map((one) =>
    needless.includes(one) ? { ...one, state: 'releasing' as const, run } : one,
  );
  const kept = servedBySurplus({ ...line, allocations, runs: run });
  return withSteps(
    kept,
    needless.map((one) => surplusStep(one, at)),
    at,
  );
}

/**
 * A warehouse releases an allocation as a whole, and what is missing then is placed anew: so the smallest that is enough, or else the largest and
 * what is enough with it.
 */
function needlessOf(line: OrderLine): readonly Allocation[] {
  const open = line.allocations.filter(isOpen).sort((a, b) => unpicked(a) - unpicked(b));
  if (line.ended) return open;
  const needless: Allocation[] = [];
  let surplus = surplusPieces(line) - line.backordered;
  while (surplus > 0 && open.length > 0) {
    const enough = open.findIndex((one) => unpicked(one) >= surplus);
    for (const one of open.splice(enough, 1)) {
      needless.push(one);
      surplus -= unpicked(one);
    }
  }
  return needless;
}

/** Its warehouse keeps pieces for it, or may. */
function isOpen(allocation: Allocation): boolean {
  const { state, asked } = allocation;
  return asked && (state === 'decided' || state === 'tentative') && unpicked(allocation) > 0;
}

/** What waits is there already, or was given up and picked all the same. */
function servedBySurplus(line: OrderLine): OrderLine {
  let surplus = surplusPieces(line);
  if (surplus === 0) return line;
  const less = (pieces: number): number => {
    const taken = Math.min(pieces, surplus);
    surplus -= taken;
    return pieces - taken;
  };
  const [backordered, rejected] = [less(line.backordered), less(line.rejected)];
  return { ...line, backordered, rejected, released: less(line.released) };
}

function surplusStep(allocation: Allocation, at: string): Step {
  const { warehouseId, allocationId } = allocation;
  const quantity = unpicked(allocation);
  const detail = `Release asked of ${warehouseId}: the line has no use for ${quantity}.`;
  return { at, step: 'releasing', warehouseId, allocationId, quantity, detail };
}

/**
 * Ends a line: nothing more is promised for it. What no warehouse has heard of is released at once; the rest is
 * `releasing`, still counted, until its warehouse has marked it released (architecture, rule 8). Ending it again
 * changes nothing.
 */
export function endLine(line: OrderLine, ended: NonNullable<OrderLine['ended']>, at: string): OrderLine {
  if (line.ended) return line;
  const steps: Step[] = [];
  const allocations = line.allocations.map((allocation) => {
    const state = endedState(allocation);
    if (state === allocation.state) return allocation;
    const { allocationId, warehouseId } = allocation;
    const quantity = piecesBefore(allocation) - allocation.picked;
    const detail =
      state === 'released'
        ? `Released: no warehouse had been asked (${ended}).`
        : `Release asked of ${warehouseId} (${ended}).`;
    steps.push({
      at,
      step: state === 'released' ? 'released' : 'releasing',
      warehouseId,
      allocationId,
      quantity,
      detail,
    });
    return { ...allocation, state };
  });
  return withUnsettled({ ...line, ended, backordered: 0, allocations, why: keepSteps(line.why, steps) }, at);
}

/** Allocations for whose answer somebody has to ask: not decided, or to be released. */
export function unanswered(line: OrderLine): Allocation[] {
  return line.allocations.filter(
    ({ state, asked }) => asked && (state === 'tentative' || state === 'releasing'),
  );
}

/** The line with steps added and with `unsettledSince` as its figures demand it. */
export function withSteps(line: OrderLine, steps: readonly Step[], at: string): OrderLine {
  return withUnsettled({ ...line, why: keepSteps(line.why, steps) }, at);
}

function endedState(allocation: Allocation): Allocation['state'] {
  const { state, asked } = allocation;
  if (state === 'tentative') return asked ? 'releasing' : 'released';
  if (state === 'decided' && piecesBefore(allocation) > allocation.picked) return 'releasing';
  return state;
}

function piecesBefore({ decided, quantity }: Allocation): number {
  return decided?.quantity ?? quantity;
}

/** The line with this allocation as it is now, and what became of it as a step on the way. */
export function withAllocation(
  line: OrderLine,
  changed: Allocation,
  at: string,
  step?: Pick<Step, 'step' | 'quantity' | 'detail'>,
): OrderLine {
  const { allocationId, warehouseId } = changed;
  const allocations = line.allocations.map((held) => (held.allocationId === allocationId ? changed : held));
  return withSteps({ ...line, allocations }, step ? [{ at, warehouseId, allocationId, ...step }] : [], at);
}

function withUnsettled(line: OrderLine, at: string): OrderLine {
  const { unsettledSince, ...rest } = line;
  const unsettled = unanswered(line).length > 0 || (line.kind === 'order-line' && lineFigures(line).open > 0);
  return unsettled ? { ...rest, unsettledSince: unsettledSince ?? at } : rest;
}

function keepSteps(kept: readonly Step[], added: readonly Step[]): readonly Step[] {
  return added.length === 0 ? kept : [...kept, ...added].slice(-MAX_STEPS);
}

const REASONS: Record<NonNullable<AllocationDecision['reason']>, string> = {
  'insufficient-stock': 'not enough stock there',
  'under-count': 'the stock is being counted',
  'unknown-item': 'the warehouse does not know the item',
  'stock-fell-short': 'stock fell short of what was reserved',
  'short-close': 'the pick was closed short',
  'already-released': 'it had been released before',
};

function tellDecision(
  { status, quantity, warehouseId, reason, decidedAt, picked }: AllocationDecision,
  before: number,
): string {
  const because = reason ? `: ${REASONS[reason]}` : '';
  const when = `at ${decidedAt}`;
  switch (status) {
    case 'confirmed':
      return `${warehouseId} confirmed ${quantity} of ${before} ${when}${because}.`;
    case 'rejected':
      return `${warehouseId} rejected ${before} ${when}${because}.`;
    case 'reduced':
      return `${warehouseId} reduced ${before} to ${quantity} ${when}${because}.`;
    case 'released':
      return `${warehouseId} released ${before - quantity} ${when}; ${picked} had been picked.`;
  }
}
