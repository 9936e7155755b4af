import { formatTime } from '../formats.ts';
import type { AnyEntry } from './read-history.ts';

/** Locations that are being counted, whose stock is at risk, with the words that say so. @param now ms */
export function countsUnderWay(entries: readonly AnyEntry[], now: number): ReadonlyMap<string, string> {
  const ended = new Set<string>();
  for (const entry of entries) {
    if (isCount(entry, 'InventoryCountEnded')) ended.add(entry.countLock.lockId);
  }
  const counts = new Map<string, string>();
  for (const entry of entries) {
    if (!isCount(entry, 'InventoryCountStarted')) continue;
    const { lockId, until } = entry.countLock;
    if (ended.has(lockId) || Date.parse(until) <= now) continue;
    counts.set(
      entry.locationId,
      `at risk: ${entry.userId} counts it until ${formatTime(until)} at the latest`,
    );
  }
  return counts;
}

function isCount(
  entry: AnyEntry,
  eventType: string,
): entry is AnyEntry & {
  userId: string;
  countLock: { lockId: string; until: string };
} {
  return 'eventType' in entry && entry.eventType === eventType && entry.countLock !== undefined;
}
