import type { HoldState } from '../contracts/allocation.ts';
import { lineFigures, type OrderLine } from '../domain/order-line.ts';
import type { Order } from '../ports/order-store.ts';
import { sourcesOf } from './order-state.ts';
import { orderLineOf } from './orders.ts';

/** `live`: it keeps stock, may be extended and become an order. */
export type HoldLife = 'live' | NonNullable<Order['ended']>;

/**
 * What has become of a cart. Its time is over when the clock says so, whether or not its end is marked yet.
 *
 * @param now milliseconds UTC
 */
export function lifeOf({ ended, becameOrderId, expiresAt = '' }: Order, now: number): HoldLife {
  if (ended) return ended;
  if (becameOrderId !== undefined) return 'ordered';
  return now < Date.parse(expiresAt) ? 'live' : 'expired';
}

/** What a cart and the documents of its lines say, aligned with its lines. */
export function holdStateOf(hold: Order, lines: readonly (OrderLine | undefined)[], now: number): HoldState {
  const told = hold.lines.map((ordered, index) => {
    const line = lines[index] ?? orderLineOf(hold, ordered);
    const { lineId, itemId, quantity } = ordered;
    return { lineId, itemId, quantity, held: lineFigures(line).held, sources: sourcesOf(line) };
  });
  const life = lifeOf(hold, now);
  const isWhole = told.every(({ quantity, held }) => held === quantity);
  return {
    holdId: hold.orderId,
    status: life === 'live' ? (isWhole ? 'held' : 'partly-held') : life,
    expiresAt: hold.expiresAt ?? hold.createdAt,
    ...(hold.becameOrderId !== undefined && { orderId: hold.becameOrderId }),
    lines: told,
  };
}
