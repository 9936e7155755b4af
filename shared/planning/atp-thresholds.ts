import { itemAtpPieces } from '../domain/atp.ts';
import { type AtpThresholds, observeAtp, withoutTold, withThresholds } from '../domain/atp-thresholds.ts';
import type { ItemState, WatchChange } from '../ports/allocation-store.ts';
import type { StoredThresholds } from '../ports/planning-store.ts';
import { untilStored } from '../ports/until-stored.ts';
import { beginWatch, endWatch, isWatched } from '../ports/watch.ts';
import type { PlanningPorts } from './planning-ports.ts';

/** The thresholds of an item, ascending, in pieces; none when it has none. @throws {StoreUnavailable} */
export async function readThresholds(
  itemId: string,
  { plans }: Pick<PlanningPorts, 'plans'>,
): Promise<readonly number[]> {
  return (await plans.readThresholds(itemId))?.thresholds.thresholds ?? [];
}

/**
 * Sets the thresholds of an item, none to remove them. With the first begins the watch over its stock, so that changes
 * are told on; with the last it ends, unless backorders wait. Answers them ascending, each once.
 *
 * @param thresholds pieces
 * @throws {StoreUnavailable}
 */
export async function setThresholds(
  itemId: string,
  thresholds: readonly number[],
  ports: Pick<PlanningPorts, 'plans' | 'items' | 'stockChanges' | 'runtime'>,
): Promise<readonly number[]> {
  const set = await untilStored(ports.runtime, thresholdsOf(itemId), async () => {
    const stored = await ports.plans.readThresholds(itemId);
    const item = await ports.items.readItem(itemId);
    const next = withThresholds(itemId, thresholds, itemAtpPieces(item.stocks), stored?.thresholds);
    if (!stored && next.thresholds.length === 0) return next.thresholds;
    const watch = next.thresholds.length > 0 ? begunWatch(item) : await endedWatch(item, ports);
    const outcome = await ports.plans.writeThresholds({
      thresholds: next,
      etag: stored?.etag ?? null,
      watch,
    });
    return outcome === 'stored' ? next.thresholds : outcome;
  });
  // What changed between the look at the stock and the begin of the watch was told to nobody.
  if (set.length > 0) await ports.stockChanges.tell([itemId]);
  return set;
}

/**
 * Publishes which thresholds an item's ATP crossed since the last look. What is to be told is stored with the ATP seen
 * before it is published and leaves the record after, so that no crossing is lost, whatever ends in between; it may be
 * published again, under the same message id. Costs one point read when the item has no thresholds.
 *
 * @param known the record where it was read just now, and the item, if it was read after that
 * @returns the changes published
 * @throws {StoreUnavailable} the caller then has to come again
 */
export async function tellAtpChange(
  itemId: string,
  ports: Pick<PlanningPorts, 'plans' | 'items' | 'atpChanges' | 'runtime'>,
  known?: { readonly stored: StoredThresholds; readonly item: ItemState | undefined },
): Promise<number> {
  let first = known;
  for (let told = 0; ; ) {
    const untold = await untilStored(ports.runtime, thresholdsOf(itemId), async () => {
      const { stored, item } = first ?? { stored: await ports.plans.readThresholds(itemId) };
      first = undefined;
      return look(itemId, stored, item, ports);
    });
    const last = untold.at(-1);
    if (!last) return told;
    await ports.atpChanges.publish(untold);
    await untilStored(ports.runtime, thresholdsOf(itemId), () => forget(itemId, last.sequence, ports));
    told += untold.length;
  }
}

function thresholdsOf(itemId: string): string {
  return `the ATP thresholds of item ${itemId}`;
}

/** What is to be told; what an earlier look left goes first, so that the record does not grow while the bus is away. */
async function look(
  itemId: string,
  stored: StoredThresholds | undefined,
  known: ItemState | undefined,
  { plans, items, runtime }: Pick<PlanningPorts, 'plans' | 'items' | 'runtime'>,
): Promise<AtpThresholds['untold'] | 'conflict'> {
  if (!stored || stored.thresholds.thresholds.length === 0) return [];
  if (stored.thresholds.untold.length > 0) return stored.thresholds.untold;
  const item = known ?? (await items.readItem(itemId));
  const seen = observeAtp(stored.thresholds, itemAtpPieces(item.stocks), runtime.now());
  // Stock that came to the item after the watch began is not marked yet.
  const watch = begunWatch(item);
  if (seen === stored.thresholds && !watch) return [];
  const outcome = await plans.writeThresholds({ thresholds: seen, etag: stored.etag, watch });
  return outcome === 'stored' ? seen.untold : outcome;
}

async function forget(
  itemId: string,
  sequence: number,
  { plans }: Pick<PlanningPorts, 'plans'>,
): Promise<'stored' | 'conflict'> {
  const stored = await plans.readThresholds(itemId);
  const thresholds = stored && withoutTold(stored.thresholds, sequence);
  if (!stored || !thresholds || thresholds === stored.thresholds) return 'stored';
  return plans.writeThresholds({ thresholds, etag: stored.etag });
}

function begunWatch(item: ItemState): WatchChange | undefined {
  return isWatched(item) ? undefined : beginWatch(item);
}

/** Undefined while backorders need the watch, and when there is none. */
async function endedWatch(
  item: ItemState,
  { items }: Pick<PlanningPorts, 'items'>,
): Promise<WatchChange | undefined> {
  if (!item.watch.on || (await items.readWaiting(item.itemId, 1)).length > 0) return undefined;
  return endWatch(item);
}
