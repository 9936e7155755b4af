import type { OpenState, SettledState } from '../contracts/allocation-counts.ts';
import type { OrderLine } from '../domain/order-line.ts';

export type CountedLines = {
  /** Settled lines are those of orders that changed last since the time that was asked for. */
  readonly lines: ReadonlyMap<OpenState | SettledState, number>;
  /** Request units that it cost to count. */
  readonly requestUnits: number;
};

/** Lines of orders and carts, above all those whose pieces can still move. @throws {StoreUnavailable} */
export type OpenLines = {
  /** Of all items, by what they are; `settledSince` is UTC. */
  count(settledSince: string): Promise<CountedLines>;
  /** Open ones of one item, at most `limit`, in no order. */
  ofItem(itemId: string, limit: number): Promise<readonly OrderLine[]>;
};
