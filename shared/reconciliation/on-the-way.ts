import { isLater } from '../domain/position.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import type { ReconciliationPorts } from './reconciliation-ports.ts';
import type { Way } from './slice.ts';

/**
 * The oldest event that has not reached the cloud's stock. The outbox is looked at first: what leaves it meanwhile is
 * seen on the bus. It has to be asked for before the cloud is read: what is not on its way then has arrived, or is lost.
 *
 * @throws {WmsUnavailable}
 */
export async function lookAtWay({
  wms,
  eventsOnTheWay,
}: Pick<ReconciliationPorts, 'wms' | 'eventsOnTheWay'>): Promise<Way> {
  const unsent = await wms.oldestUnsent();
  try {
    const sent = await eventsOnTheWay.oldestCommit();
    return { oldest: unsent !== null && sent !== null ? earlier(unsent, sent) : (unsent ?? sent) };
  } catch (error) {
    if (error instanceof StoreUnavailable) return 'unknown';
    throw error;
  }
}

/**
 * True when the event that gave a row its state may still be on its way: it was committed no earlier than the oldest that is. Both times are the
 * WMS's. Where the row does not say when it changed, it may be on its way as long as what was the oldest before is so still.
 */
export function mayBeOnTheWay(changedAt: string | null, now: Way, before: Way): boolean {
  if (now === 'unknown') return true;
  if (now.oldest === null) return false;
  if (changedAt !== null) return !isLater(now.oldest, changedAt);
  return before === 'unknown' || (before.oldest !== null && !isLater(now.oldest, before.oldest));
}

function earlier(a: string, b: string): string {
  return isLater(a, b) ? b : a;
}
