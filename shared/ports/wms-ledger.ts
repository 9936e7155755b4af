import type { InventoryEvent } from '../contracts/inventory-event.ts';

/** The WMS's own books: every event it ever published, in commit order, page by page. */
export type WmsLedger = { readEvents(): AsyncIterable<readonly InventoryEvent[]> };
