import type { AllocationRequest } from '../contracts/allocation-messages.ts';
import type { Allocation, LineKey, OrderLine } from '../domain/order-line.ts';
import { refusalEnds } from '../domain/refusal.ts';
import { unanswered } from '../domain/settlement.ts';
import type { AllocationRequests } from '../ports/allocation-requests.ts';
import type { AllocationStore } from '../ports/allocation-store.ts';
import type { AllocateLineInput } from '../ports/orchestrations.ts';
import type { OrderStore } from '../ports/order-store.ts';
import type { Runtime } from '../ports/runtime.ts';
import { newLineOf } from './orders.ts';
import type { Placed, PlaceTask } from './place-lines.ts';

/** What an orchestration's activities need. */
export type DrivePorts = {
  readonly store: AllocationStore;
  readonly orders: OrderStore;
  readonly placeLine: (task: PlaceTask) => Promise<Placed>;
  readonly requests: AllocationRequests;
  readonly runtime: Runtime;
};

/** What a run waits for. */
export type Waiting = {
  /** Allocations that were asked for and have not been answered; none: all pieces of this run rest. */
  readonly allocationIds: readonly string[];
  /** When a count ends that kept stock from a piece that waits now (UTC). */
  readonly retryAt?: string;
};

/**
 * Places what is open of the line, and asks the warehouses of this run. Repeating it holds nothing twice: what is held
 * stays held, and is asked for again under the same id.
 *
 * @throws {StoreUnavailable}
 */
export async function placeAndAsk(input: AllocateLineInput, ports: DrivePorts): Promise<Waiting> {
  const key: LineKey = { kind: 'order-line', ...input };
  const { line } = await ports.placeLine(await taskOf(key, input, ports));
  if (!line) return { allocationIds: [] };
  const allocationIds = await ask(line, input.run, 0, ports);
  const retryAt = line.backordered > 0 ? countEnds(line, ports.runtime.now()) : undefined;
  return { allocationIds, ...(retryAt !== undefined && { retryAt }) };
}

/** Asks again: what the line's state demands now. Answers the ids that wait for an answer. @throws {StoreUnavailable} */
export async function askAgain(
  input: AllocateLineInput,
  attempt: number,
  ports: DrivePorts,
): Promise<readonly string[]> {
  const [stored] = await ports.store.readLines([{ kind: 'order-line', ...input }]);
  return stored ? ask(stored.line, input.run, attempt, ports) : [];
}

async function ask(
  line: OrderLine,
  run: AllocateLineInput['run'],
  attempt: number,
  { requests }: DrivePorts,
): Promise<readonly string[]> {
  const asks = asksOf(line, run);
  if (asks.length > 0) await requests.send(asks, attempt);
  return asks.map(({ allocationId }) => allocationId);
}

/** The first run makes the line from its order; later ones find it. */
async function taskOf(key: LineKey, input: AllocateLineInput, { orders }: DrivePorts): Promise<PlaceTask> {
  const { trace } = input;
  const run = input.run === 'release' ? 0 : input.run;
  if (run !== 1) return { key, run, trace };
  if (input.ordered) return { key, run, trace, ordered: input.ordered };
  const stored = await orders.read('order', input.orderId);
  const ordered = stored && newLineOf(stored.order, input.lineId);
  return { key, run, trace, ...(ordered && { ordered }) };
}

function asksOf(line: OrderLine, run: AllocateLineInput['run']): AllocationRequest[] {
  return unanswered(line)
    .filter((allocation) => (run === 'release' ? allocation.state === 'releasing' : allocation.run === run))
    .map((allocation) => askOf(line, allocation));
}

function askOf(
  line: OrderLine,
  { allocationId, warehouseId, quantity, state }: Allocation,
): AllocationRequest {
  const { orderId, lineId, itemId, orderedAt, terms } = line;
  const about = { allocationId, orderId, lineId, itemId, warehouseId };
  if (state === 'releasing') return { kind: 'release', ...about };
  const leastQuantity = Math.min(terms.leastQuantity, quantity);
  return { kind: 'request', ...about, quantity, leastQuantity, orderedAt, priority: terms.priority };
}

/** The first count to end, and a second more: the timers of Durable Functions fire up to one second early. */
function countEnds(line: OrderLine, now: number): string | undefined {
  const ends = line.allocations.flatMap(({ decided }) => (decided?.retryAt ? [refusalEnds(decided)] : []));
  const first = Math.min(...ends.filter((end) => end > now));
  return Number.isFinite(first) ? new Date(first + TIMER_FIRES_EARLY_MS).toISOString() : undefined;
}

const TIMER_FIRES_EARLY_MS = 1_000;
