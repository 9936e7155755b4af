import type { AllocationSweep, DueOrder } from '../ports/allocation-sweep.ts';
import { mapAtMost } from '../ports/at-most.ts';
import {
  expiryStart,
  type OrchestrationStart,
  type Orchestrations,
  orderStart,
} from '../ports/orchestrations.ts';
import type { Runtime } from '../ports/runtime.ts';
import type { StockChanges } from '../ports/stock-changes.ts';
import { driveAll } from './settle-decisions.ts';

/** A line settles within a second; one that has not after this time may have lost its orchestration. Milliseconds. */
export const SETTLES_WITHIN_MS = 60_000;

/** Lines, or orders, read at once; a sweep goes on for so long (milliseconds), and the next one, in a minute, after where it ended. */
const A_PAGE = 500;
const SWEEP_MS = 20_000;

/** Lines, or orders, driven at a time. */
const DRIVEN_AT_ONCE = 16;

export type SweepPorts = {
  readonly sweep: AllocationSweep;
  readonly stockChanges: StockChanges;
  readonly runtime: Runtime;
};

export type Sweep = (
  orchestrations: Orchestrations,
) => Promise<{ driven: number; due: number; waitingItems: number }>;

/**
 * What a crash between two steps, or a refusal that has become old, may have left lying: lines that do not come to rest
 * get their orchestrations again (those that run are left alone), so do orders of all or nothing without an outcome and
 * carts whose time is over, and items with backorders or thresholds are looked at anew.
 *
 * The function answered throws {StoreUnavailable}.
 */
export function allocationSweep({ sweep, stockChanges, runtime }: SweepPorts): Sweep {
  const sweepLines = inPages(sweep.unsettledLines, ({ unsettledSince = '' }) => unsettledSince);
  const sweepDue = inPages(sweep.dueOrders, ({ dueAt }) => dueAt);
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
    return { driven, due, waitingItems };
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

/** Without those of the last instant, of which more may follow the page, unless all of it is of that one. */
function wholeInstants<Swept>(page: readonly Swept[], since: (swept: Swept) => string): readonly Swept[] {
  const last = page.at(-1);
  const whole = page.filter((swept) => last !== undefined && since(swept) < since(last));
  return whole.length > 0 ? whole : page;
}

function startOf({ kind, orderId }: DueOrder): OrchestrationStart {
  return kind === 'order' ? orderStart(orderId) : expiryStart(orderId);
}
