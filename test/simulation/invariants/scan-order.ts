import { positionKeyText } from '../../../apps/wms-adapter/database.ts';
import { Violation } from './violation.ts';
import type { WatchedBooks } from './wms-books.ts';

/**
 * On hand of a position is its latest count by scan time, and every delta scanned after it, in whatever order they
 * came (architecture, rule 13). Said here from the beginning: all movements sorted, then one after the other.
 *
 * @throws {Violation}
 */
export function checkScanOrder({ positions }: WatchedBooks): void {
  for (const { key, movements, onHand } of positions.values()) {
    let raw = 0;
    for (const { kind, quantity } of movements.toSorted((a, b) => (a.scanKey < b.scanKey ? -1 : 1)))
      raw = kind === 'count' ? quantity : raw + quantity;
    const expected = Math.max(raw, 0);
    if (expected === onHand.at(-1)) continue;
    throw new Violation(
      'Scan time orders the warehouse',
      `${positionKeyText(key)} has ${onHand.at(-1)} pieces, its scans in their order come to ${expected}`,
      [key.itemId],
    );
  }
}
