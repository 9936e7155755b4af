import type { AllocationStatus } from '../contracts/allocation.ts';
import type { OpenState, SettledState } from '../contracts/allocation-counts.ts';
import type { AllocationDecision } from '../contracts/allocation-messages.ts';
import type { TraceContext } from '../contracts/trace-context.ts';

/** What was asked for and what is accepted; `leastQuantity` is filled in. */
export type LineTerms = {
  readonly quantity: number;
  readonly wantedDate?: string | undefined;
  readonly priority: number;
  readonly allowedWarehouses?: readonly string[] | undefined;
  readonly preferredWarehouses?: readonly string[] | undefined;
  readonly allowSplit: boolean;
  readonly allowBackorder: boolean;
  readonly leastQuantity: number;
};

/** What a warehouse said last about an allocation. */
export type Decided = Pick<
  AllocationDecision,
  'sequence' | 'status' | 'quantity' | 'decidedAt' | 'reason' | 'retryAt'
> & {
  /** When the cloud heard it. */
  readonly settledAt: string;
  /** Pieces that a short close gave up. */
  readonly closed?: number;
};

/** Pieces of a line from one warehouse. */
export type Allocation = {
  /** `{orderId}:{lineId}:{number}`; of a cart's hold, which no warehouse hears of, `{holdId}:{lineId}:{number}`. */
  readonly allocationId: string;
  readonly warehouseId: string;
  /** Pieces held and asked for. */
  readonly quantity: number;
  readonly picked: number;
  /**
   * `tentative`: held, no answer yet. `releasing`: cancelled, counted until the warehouse says it is released.
   * `decided`: the warehouse's word stands. `released`: for good; what was picked stays.
   */
  readonly state: 'tentative' | 'decided' | 'releasing' | 'released';
  /** False for a cart: the warehouse has not been asked, so the hold may expire. */
  readonly asked: boolean;
  /** Number of the orchestration that asks. */
  readonly run: number;
  readonly heldAt: string;
  /** Pieces of the warehouse's stock that were confirmed to nobody when it was held; more later is new stock. */
  readonly unreservedSeen: number;
  readonly decided?: Decided;
};

/** A step on the way, for people: who asked what, and what the answer was. */
export type Step = {
  readonly at: string;
  readonly step:
    | 'held'
    | 'confirmed'
    | 'rejected'
    | 'reduced'
    | 'releasing'
    | 'released'
    | 'backordered'
    | 'picked';
  readonly warehouseId?: string;
  readonly allocationId?: string;
  readonly quantity: number;
  readonly detail: string;
};

/**
 * A line of an order, or of a cart, as it stands: one document in the item's partition, written together with the
 * totals of the stock it concerns. It is the truth of what is promised; orchestrations only drive it.
 * Quantities are pieces, times ISO 8601 UTC.
 */
export type OrderLine = {
  readonly kind: 'order-line' | 'hold-line';
  readonly orderId: string;
  readonly lineId: string;
  readonly itemId: string;
  readonly orderedAt: string;
  readonly terms: LineTerms;
  /** All lines of the order in full, or nothing. */
  readonly allOrNothing: boolean;
  readonly allocations: readonly Allocation[];
  readonly backordered: number;
  readonly rejected: number;
  readonly released: number;
  /** Why nothing more is promised; pieces that are not promised or picked count as released then, or as rejected. */
  readonly ended?: 'cancelled' | 'all-or-nothing' | 'expired' | 'ordered';
  /** Orchestrations started for it so far. */
  readonly runs: number;
  /** Since when pieces wait to be placed or for a warehouse's word; absent when all rest. */
  readonly unsettledSince?: string;
  readonly why: readonly Step[];
  /** The trace of its order: what is done for the line later, be it after weeks, goes on in it. Nothing depends on it. */
  readonly trace?: TraceContext;
};

export type LineKey = Pick<OrderLine, 'kind' | 'orderId' | 'lineId' | 'itemId'>;

/** The pieces of a line by what they are; they add up to its quantity. `open` are those still to be placed. */
export type LineFigures = {
  readonly held: number;
  readonly open: number;
  readonly releasing: number;
  readonly backordered: number;
  readonly confirmed: number;
  readonly fulfilled: number;
  readonly rejected: number;
  readonly released: number;
};

/** What stock counts for a line at one warehouse. */
export type Promised = { readonly tentative: number; readonly confirmed: number; readonly picked: number };

/** Steps kept; beyond that the oldest go. */
export const MAX_STEPS = 50;

export function lineFigures(line: OrderLine): LineFigures {
  let held = 0;
  let releasing = 0;
  let confirmed = 0;
  let fulfilled = 0;
  for (const allocation of line.allocations) {
    const unpicked = Math.max(standing(allocation) - allocation.picked, 0);
    fulfilled += allocation.picked;
    if (allocation.state === 'tentative') held += unpicked;
    else if (allocation.state === 'releasing') releasing += unpicked;
    else confirmed += unpicked;
  }
  const { backordered } = line;
  let { rejected, released } = line;
  const rest = Math.max(
    line.terms.quantity - held - releasing - confirmed - fulfilled - backordered - rejected - released,
    0,
  );
  if (line.ended === 'all-or-nothing') rejected += rest;
  else if (line.ended) released += rest;
  return {
    held,
    open: line.ended ? 0 : rest,
    releasing,
    backordered,
    confirmed,
    fulfilled,
    rejected,
    released,
  };
}

/** Pieces picked, promised or awaited beyond those ordered, as after a pick that a restored WMS had lost; 0 when there are none. */
export function surplusPieces(line: OrderLine): number {
  const { releasing, ...figures } = lineFigures(line);
  const pieces = Object.values(figures).reduce((sum, one) => sum + one, 0);
  return Math.max(pieces - line.terms.quantity, 0);
}

/** The first status that applies to any piece. */
export function lineStatus(figures: LineFigures): AllocationStatus {
  if (figures.held + figures.open > 0) return 'tentative';
  for (const status of ['releasing', 'backordered', 'confirmed', 'fulfilled', 'rejected'] as const) {
    if (figures[status] > 0) return status;
  }
  return 'released';
}

/** Pieces that stand for an allocation: asked for while it is open, then what the warehouse keeps for it, picked ones included. */
export function standing(allocation: Allocation): number {
  if (allocation.decided) return allocation.decided.quantity;
  return allocation.state === 'released' ? allocation.picked : allocation.quantity;
}

/** Pieces of it that are not picked yet; less than none where a restored WMS has lost what was picked of it. */
export function unpicked(allocation: Allocation): number {
  return standing(allocation) - allocation.picked;
}

/** The status of one allocation. */
export function allocationStatus(allocation: Allocation): AllocationStatus {
  if (allocation.state === 'tentative' || allocation.state === 'releasing') return allocation.state;
  if (standing(allocation) > allocation.picked) return 'confirmed';
  if (allocation.picked > 0) return 'fulfilled';
  return allocation.state === 'released' ? 'released' : 'rejected';
}

/** What the stock of each warehouse counts for this line (architecture, rules 7 and 8). */
export function promisedOf(line: OrderLine | undefined): Map<string, Promised> {
  const promised = new Map<string, Promised>();
  for (const allocation of line?.allocations ?? []) {
    const before = promised.get(allocation.warehouseId) ?? { tentative: 0, confirmed: 0, picked: 0 };
    const unanswered = allocation.state !== 'released' && !allocation.decided;
    const pieces = standing(allocation);
    promised.set(allocation.warehouseId, {
      tentative: before.tentative + (unanswered ? pieces : 0),
      confirmed: before.confirmed + (unanswered ? 0 : Math.max(pieces, allocation.picked)),
      picked: before.picked + allocation.picked,
    });
  }
  return promised;
}

/** What an order line wants, before anything is promised. */
export function newOrderLine(
  line: Pick<OrderLine, 'kind' | 'orderId' | 'lineId' | 'itemId' | 'orderedAt' | 'terms' | 'allOrNothing'>,
): OrderLine {
  return { ...line, allocations: [], backordered: 0, rejected: 0, released: 0, runs: 1, why: [] };
}

/** Identifies a line within its item's partition. */
export function lineKey({ kind, orderId, lineId }: LineKey): string {
  return `${kind}|${orderId}|${lineId}`;
}

/** The id of a line's allocation of that number. */
export function allocationIdOf(
  { orderId, lineId }: Pick<OrderLine, 'orderId' | 'lineId'>,
  number: number,
): string {
  return `${orderId}:${lineId}:${number}`;
}

/** Order, line and number of an allocation id; undefined when it is not one of ours. */
export function parseAllocationId(
  allocationId: string,
): { orderId: string; lineId: string; number: number } | undefined {
  const [, orderId, lineId, number] = /^(.+):([^:]+):(\d+)$/.exec(allocationId) ?? [];
  return orderId !== undefined && lineId !== undefined
    ? { orderId, lineId, number: Number(number) }
    : undefined;
}

/** The id of the orchestration that drives a run of a line, or its release. */
export function instanceIdOf(line: Pick<OrderLine, 'orderId' | 'lineId'>, run: number | 'release'): string {
  return `${line.orderId}:${line.lineId}:${run}`;
}

/**
 * Where a line stands in the queue of its item's backorders, as a text that sorts: by priority, then age. Undefined
 * when it does not wait.
 */
export function backorderRank(line: OrderLine): string | undefined {
  return line.backordered > 0 && !line.ended ? queuePlace(line) : undefined;
}

/** Fewer pieces than this in one warehouse are of no use to a backorder. */
export function leastUseful({ terms, backordered }: OrderLine): number {
  return terms.allowSplit ? Math.min(terms.leastQuantity, backordered) : backordered;
}

/** The place a line has, or is to have, among those that want the same item. */
export function queuePlace({ terms, orderedAt, orderId, lineId }: OrderLine): string {
  return `${String(9999 - terms.priority).padStart(4, '0')}|${orderedAt}|${orderId}|${lineId}`;
}

/** True for a text that could be a place in a queue: it begins with the priority's four digits. */
export function isRank(text: string): boolean {
  return /^\d{4}\|/.test(text);
}

/** What a line is while its pieces can still move; undefined once it is settled. */
export function openState(line: OrderLine): OpenState | undefined {
  const status = lineStatus(lineFigures(line));
  if (isEnd(status)) return undefined;
  return line.kind === 'hold-line' ? 'in-cart' : status;
}

/** What a line of an order has come to; undefined while its pieces can still move, and of a cart, which is no order. */
export function settledState(line: OrderLine): SettledState | undefined {
  const status = lineStatus(lineFigures(line));
  return line.kind === 'order-line' && isEnd(status) ? status : undefined;
}

function isEnd(status: AllocationStatus): status is SettledState {
  return status === 'fulfilled' || status === 'rejected' || status === 'released';
}

/** True when nothing about the line can change any more but by the WMS's books: it may leave after a set time. */
export function isSettled(line: OrderLine): boolean {
  return openState(line) === undefined;
}
