import type { AllocationDecision } from '../contracts/allocation-messages.ts';
import { type Allocation, instanceIdOf, lineFigures, type OrderLine } from '../domain/order-line.ts';
import { settleDecision, unanswered } from '../domain/settlement.ts';
import type { AllocationStore } from '../ports/allocation-store.ts';
import type { AllocateLineInput, Orchestrations } from '../ports/orchestrations.ts';
import { isoNow, type Runtime } from '../ports/runtime.ts';
import type { LineUpdated, UpdateLine } from './update-lines.ts';

export type SettlePorts = {
  readonly updateLine: UpdateLine;
  readonly store: Pick<AllocationStore, 'readItem'>;
  readonly orchestrations: Orchestrations;
  readonly runtime: Runtime;
  /** Told of a decision that changed its line: of each at most once, however often it comes. */
  readonly onSettled?: (decision: AllocationDecision) => void;
};

/** What an orchestration is told when a decision on one of its allocations is settled. */
export type DecisionNews = {
  /** True when no piece of the line is open or waits for an answer, so that nothing is left to drive. */
  readonly rests: boolean;
};

/** Name of the event that wakes whoever waits for a decision. */
export function decisionEvent(allocationId: string): string {
  return `decision:${allocationId}`;
}

/**
 * What came of a decision. `unknown`: no line knows the allocation. `elsewhere`: another warehouse decided than was asked, and it has no stock
 * of the item that could be promised.
 */
export type Settled = 'settled' | 'unknown' | 'elsewhere';

/**
 * Settles a decision: the record first, which is the truth, and only then wakes the orchestration (architecture,
 * rule 9). A decision that comes again settles nothing and wakes again, so a crash in between loses nothing.
 *
 * @throws {StoreUnavailable}
 */
export async function settle(decision: AllocationDecision, ports: SettlePorts): Promise<Settled> {
  const { orchestrations, onSettled } = ports;
  const { allocationId } = decision;
  const { line, changed } = await settleWhereAsked(decision, ports);
  const allocation = line && decidedOn(line, decision);
  if (!allocation) return 'unknown';
  if (allocation.warehouseId !== decision.warehouseId) return 'elsewhere';
  if (changed) onSettled?.(decision);
  const news: DecisionNews = { rests: line.unsettledSince === undefined };
  const waiting = [
    instanceIdOf(line, allocation.run),
    ...(line.ended ? [instanceIdOf(line, 'release')] : []),
  ];
  await Promise.all([
    ...waiting.map((instanceId) => orchestrations.raise(instanceId, decisionEvent(allocationId), news)),
    ...(isToDrive(line) ? [drive(line, orchestrations)] : []),
  ]);
  return 'settled';
}

/**
 * The pieces go where the warehouse is that decided: a line that was lost, and placed anew, has what it had. Only where there is stock, since a change of a
 * stock that is not there waits for one, and keeps all others of the item waiting.
 */
async function settleWhereAsked(
  decision: AllocationDecision,
  { updateLine, store, runtime }: SettlePorts,
): Promise<LineUpdated> {
  const { orderId, lineId, itemId, warehouseId } = decision;
  const settleOf = (isStocked: boolean) =>
    updateLine({
      key: { kind: 'order-line', orderId, lineId, itemId },
      change: (held) =>
        held && (isStocked || !isElsewhere(held, decision))
          ? settleDecision(held, decision, isoNow(runtime))
          : held,
    });
  const updated = await settleOf(false);
  if (!updated.line || !isElsewhere(updated.line, decision)) return updated;
  const { stocks } = await store.readItem(itemId);
  return stocks.some((stock) => stock.warehouseId === warehouseId) ? settleOf(true) : updated;
}

function isElsewhere(line: OrderLine, decision: AllocationDecision): boolean {
  const allocation = decidedOn(line, decision);
  return allocation !== undefined && allocation.warehouseId !== decision.warehouseId;
}

function decidedOn(line: OrderLine, { allocationId }: AllocationDecision): Allocation | undefined {
  return line.allocations.find((held) => held.allocationId === allocationId);
}

/** Starts the line's newest run, or its release once it has ended, unless that is under way. */
export function drive(line: OrderLine, orchestrations: Orchestrations): Promise<void> {
  return driveRun(line, line.ended ? 'release' : line.runs, orchestrations);
}

/** Starts a run of the line, unless it is under way; in the trace of its order, where what starts it has none. */
export async function driveRun(
  line: OrderLine,
  run: AllocateLineInput['run'],
  orchestrations: Orchestrations,
): Promise<void> {
  const { orderId, lineId, itemId, trace } = line;
  const input = { orderId, lineId, itemId, run, ...(trace && { trace }) };
  await orchestrations.start({ name: 'allocateLine', instanceId: instanceIdOf(line, run), input });
}

/** The runs whose warehouses have not answered, and the newest, which places what is open. */
export async function driveAll(line: OrderLine, orchestrations: Orchestrations): Promise<void> {
  await drive(line, orchestrations);
  const runs = new Set(line.ended ? [] : unanswered(line).map(({ run }) => run));
  runs.delete(line.runs);
  for (const run of runs) await driveRun(line, run, orchestrations);
}

/** Pieces are open, or are to be given back: that is the newest run's work, whether it has just come into being or is the one that asked. */
function isToDrive(line: OrderLine): boolean {
  const { open, releasing } = lineFigures(line);
  return open + releasing > 0;
}
