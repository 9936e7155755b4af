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

/** Lines read at once; a sweep goes on for so long (milliseconds), and the next one, in a minute, after where it ended. */
const LINES_A_PAGE = 500;
const SWEEP_MS = 20_000;

/** Lines driven at a time. */
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
  // Thousands may wait for a warehouse that is down; none of them keeps the sweep from the ones after it.
  let after = '';
  return async (orchestrations) => {
    const started = runtime.now();
    const before = new Date(started - SETTLES_WITHIN_MS).toISOString();
    let driven = 0;
    do {
      const lines = await sweep.unsettledLines(after, before, LINES_A_PAGE);
      after = lines.length < LINES_A_PAGE ? '' : (lines.at(-1)?.unsettledSince ?? '');
      await mapAtMost(DRIVEN_AT_ONCE, lines, (line) => driveAll(line, orchestrations));
      driven += lines.length;
    } while (after !== '' && runtime.now() < started + SWEEP_MS);
    const due = await sweep.dueOrders(before, LINES_A_PAGE);
    await mapAtMost(DRIVEN_AT_ONCE, due, (order) => orchestrations.start(startOf(order)));
    let waitingItems = 0;
    for await (const itemIds of sweep.waitingItems()) {
      await stockChanges.tell(itemIds);
      waitingItems += itemIds.length;
    }
    return { driven, due: due.length, waitingItems };
  };
}

function startOf({ kind, orderId }: DueOrder): OrchestrationStart {
  return kind === 'order' ? orderStart(orderId) : expiryStart(orderId);
}
