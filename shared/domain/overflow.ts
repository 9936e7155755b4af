import { type Position, positionKey } from './position.ts';
import type { Stock, StockKey } from './stock.ts';

/**
 * Positions at zero that have long been idle rest, with their versions, in a second document of the same partition,
 * so that the stock document stays small (architecture, rule 3) and a late event still meets the version it knew.
 */
export type Overflow = StockKey & { readonly positions: readonly Position[] };

/** A stock with no more positions than this is left alone: moving would cost more than it saves. */
export const OVERFLOW_FROM_POSITIONS = 50;

/** Idle longer than this, in milliseconds: events older than 14 days are not replayed in the ordinary course. */
export const REPLAY_HORIZON_MS = 14 * 24 * 60 * 60 * 1000;

/** Moves what rests out of a stock, if it is worth it. `now` is milliseconds UTC. Totals do not change: all of it is at zero. */
export function moveIdleOut(
  stock: Stock,
  overflow: Overflow,
  now: number,
): { stock: Stock; overflow: Overflow } {
  if (stock.positions.length <= OVERFLOW_FROM_POSITIONS) return { stock, overflow };
  const idle = stock.positions.filter((position) => isIdle(position, now));
  if (idle.length === 0) return { stock, overflow };
  const active = stock.positions.filter((position) => !isIdle(position, now));
  const resting = [...overflow.positions, ...idle];
  return {
    stock: { ...stock, positions: active, overflowed: resting.length },
    overflow: { ...overflow, positions: resting },
  };
}

/** Brings the named positions back, before events for them are folded. */
export function moveBackIn(
  stock: Stock,
  overflow: Overflow,
  names: readonly string[],
): { stock: Stock; overflow: Overflow } {
  const wanted = new Set(names);
  const back = overflow.positions.filter((position) => wanted.has(positionKey(position)));
  if (back.length === 0) return { stock, overflow };
  const resting = overflow.positions.filter((position) => !wanted.has(positionKey(position)));
  return {
    stock: { ...stock, positions: [...stock.positions, ...back], overflowed: resting.length },
    overflow: { ...overflow, positions: resting },
  };
}

/** True when `moveIdleOut` would move something. */
export function hasIdle(stock: Stock, now: number): boolean {
  return (
    stock.positions.length > OVERFLOW_FROM_POSITIONS &&
    stock.positions.some((position) => isIdle(position, now))
  );
}

/** A position with an open gap stays where it is looked at. */
function isIdle(position: Position, now: number): boolean {
  return (
    position.onHand === 0 &&
    position.missing === undefined &&
    Date.parse(position.changedAt) < now - REPLAY_HORIZON_MS
  );
}
