import type { OrderLine } from '../domain/order-line.ts';
import { unanswered } from '../domain/settlement.ts';
import type { AllocationSweep } from '../ports/allocation-sweep.ts';
import type { Orchestrations } from '../ports/orchestrations.ts';
import type { Runtime } from '../ports/runtime.ts';
import type { StockChanges } from '../ports/stock-changes.ts';
import { drive, driveRun } from './settle-decisions.ts';

/** A line settles within a second; one that has not after this time may have lost its orchestration. Milliseconds. */
const SETTLES_WITHIN_MS = 60_000;

/** Lines driven in one sweep; the next one, in a minute, goes on after them. */
const LINES_A_SWEEP = 500;

export type SweepPorts = {
  readonly sweep: AllocationSweep;
  readonly stockChanges: StockChanges;
  readonly runtime: Runtime;
};

export type Sweep = (orchestrations: Orchestrations) => Promise<{ driven: number; waitingItems: number }>;

/**
 * What a crash between two steps, or a refusal that has become old, may have left lying: lines that do not come to rest
 * get their orchestrations again (those that run are left alone), and items with backorders are looked at anew.
 *
 * The function answered throws {StoreUnavailable}.
 */
export function allocationSweep({ sweep, stockChanges, runtime }: SweepPorts): Sweep {
  // Thousands may wait for a warehouse that is down; none of them keeps the sweep from the ones after it.
  let after = '';
  return async (orchestrations) => {
    const before = new Date(runtime.now() - SETTLES_WITHIN_MS).toISOString();
    const lines = await sweep.unsettledLines(after, before, LINES_A_SWEEP);
    after = lines.length < LINES_A_SWEEP ? '' : (lines.at(-1)?.unsettledSince ?? '');
    for (const line of lines) await driveAll(line, orchestrations);
    let waitingItems = 0;
    for await (const itemIds of sweep.waitingItems()) {
      await stockChanges.tell(itemIds);
      waitingItems += itemIds.length;
    }
    return { driven: lines.length, waitingItems };
  };
}

/** The runs whose warehouses have not answered, and the newest, which places what is open. */
async function driveAll(line: OrderLine, orchestrations: Orchestrations): Promise<void> {
  await drive(line, orchestrations);
  const runs = new Set(line.ended ? [] : unanswered(line).map(({ run }) => run));
  runs.delete(line.runs);
  for (const run of runs) await driveRun(line, run, orchestrations);
}
