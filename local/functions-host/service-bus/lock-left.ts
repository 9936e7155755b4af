import type { ServiceBusReceivedMessage } from '@azure/service-bus';

/** A lock of Service Bus lasts no longer, in milliseconds. */
const LONGEST_LOCK_MS = 300_000;

/** What the Service Bus lets a lock be set to at least, in milliseconds. */
const SHORTEST_LOCK_MS = 5_000;

/**
 * Milliseconds that the lock of a message just received or renewed lasts; to be counted by the monotonic clock. Its end is
 * told in the broker's time: where that makes no sense by this machine's, one of the two clocks is off, and the shortest
 * lock there is is taken for it.
 */
export function lockLeft({ lockedUntilUtc }: ServiceBusReceivedMessage): number {
  if (lockedUntilUtc === undefined) return Number.POSITIVE_INFINITY;
  const left = lockedUntilUtc.getTime() - Date.now();
  return left > 0 && left <= LONGEST_LOCK_MS ? left : SHORTEST_LOCK_MS;
}
