import type { OpenState } from '../contracts/allocation-counts.ts';
import type { OrderLine } from '../domain/order-line.ts';

export type CountedLines = {
  readonly lines: ReadonlyMap<OpenState, number>;
  /** Request units that it cost to count. */
  readonly requestUnits: number;
};

/** Lines of orders and carts whose pieces can still move. @throws {StoreUnavailable} */
export type OpenLines = {
  /** Of all items, by what they are. */
  count(): Promise<CountedLines>;
  /** Of one item, at most `limit`, in no order. */
  ofItem(itemId: string, limit: number): Promise<readonly OrderLine[]>;
};
