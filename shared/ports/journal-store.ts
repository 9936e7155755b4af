import type { InventoryEvent } from '../contracts/inventory-event.ts';
import type { Refusal } from '../contracts/json-message.ts';
import type { ReceivedMessage } from './received-message.ts';

export type JournalEntry =
  | { readonly kind: 'event'; readonly event: InventoryEvent }
  | { readonly kind: 'refusal'; readonly message: ReceivedMessage; readonly refusal: Refusal };

/** The audit trail. Appending an entry again changes nothing. */
export type JournalStore = {
  /** @throws {StoreUnavailable} when not everything was stored */
  append(entries: readonly JournalEntry[]): Promise<void>;
  /**
   * Every accepted event of these warehouses, page by page. The events of one item and warehouse come together, not
   * interrupted by others, so that a reader holds no more than one stock document's history.
   *
   * @throws {StoreUnavailable}
   */
  readEvents(warehouses: Iterable<string>): AsyncIterable<readonly InventoryEvent[]>;
};
