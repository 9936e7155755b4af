import type { Stock } from '../domain/stock.ts';

/** What is compared of a stock document. */
export type SweptStock = Pick<
  Stock,
  | 'itemId'
  | 'warehouseId'
  | 'positions'
  | 'overflowed'
  | 'onHand'
  | 'tentative'
  | 'confirmed'
  | 'picked'
  | 'openFindings'
>;

/** Thrown when changes cannot be followed from a place any more: it is no place of this store, or too old. */
export class ChangeFeedGone extends Error {
  override readonly name = 'ChangeFeedGone';
}

/** Items whose stock or promises changed, by warehouse. */
export type ChangedStocks = ReadonlyMap<string, ReadonlySet<string>>;

/** The stock documents as a whole. @throws {StoreUnavailable} */
export type CloudStock = {
  /**
   * Stocks of one warehouse within a range of items (as ASCII), page by page, in no stated order within the range. Few pages when
   * the range holds about as many items as a page. Reads all partitions, sorts nothing.
   */
  inRange(
    warehouseId: string,
    range: {
      /** Excluded. */ readonly after?: string | undefined /** Included. */;
      readonly upTo?: string | undefined;
    },
  ): AsyncIterable<readonly SweptStock[]>;
  /** The place in the order of changes that everything stored up to now is before. */
  now(): Promise<string>;
  /**
   * Which items changed since a place (or since the beginning), by warehouse: a stock or its overflow document was
   * written, or an order line that holds or held there. Reads about `limit` documents. `next` is where to go on.
   * @throws {ChangeFeedGone} when it cannot be followed from there
   */
  changes(
    since: string | undefined,
    limit: number,
  ): Promise<{ readonly changed: ChangedStocks; readonly next: string; readonly more: boolean }>;
};
