import { httpWmsLedger } from '../../apps/command-line/rebuild/wms-ledger.ts';
import { adapterClient } from '../../local/replay/adapter-client.ts';
import type { InventoryEvent } from '../../shared/contracts/inventory-event.ts';

/** What the WMS says at the end, by its API. */
export type WmsBooks = {
  /** Events that moved something, in the order in which they were booked. */
  readonly events: readonly InventoryEvent[];
  /** Pieces on hand, by {@link positionText}. */
  readonly onHand: ReadonlyMap<string, number>;
};

/** Events of a count's beginning and end move nothing and belong to no scan. */
const OF_LOCKS: readonly string[] = ['InventoryCountStarted', 'InventoryCountEnded'];

export async function readWmsBooks(origin: string): Promise<WmsBooks> {
  const events: InventoryEvent[] = [];
  for await (const page of httpWmsLedger({ url: origin, key: undefined }).readEvents())
    events.push(...page.filter(({ eventType }) => !OF_LOCKS.includes(eventType)));
  const onHand = new Map<string, number>();
  for await (const position of adapterClient(origin).positions())
    onHand.set(positionText(position), position.onHand);
  return { events, onHand };
}

type Position = {
  readonly itemId: string;
  readonly warehouseId: string;
  readonly locationId: string;
  readonly lotNumber: string | null;
};

/** `|` is in no identifier. */
export function positionText({ itemId, warehouseId, locationId, lotNumber }: Position): string {
  return [warehouseId, itemId, locationId, lotNumber ?? ''].join('|');
}
