import type { Transaction } from '../../shared/contracts/transaction.ts';
import { type Finding, findingAbout } from '../chaos/checks/finding.ts';
import type { ScanBook } from './scan-book.ts';
import { positionText, type WmsBooks } from './wms-books.ts';

/** What a scan did to one position. */
type Movement = {
  readonly position: string;
  readonly isCount: boolean;
  /** Pieces, signed; of a count, what was counted. */
  readonly pieces: number;
  /** Corrected, as the WMS orders by it. */
  readonly at: string;
  readonly scan: Transaction;
};

/**
 * On hand is the latest count by scan time and every delta scanned after it, whatever came when (architecture, rule 13): said here from the
 * beginning, of what the devices have, all of it in its order, one after the other. Versions of a position have no holes.
 */
export function checkStock(
  books: readonly ScanBook[],
  opening: readonly Transaction[],
  { events, onHand }: WmsBooks,
): Finding[] {
  const times = new Map(
    events.map((one) => [one.transactionId.toLowerCase(), one.scannedAt ?? one.timestamp]),
  );
  const booked = [
    ...opening,
    ...books.flatMap(({ scans }) => [...scans.values()].map(({ transaction }) => transaction)),
  ].filter(({ transactionId }) => times.has(transactionId.toLowerCase()));
  const movements = booked
    .flatMap((scan) => movementsOf(scan, times.get(scan.transactionId.toLowerCase()) ?? ''))
    .sort(byScanTime);
  const raw = new Map<string, number>();
  for (const { position, isCount, pieces } of movements)
    raw.set(position, isCount ? pieces : (raw.get(position) ?? 0) + pieces);
  const positions = new Set([...raw.keys(), ...onHand.keys()]);
  const wrong = [...positions]
    .map((name) => ({ name, wms: onHand.get(name), rule: Math.max(raw.get(name) ?? 0, 0) }))
    .filter(({ wms, rule }) => wms !== rule)
    .map(({ name, wms, rule }) => `${name} has ${wms ?? 'nothing'}, its scans come to ${rule}`);
  return [
    ...findingAbout('wrong', 'positions that are not what scan time says', wrong),
    ...findingAbout('wrong', 'positions whose versions have holes or come twice', brokenChains(events)),
  ];
}

function movementsOf(scan: Transaction, at: string): Movement[] {
  const { type, quantity, toLocationId } = scan;
  const here = { position: positionText(scan), isCount: type === 'count', at, scan };
  switch (type) {
    case 'receipt':
    case 'adjustment':
    case 'count':
      return [{ ...here, pieces: quantity }];
    case 'pick':
      return [{ ...here, pieces: -quantity }];
    case 'transfer': {
      const there = positionText({ ...scan, locationId: toLocationId ?? '' });
      return [
        { ...here, pieces: -quantity },
        { ...here, position: there, pieces: quantity },
      ];
    }
  }
}

/** Corrected scan time, scanner, its sequence, id. */
function byScanTime(one: Movement, other: Movement): number {
  const first = (a: string, b: string) => (a < b ? -1 : Number(a > b));
  return (
    Date.parse(one.at) - Date.parse(other.at) ||
    first(one.scan.scannerId, other.scan.scannerId) ||
    (one.scan.sequence ?? -1) - (other.scan.sequence ?? -1) ||
    first(one.scan.transactionId.toLowerCase(), other.scan.transactionId.toLowerCase())
  );
}

function brokenChains(events: WmsBooks['events']): string[] {
  return [...Map.groupBy(events, positionText)]
    .filter(([, chain]) => chain.some(({ version }, index) => version !== index + 1))
    .map(([name]) => name);
}
