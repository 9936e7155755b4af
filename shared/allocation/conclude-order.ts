import { lineFigures, type OrderLine } from '../domain/order-line.ts';
import { endLine, unanswered } from '../domain/settlement.ts';
import type { AllocationStore } from '../ports/allocation-store.ts';
import type { Orchestrations } from '../ports/orchestrations.ts';
import type { Order, OrderStore } from '../ports/order-store.ts';
import type { Runtime } from '../ports/runtime.ts';
import { untilStored } from '../ports/until-stored.ts';
import { keyOf, newLineOf } from './orders.ts';
import { drive } from './settle-decisions.ts';
import type { UpdateLine } from './update-lines.ts';

export type ConcludePorts = {
  readonly store: AllocationStore;
  readonly orders: OrderStore;
  readonly updateLine: UpdateLine;
  readonly runtime: Runtime;
};

/**
 * Commits an order of which all or nothing is wanted when every line is confirmed in full, else releases all of it
 * (architecture, rule 9). The outcome is decided once, by a conditional write; repeating it finishes what was begun.
 *
 * @throws {StoreUnavailable}
 */
export async function concludeOrder(
  orderId: string,
  ports: ConcludePorts,
  orchestrations: Orchestrations,
): Promise<NonNullable<Order['outcome']>> {
  const order = await decideOutcome(orderId, ports);
  if (order.outcome === 'committed') return 'committed';
  const at = new Date(ports.runtime.now()).toISOString();
  await Promise.all(
    order.lines.map(async (ordered) => {
      const { line } = await ports.updateLine({
        key: keyOf(order, ordered),
        change: (held = newLineOf(order, ordered.lineId)) => held && endLine(held, 'all-or-nothing', at),
      });
      if (line && unanswered(line).length > 0) await drive(line, orchestrations);
    }),
  );
  return 'aborted';
}

async function decideOutcome(orderId: string, { store, orders, runtime }: ConcludePorts): Promise<Order> {
  return untilStored(runtime, `the outcome of order ${orderId}`, async () => {
    const stored = await orders.read('order', orderId);
    if (!stored) throw new Error(`Order ${orderId} is not stored.`);
    const { order, etag } = stored;
    if (order.outcome) return order;
    const lines = await store.readLines(order.lines.map((ordered) => keyOf(order, ordered)));
    const outcome =
      !order.cancelledAt && lines.every((line) => isPromised(line?.line)) ? 'committed' : 'aborted';
    const decided: Order = { ...order, outcome };
    return (await orders.replace(decided, etag)) === 'stored' ? decided : 'conflict';
  });
}

function isPromised(line: OrderLine | undefined): boolean {
  if (!line) return false;
  const { confirmed, fulfilled } = lineFigures(line);
  return confirmed + fulfilled === line.terms.quantity;
}
