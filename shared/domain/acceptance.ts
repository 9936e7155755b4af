import { type InventoryEvent, inventoryEventSchema } from '../contracts/inventory-event.ts';
import { valueAt } from '../contracts/schema-issue.ts';

/** Why a message was parked instead of folded. */
export type Refusal = {
  readonly reason:
    | 'too-large'
    | 'not-utf-8'
    | 'not-json'
    | 'invalid-event'
    | 'unknown-warehouse'
    | 'from-the-future'
    | 'unversioned-event-for-versioned-position'
    | 'document-too-large';
  /** One sentence that names the field and the value. */
  readonly detail: string;
};

export type Acceptance =
  | { readonly accepted: true; readonly event: InventoryEvent }
  | { readonly accepted: false; readonly refusal: Refusal };

/** No event of the contract comes near this; what does is not ours. Bytes. */
export const MAX_EVENT_BYTES = 64 * 1024;

/** Clocks of WMS and bus may differ by this much; milliseconds. */
export const MAX_AHEAD_MS = 5 * 60 * 1000;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Decides whether a message is an event that can be folded. A pure function of the bytes, of the time the bus took
 * them (milliseconds UTC) and of the warehouses known, so that every subscription decides alike (architecture, rule 5).
 */
export function accept(body: Uint8Array, enqueuedAt: number, warehouses: ReadonlySet<string>): Acceptance {
  if (body.byteLength > MAX_EVENT_BYTES) {
    return refuse(
      'too-large',
      `The body has ${body.byteLength} bytes; an inventory event has at most ${MAX_EVENT_BYTES}.`,
    );
  }
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    return refuse('not-utf-8', 'The body is not valid UTF-8.');
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return refuse(
      'not-json',
      `The body is not JSON: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
  return acceptJson(json, enqueuedAt, warehouses);
}

function acceptJson(json: unknown, enqueuedAt: number, warehouses: ReadonlySet<string>): Acceptance {
  const parsed = inventoryEventSchema.safeParse(json);
  if (!parsed.success) {
    const issues = parsed.error.issues.slice(0, 5).map(({ path, message }) => {
      const field = path.join('.') || 'the event';
      return `${field} ${describe(valueAt(json, path))}: ${message}`;
    });
    return refuse('invalid-event', issues.join('; '));
  }
  const event = parsed.data;
  if (!warehouses.has(event.warehouseId)) {
    return refuse(
      'unknown-warehouse',
      `warehouseId ${describe(event.warehouseId)} is not a warehouse known here.`,
    );
  }
  if (Date.parse(event.timestamp) > enqueuedAt + MAX_AHEAD_MS) {
    const enqueued = new Date(enqueuedAt).toISOString();
    return refuse(
      'from-the-future',
      `timestamp ${describe(event.timestamp)} is more than 5 minutes after the bus took the message (${enqueued}).`,
    );
  }
  return { accepted: true, event };
}

function refuse(reason: Refusal['reason'], detail: string): Acceptance {
  return { accepted: false, refusal: { reason, detail } };
}

function describe(value: unknown): string {
  if (value === undefined) return '(missing)';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
