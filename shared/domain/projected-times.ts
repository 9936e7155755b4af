import type { Stock, StockKey } from './stock.ts';

/** When the fold of an event was made ready to be stored with its stock: the event's id, milliseconds since 1970 UTC. */
export type ProjectedTime = readonly [eventId: string, at: number];

/** Times of events of one stock. */
export type StockTimes = StockKey & { readonly times: readonly ProjectedTime[] };

/** A stock that holds so many times when further events come hands them on, all at once. */
export const FULL_OF_TIMES = 16;

/** It never holds more: what many events of one batch bring is handed on but for the last `FULL_OF_TIMES`. */
export const MOST_TIMES = 2 * FULL_OF_TIMES;

/**
 * Notes in a stock when events were folded into it, so that their times are stored with what they changed, by the same
 * write. `handedOn` are those that it holds no longer: a few large pieces rather than one for each event, so that to keep
 * them costs little. An event that is noted already keeps its time. Pure.
 *
 * @param at milliseconds since 1970 UTC
 */
export function noteProjected(
  stock: Stock,
  eventIds: readonly string[],
  at: number,
): { readonly stock: Stock; readonly handedOn: readonly ProjectedTime[] } {
  const held = stock.projectedTimes ?? [];
  const known = new Set(held.map(([eventId]) => eventId));
  const fresh = [...new Set(eventIds)].filter((eventId) => !known.has(eventId));
  const all = [...held, ...fresh.map((eventId): ProjectedTime => [eventId, at])];
  const fitting = held.length < FULL_OF_TIMES ? all.length : fresh.length;
  const leaving = all.length - (fitting > MOST_TIMES ? FULL_OF_TIMES : fitting);
  return { stock: { ...stock, projectedTimes: all.slice(leaving) }, handedOn: all.slice(0, leaving) };
}
