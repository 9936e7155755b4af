import { type InventoryEvent, inventoryEventSchema } from '../contracts/inventory-event.ts';
import { describeValue, type Refusal, readJsonMessage } from '../contracts/json-message.ts';

export type Acceptance =
  | { readonly accepted: true; readonly event: InventoryEvent }
  | { readonly accepted: false; readonly refusal: Refusal };

/** Clocks of WMS, bus and cloud may differ by this much; milliseconds. */
export const CLOCKS_DIFFER_BY_MS = 5 * 60 * 1000;

/**
 * Decides whether a message is an event that can be folded. A pure function of the bytes, of the time the bus took
 * them (milliseconds UTC) and of the warehouses known, so that every subscription decides alike (architecture, rule 5).
 */
export function accept(body: Uint8Array, enqueuedAt: number, warehouses: ReadonlySet<string>): Acceptance {
  const read = readJsonMessage(body, inventoryEventSchema, 'invalid-event');
  if (!read.accepted) return read;
  const event = read.value;
  if (!warehouses.has(event.warehouseId)) {
    return refuse(
      'unknown-warehouse',
      `warehouseId ${describeValue(event.warehouseId)} is not a warehouse known here.`,
    );
  }
  if (Date.parse(event.timestamp) > enqueuedAt + CLOCKS_DIFFER_BY_MS) {
    const enqueued = new Date(enqueuedAt).toISOString();
    return refuse(
      'from-the-future',
      `timestamp ${describeValue(event.timestamp)} is more than 5 minutes after the bus took the message (${enqueued}).`,
    );
  }
  return { accepted: true, event };
}

function refuse(reason: Refusal['reason'], detail: string): Acceptance {
  return { accepted: false, refusal: { reason, detail } };
}
