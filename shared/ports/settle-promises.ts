import type { Reservation } from '../domain/compare-reservations.ts';
import type { Allocation, LineKey } from '../domain/order-line.ts';

/** Brings an order line to where the WMS's books are, without a message. Repeating changes nothing. @throws {StoreUnavailable} */
export type SettlePromises = {
  /** Takes over what the WMS decided and picked. */
  adopt(line: LineKey, reservation: Reservation): Promise<void>;
  /**
   * Takes over what a WMS has that went back to a backup, though the cloud has heard of more. Nothing happens where the allocation is not as it was
   * `heard` of any more. What the line has no use for is given back to the WMS.
   */
  goBack(line: LineKey, heard: Allocation, reservation: Reservation): Promise<void>;
  /** Gives up a hold for which the WMS keeps nothing, and places its pieces anew. */
  reopen(line: LineKey, allocationId: string): Promise<void>;
};
