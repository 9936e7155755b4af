import { httpWmsLedger } from '../../../apps/command-line/rebuild/wms-ledger.ts';
import type { ScanBook } from '../scan-book.ts';
import { openChains } from './chains.ts';
import { type Checked, type Checking, countText, findingAbout } from './finding.ts';

/** Events of a count's beginning and end move nothing and belong to no scan. */
const OF_LOCKS: readonly string[] = ['InventoryCountStarted', 'InventoryCountEnded'];

/**
 * Every scan that was answered as booked is in the WMS's ledger once, and nothing else is; and each position's events are a chain
 * without holes, in which every figure is the one before and the change.
 */
export async function checkLedger(
  adapterUrl: string,
  book: ScanBook,
  { tell }: Pick<Checking, 'tell'>,
): Promise<Checked> {
  const counts = new Map<string, number>();
  const chains = openChains();
  let events = 0;
  for await (const page of httpWmsLedger({ url: adapterUrl, key: undefined }).readEvents()) {
    for (const event of page) {
      events += 1;
      if (OF_LOCKS.includes(event.eventType)) continue;
      counts.set(event.transactionId, (counts.get(event.transactionId) ?? 0) + 1);
      chains.add(event);
    }
    tell(`${countText(events)} events`);
  }
  const { booked, lost, doubled, invented } = book.compare(counts);
  const findings = [
    ...findingAbout('lost', 'scans that were answered and are not in the ledger', lost),
    ...findingAbout('doubled', 'scans that are in the ledger more than once', doubled),
    ...findingAbout(
      'doubled',
      'transactions in the ledger that nobody scanned or that were refused',
      invented,
    ),
    ...findingAbout(
      'wrong',
      'positions whose versions have holes, come twice or contradict each other',
      chains.broken(),
    ),
  ];
  const outcomes = [...book.outcomes()].map(([name, count]) => `${name} ${countText(count)}`).join(', ');
  return {
    findings,
    seen: [
      `${countText(booked)} scans are in the ledger of ${countText(events)} events once each (answers: ${outcomes}).`,
    ],
  };
}
