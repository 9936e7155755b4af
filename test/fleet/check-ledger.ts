import type { InventoryEvent } from '../../shared/contracts/inventory-event.ts';
import type { Transaction } from '../../shared/contracts/transaction.ts';
import { type Finding, findingAbout } from '../chaos/checks/finding.ts';
import type { BookedScan, ScanBook } from './scan-book.ts';
import { positionText, type WmsBooks } from './wms-books.ts';

/** Every scan that a device showed as stored is in the ledger once, as it is on the device, or a person dropped it; and nothing else is there. */
export function checkLedger(
  books: readonly ScanBook[],
  opening: readonly Transaction[],
  { events }: WmsBooks,
): Finding[] {
  const byTransaction = Map.groupBy(events, ({ transactionId }) => transactionId.toLowerCase());
  const scans = new Map(books.flatMap((book) => [...book.scans]));
  const inState = (...states: BookedScan['state'][]) =>
    [...scans].filter(([, { state }]) => states.includes(state)).map(([id]) => id);
  const synced = inState('synced');
  const eventsOf = (id: string) => byTransaction.get(id) ?? [];
  const expected = (id: string) => (scans.get(id)?.transaction.type === 'transfer' ? 2 : 1);
  const known = new Set([...synced, ...opening.map(({ transactionId }) => transactionId.toLowerCase())]);
  return [
    ...findingAbout(
      'lost',
      'scans that a device showed as stored and does not have any more',
      books.flatMap(({ vanished }) => [...vanished]),
    ),
    ...findingAbout(
      'lost',
      'scans that are synced and not in the ledger',
      synced.filter((id) => eventsOf(id).length < expected(id)),
    ),
    ...findingAbout(
      'doubled',
      'scans that are in the ledger more than once',
      synced.filter((id) => eventsOf(id).length > expected(id)),
    ),
    ...findingAbout(
      'doubled',
      'transactions in the ledger that no device has as synced',
      [...byTransaction.keys()].filter((id) => !known.has(id)),
    ),
    ...findingAbout('wrong', 'scans that are still queued or red at the end', inState('queued', 'refused')),
    ...findingAbout(
      'wrong',
      'scans that the ledger has with another content than the device',
      synced.filter((id) => eventsOf(id).some((event) => !isAbout(event, scans.get(id)?.transaction))),
    ),
    ...findingAbout(
      'wrong',
      'scans that were booked before an older one of their device',
      outOfOrder(books, events),
    ),
  ];
}

function isAbout(event: InventoryEvent, scan: Transaction | undefined): boolean {
  if (scan === undefined) return false;
  const { locationId, toLocationId, quantity } = scan;
  const isDestination = scan.type === 'transfer' && event.locationId === toLocationId;
  const place = isDestination ? toLocationId : locationId;
  const isAway = scan.type === 'pick' || (scan.type === 'transfer' && !isDestination);
  // A count's event tells what was counted where the change does not say it.
  const scanned =
    event.scannedQuantity ?? (scan.type === 'count' ? event.resultingOnHand : event.quantityChange);
  return (
    event.locationId === place &&
    positionText({ ...event, locationId }) === positionText(scan) &&
    scanned === (isAway ? -quantity : quantity) &&
    event.userId === scan.userId &&
    event.scannerId === scan.scannerId
  );
}

/** Of each device, without what was refused at some time: a person's decision takes as long as it takes. */
function outOfOrder(books: readonly ScanBook[], events: readonly InventoryEvent[]): string[] {
  return books.flatMap(({ scannerId, scans }) => {
    let latest = -1;
    const late: string[] = [];
    for (const { transactionId, ...event } of events) {
      const scan = event.scannerId === scannerId ? scans.get(transactionId.toLowerCase()) : undefined;
      if (scan === undefined || scan.wasRefused) continue;
      if (scan.transaction.sequence < latest) late.push(transactionId);
      latest = Math.max(latest, scan.transaction.sequence);
    }
    return late;
  });
}
