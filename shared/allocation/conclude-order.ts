import { lineFigures, type OrderLine } from '../domain/order-line.ts';
import { endLine, unanswered } from '../domain/settlement.ts';
import type { AllocationStore } from '../ports/allocation-store.ts';
import type { Orchestrations } from '../ports/orchestrations.ts';
import type { Order, OrderStore } from '../ports/order-store.ts';
import { isoNow, type Runtime } from '../ports/runtime.ts';
import { untilStored } from '../ports/until-stored.ts';
import { noteFinished } from './change-order.ts';
import { keyOf, newLineOf, orderLineOf, readLinesOf } from './orders.ts';
import { drive } from './settle-decisions.ts';
import type { UpdateLine } from './update-lines.ts';

export type ConcludePorts = {
  readonly store: AllocationStore;
  readonly orders: OrderStore;
  readonly updateLine: UpdateLine;
  readonly orchestrations: Orchestrations;
  readonly runtime: Runtime;
};

/**
 * Commits an order of which all or nothing is wanted when every line is confirmed in full, and releases all of it as soon
 * as one line cannot be (architecture, rule 9). The outcome is decided once, by a conditional write; repeating it
 * finishes what was begun.
 *
 * @returns `pending` while a line is still being placed or waits for a warehouse
 * @throws {StoreUnavailable}
 */
export async function concludeOrder(
  orderId: string,
  ports: ConcludePorts,
): Promise<NonNullable<Order['outcome']> | 'pending'> {
  const { order, lines } = await decideOutcome(orderId, ports);
  if (!order.outcome) await placeMissing(order, lines, ports);
  if (order.outcome !== 'aborted') return order.outcome ?? 'pending';
  const at = isoNow(ports.runtime);
  await Promise.all(
    order.lines.map(async (ordered) => {
      const { line } = await ports.updateLine({
        key: keyOf(order, ordered),
        change: (held = newLineOf(order, ordered.lineId)) => held && endLine(held, 'all-or-nothing', at),
      });
      if (line && unanswered(line).length > 0) await drive(line, ports.orchestrations);
    }),
  );
  await noteFinished(order, ports);
  return 'aborted';
}

/** Aligned with the order's; undefined where there is no document. */
type Lines = readonly (OrderLine | undefined)[];

/** A line has a document before its order is concluded: one that lost it is placed anew, or the order would wait for ever. */
async function placeMissing(order: Order, lines: Lines, { orchestrations }: ConcludePorts): Promise<void> {
  const missing = order.lines.filter((_ordered, index) => !lines[index]);
  await Promise.all(missing.map((ordered) => drive(orderLineOf(order, ordered), orchestrations)));
}

async function decideOutcome(
  orderId: string,
  { store, orders, runtime }: ConcludePorts,
): Promise<{ order: Order; lines: Lines }> {
  return untilStored(runtime, `the outcome of order ${orderId}`, async () => {
    const stored = await orders.read('order', orderId);
    if (!stored) throw new Error(`Order ${orderId} is not stored.`);
    const { order, etag } = stored;
    if (order.outcome) return { order, lines: [] };
    const lines = order.cancelledAt ? [] : await readLinesOf(order, store);
    const outcome = order.cancelledAt ? 'aborted' : outcomeOf(lines);
    if (!outcome) return { order, lines };
    const isAborted = outcome === 'aborted';
    const decided: Order = { ...order, outcome, ...(isAborted && { unfinishedSince: isoNow(runtime) }) };
    return (await orders.replace(decided, etag)) === 'stored' ? { order: decided, lines } : 'conflict';
  });
}

/** What the lines as they stand come to; undefined while it is open. */
function outcomeOf(lines: Lines): Order['outcome'] {
  if (lines.some((line) => line && isLost(line))) return 'aborted';
  return lines.every((line) => line && isPromised(line)) ? 'committed' : undefined;
}

/** More is picked than was ordered where a restored WMS picked it once more. */
function isPromised(line: OrderLine): boolean {
  const { confirmed, fulfilled } = lineFigures(line);
  return confirmed + fulfilled >= line.terms.quantity;
}

function isLost(line: OrderLine): boolean {
  const { backordered, rejected, released } = lineFigures(line);
  return line.ended !== undefined || backordered + rejected + released > 0;
}
