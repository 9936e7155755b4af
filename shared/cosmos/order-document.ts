import type { JSONObject } from '@azure/cosmos';
import type { Order, StoredOrder } from '../ports/order-store.ts';
import { SETTLED_TTL_SECONDS } from './retention.ts';
import { withoutSystemProperties } from './system-properties.ts';

/** `|` cannot occur in an order id, so that a cart and an order of the same id are two. */
export function partitionOf(kind: Order['kind'], orderId: string): string {
  return kind === 'order' ? orderId : `hold|${orderId}`;
}

/** How an order lies in the container `orders`; `dueAt` is there only while an orchestration has to come back to it. */
export function toOrderDocument(order: Order): JSONObject {
  const { orderId, ...rest } = order;
  const dueAt = dueOf(order);
  const document: object = {
    ...rest,
    id: order.kind,
    orderId: partitionOf(order.kind, orderId),
    ttl: SETTLED_TTL_SECONDS,
    ...(dueAt !== undefined && { dueAt }),
  };
  return document as JSONObject;
}

/** Only this file writes such documents, so the shape is trusted. */
export function fromOrderDocument(document: object): StoredOrder {
  const { own, etag } = withoutSystemProperties(document);
  const { id: _id, ttl: _ttl, dueAt: _dueAt, orderId, ...rest } = own;
  const order = { ...rest, orderId: String(orderId).replace(/^hold\|/, '') };
  return { order: order as Order, etag };
}

/**
 * When somebody has to look at it again, if nobody has (UTC): an end that may not have reached all lines, all or nothing without an
 * outcome, or a cart that is over.
 */
function dueOf({ kind, ...order }: Order): string | undefined {
  const { allOrNothing, outcome, unfinishedSince, ended, createdAt, expiresAt } = order;
  if (kind === 'hold') return ended ? undefined : expiresAt;
  return unfinishedSince ?? (allOrNothing && !outcome ? createdAt : undefined);
}
