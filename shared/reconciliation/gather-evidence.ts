import type { InventoryEvent } from '../contracts/inventory-event.ts';
import { type RememberedEvent, rememberedEventSchema } from '../contracts/reconciliation.ts';
import { type Evidence, isKnown } from '../domain/classify-difference.ts';
import type { Difference } from '../domain/compare-with-wms.ts';
import { onlyKey, type StockKey } from '../domain/stock.ts';
import { mapAtMost } from '../ports/at-most.ts';
import type { JournalStore } from '../ports/journal-store.ts';
import type { ReconciliationPorts } from './reconciliation-ports.ts';

/** Events before the older of the two states that are remembered with a discrepancy. */
const EVENTS_BEFORE = 10;
const REMEMBERED = 10;

const PAGE = 500;
/** Of a position's later events no more are looked at: a restore from an old backup may leave many. */
const MAX_EVENTS = 5_000;
const READ_AT_ONCE = 8;
/** Of a version that was given twice, by a WMS that was restored, so many events are looked at. */
const CLAIMANTS = 10;

/**
 * What journal and ledger know of a position that differs.
 *
 * @throws {UnreadableValue} when the WMS's ledger does not tell a version
 * @throws {WmsUnavailable | StoreUnavailable}
 */
export async function gatherEvidence(
  key: StockKey,
  difference: Difference,
  { journal, wms }: Pick<ReconciliationPorts, 'journal' | 'wms'>,
): Promise<Omit<Evidence, 'restored'>> {
  const { locationId, lotNumber } = difference;
  const events = await readEvents(key, difference, journal);
  const transactionIds = [...new Set(events.map(({ transactionId }) => transactionId))];
  const position = { ...onlyKey(key), locationId, lotNumber };
  const known =
    transactionIds.length === 0 ? new Map() : await wms.knownTransactions(position, transactionIds);
  const lost = events.filter((event) => !isKnown(event, { known }));
  return { events, known, otherHalves: await otherHalvesOf(key, lost, journal) };
}

/** The position's events in the journal, from a few before the older of the two states on. @throws {StoreUnavailable} */
export async function readEvents(
  { itemId, warehouseId }: StockKey,
  { locationId, lotNumber, wms, cloud }: Difference,
  journal: Pick<JournalStore, 'readHistory'>,
): Promise<InventoryEvent[]> {
  const older = Math.min(wms?.version ?? 0, cloud?.version ?? wms?.version ?? 0);
  const fromVersion = Math.max(1, older - EVENTS_BEFORE);
  const events: InventoryEvent[] = [];
  for (let from: string | undefined; events.length < MAX_EVENTS; ) {
    const range = { itemId, warehouseId, locationId, lotNumber, fromVersion };
    const page = await journal.readHistory(range, { ...(from !== undefined && { from }), limit: PAGE + 1 });
    events.push(...page.slice(0, PAGE).map(({ event }) => event));
    from = page[PAGE]?.key;
    if (from === undefined) break;
  }
  return events;
}

/** The ids of the other events of these transfers, by the ids of these, as far as the journal knows them. */
async function otherHalvesOf(
  { itemId, warehouseId }: StockKey,
  events: readonly InventoryEvent[],
  journal: Pick<JournalStore, 'readHistory'>,
): Promise<Map<string, string>> {
  const found = await mapAtMost(
    READ_AT_ONCE,
    events,
    async ({ eventId, transactionId, version: own, counterpart }) => {
      if (!counterpart) return [];
      const { locationId, lotNumber, version } = counterpart;
      const range = { itemId, warehouseId, locationId, lotNumber, fromVersion: version };
      const page = await journal.readHistory(range, { limit: CLAIMANTS });
      return page
        .filter(({ event }) => event.transactionId === transactionId && event.counterpart?.version === own)
        .map(({ event }) => [eventId, event.eventId] as const);
    },
  );
  return new Map(found.flat());
}

/** The last events, the newest first, as a discrepancy keeps them. */
export function remember(events: readonly InventoryEvent[]): RememberedEvent[] {
  return events
    .slice(-REMEMBERED)
    .toReversed()
    .map((event) => rememberedEventSchema.parse({ ...event, version: event.version ?? null }));
}
