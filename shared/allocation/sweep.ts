import type { AllocationSweep, DueOrder } from '../ports/allocation-sweep.ts';
import { mapAtMost } from '../ports/at-most.ts';
import {
  expiryStart,
  type OrchestrationStart,
  type Orchestrations,
  orderStart,
} from '../ports/orchestrations.ts';
import type { Order } from '../ports/order-store.ts';
import type { Runtime } from '../ports/runtime.ts';
import type { StockChanges } from '../ports/stock-changes.ts';
import { type BeginPorts, beginUntouched } from './place-order.ts';
import { driveAll } from './settle-decisions.ts';

/** A line settles within a second; one that has not after this time may have lost its orchestration. Milliseconds. */
export const SETTLES_WITHIN_MS = 60_000;

/** Lines, or orders, read at once; a sweep goes on for so long (milliseconds), and the next one, in a minute, after where it ended. */
const A_PAGE = 500;
const SWEEP_MS = 20_000;

/** Lines, or orders, driven at a time. */
const DRIVEN_AT_ONCE = 16;

/** A new process looks at the orders of so long (milliseconds); what is older was looked at, or its caller has to ask again. */
export const LOOKS_BACK_MS = 3600_000;

export type SweepPorts = {
  readonly store: BeginPorts['store'];
  readonly sweep: AllocationSweep;
  readonly stockChanges: StockChanges;
  readonly runtime: Runtime;
};

export type Sweep = (
  orchestrations: Orchestrations,
) => Promise<{ driven: number; due: number; begun: number; waitingItems: number }>;

/**
 * What a crash between two steps, or a refusal that has become old, may have left lying: lines that do not come to rest
 * get their orchestrations again (those that run are left alone), so do orders of all or nothing without an outcome, those
 * whose end has not reached all lines and carts whose time is over; orders that were recorded and not begun are begun; and
 * items with backorders or thresholds are looked at anew. `begun` are lines.
 *
 * The function answered throws {StoreUnavailable}.
 */
export function allocationSweep({ sweep, store, stockChanges, runtime }: SweepPorts): Sweep {
  const sweepLines = inPages(sweep.unsettledLines, ({ unsettledSince = '' }) => unsettledSince);
  const sweepDue = inPages(sweep.dueOrders, ({ dueAt }) => dueAt);
  const sweepNew = sinceLast(sweep.ordersAskedFor, ({ createdAt }) => createdAt);
  return async (orchestrations) => {
    const started = runtime.now();
    const before = new Date(started - SETTLES_WITHIN_MS).toISOString();
    const isTimeLeft = () => runtime.now() < started + SWEEP_MS;
    const driven = await sweepLines(before, isTimeLeft, (line) => driveAll(line, orchestrations));
    const due = await sweepDue(before, isTimeLeft, (order) => orchestrations.start(startOf(order)));
    let waitingItems = 0;
    for await (const itemIds of sweep.waitingItems()) {
      await stockChanges.tell(itemIds);
      waitingItems += itemIds.length;
    }
    // Last, so that an index of the container that is still being built keeps nobody who waits from being told.
    let begun = 0;
    await sweepNew(before, isTimeLeft, async (order) => {
      if (isBegunByOthers(order)) return;
      const { untouched } = await beginUntouched(order, { store, orchestrations });
      begun += untouched;
    });
    return { driven, due, begun, waitingItems };
  };
}

/**
 * Drives page after page of what has waited since before an instant, and answers how many. Thousands may wait for a
 * warehouse that is down; none of them keeps the sweep from the ones after it.
 */
function inPages<Swept>(
  readPage: (after: string, before: string, limit: number) => Promise<Swept[]>,
  since: (swept: Swept) => string,
) {
  let after = '';
  return async (
    before: string,
    isTimeLeft: () => boolean,
    drive: (swept: Swept) => Promise<void>,
  ): Promise<number> => {
    let driven = 0;
    do {
      const page = await readPage(after, before, A_PAGE);
      const isLast = page.length < A_PAGE;
      const some = isLast ? page : wholeInstants(page, since);
      const last = some.at(-1);
      after = isLast || last === undefined ? '' : since(last);
      await mapAtMost(DRIVEN_AT_ONCE, some, drive);
      driven += some.length;
    } while (after !== '' && isTimeLeft());
    return driven;
  };
}

/** The same, of what is looked at once: each sweep goes on where the last one that did not fail ended. */
function sinceLast<Swept>(
  readPage: (after: string, before: string, limit: number) => Promise<Swept[]>,
  since: (swept: Swept) => string,
) {
  let after: string | undefined;
  return async (
    before: string,
    isTimeLeft: () => boolean,
    look: (swept: Swept) => Promise<void>,
  ): Promise<void> => {
    after ??= new Date(Date.parse(before) - LOOKS_BACK_MS).toISOString();
    let isLast = false;
    do {
      const page = await readPage(after, before, A_PAGE);
      isLast = page.length < A_PAGE;
      const some = isLast ? page : wholeInstants(page, since);
      await mapAtMost(DRIVEN_AT_ONCE, some, look);
      const last = some.at(-1);
      if (last !== undefined) after = since(last);
    } while (!isLast && isTimeLeft());
  };
}

/** One of all or nothing is due until it has an outcome; what was a cart is begun by the cart; and one that was taken back is not begun. */
function isBegunByOthers({ allOrNothing, fromHoldId, cancelledAt }: Order): boolean {
  return allOrNothing || fromHoldId !== undefined || cancelledAt !== undefined;
}

/** Without those of the last instant, of which more may follow the page, unless all of it is of that one. */
function wholeInstants<Swept>(page: readonly Swept[], since: (swept: Swept) => string): readonly Swept[] {
  const last = page.at(-1);
  const whole = page.filter((swept) => last !== undefined && since(swept) < since(last));
  return whole.length > 0 ? whole : page;
}

function startOf({ kind, orderId }: DueOrder): OrchestrationStart {
  return kind === 'order' ? orderStart(orderId) : expiryStart(orderId);
}
