import { readJsonMessage } from '../contracts/json-message.ts';
import { type StockChange, stockChangeSchema } from '../contracts/stock-change.ts';
import type { OrderLine } from '../domain/order-line.ts';
import { type ItemState, MAX_LINES_PER_CHANGE } from '../ports/allocation-store.ts';
import { mapAtMost } from '../ports/at-most.ts';
import type { Orchestrations } from '../ports/orchestrations.ts';
import type { StoredThresholds } from '../ports/planning-store.ts';
import type { ReceivedMessage } from '../ports/received-message.ts';
import type { Causes } from '../ports/stock-changes.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { type WakePorts, wakeBackorders } from './place-lines.ts';
import { drive, driveAll } from './settle-decisions.ts';
import { SETTLES_WITHIN_MS } from './sweep.ts';

export type FollowPorts = WakePorts & {
  /** An item's thresholds; undefined when it never had any. @throws {StoreUnavailable} */
  readonly readThresholds: (itemId: string) => Promise<StoredThresholds | undefined>;
  /**
   * Tells of the thresholds that an item's ATP has crossed.
   *
   * @param item as it was read after the thresholds, unless it has changed since
   * @throws {StoreUnavailable}
   */
  readonly tellAtpChange: (
    itemId: string,
    stored: StoredThresholds,
    item: ItemState | undefined,
  ) => Promise<unknown>;
  readonly orchestrations: Orchestrations;
  /** Surrounds the start of a line that was given stock, so that it can be told what for, and by which events. */
  readonly around?: (line: OrderLine, causes: readonly string[], start: () => Promise<void>) => Promise<void>;
};

/** Items followed at a time. */
const ITEMS_AT_ONCE = 16;

/** A store that failed gets so much peace before what failed is told anew. Milliseconds, well inside a message's lock. */
const TOLD_AGAIN_AFTER_MS = 2_000;

/** A line that was given stock is driven at once; one that waits for longer may have been left by a crash. Milliseconds. */
const IS_STARTED_WITHIN_MS = 1_500;

/**
 * Serves the backorders of items whose stock changed, and tells of thresholds that their ATP crossed. One pass an item,
 * whatever number of messages names it; a message that names none says nothing. An item that fails hurts no other: it is
 * told anew, a little later. Lines that an earlier delivery gave stock to just now, and whose orchestrations a crash kept
 * from being started, are started now.
 *
 * @returns how many items were looked at, lines woken and items told anew; and of each message refused, why
 * @throws {StoreUnavailable} when what failed cannot be told anew: the bus then delivers the batch again
 */
export async function followChanges(
  messages: readonly ReceivedMessage[],
  ports: FollowPorts,
): Promise<{ items: number; woken: number; failed: number; refusals: string[] }> {
  const causes = new Map<string, string[]>();
  const refusals: string[] = [];
  for (const { body } of messages) {
    const read = readJsonMessage(body, stockChangeSchema, 'invalid-stock-change');
    if (read.accepted) addCauses(causes, read.value);
    else refusals.push(read.refusal.detail);
  }
  const failed: string[] = [];
  const woken = await mapAtMost(ITEMS_AT_ONCE, [...causes], async ([itemId, changedBy]) => {
    try {
      return await followItem(itemId, changedBy, ports);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      failed.push(itemId);
      return 0;
    }
  });
  if (failed.length > 0) {
    await ports.runtime.sleep(TOLD_AGAIN_AFTER_MS);
    await ports.stockChanges.tell(failed, lastOf(causes));
  }
  const total = woken.reduce((sum, count) => sum + count, 0);
  return { items: causes.size, woken: total, failed: failed.length, refusals };
}

/** Of an item that changes all the time, what changed it last: a span is linked to each. */
const MAX_CAUSES = 8;

/** To what is known to have changed each item, by its id, the oldest first. */
function addCauses(known: Map<string, string[]>, { itemIds, causes = {} }: StockChange): void {
  const told = new Map(Object.entries(causes));
  for (const itemId of itemIds) {
    const cause = told.get(itemId);
    const before = known.get(itemId) ?? [];
    known.set(
      itemId,
      cause === undefined || before.includes(cause) ? before : [...before, cause].slice(-MAX_CAUSES),
    );
  }
}

function lastOf(known: ReadonlyMap<string, readonly string[]>): Causes {
  return new Map(
    [...known].flatMap(([itemId, causes]) => causes.slice(-1).map((cause) => [itemId, cause] as const)),
  );
}

async function followItem(itemId: string, causes: readonly string[], ports: FollowPorts): Promise<number> {
  const { orchestrations, around = (_line, _causes, start) => start() } = ports;
  const [stored, leftLying] = await Promise.all([ports.readThresholds(itemId), leftLyingOf(itemId, ports)]);
  await Promise.all(leftLying.map((line) => driveAll(line, orchestrations)));
  const hasThresholds = stored !== undefined && stored.thresholds.thresholds.length > 0;
  const item = await ports.store.readItem(itemId);
  let count = 0;
  for await (const lines of wakeBackorders(ports, item, hasThresholds)) {
    await Promise.all(lines.map((line) => around(line, causes, () => drive(line, orchestrations))));
    count += lines.length;
  }
  if (hasThresholds) await ports.tellAtpChange(itemId, stored, count === 0 ? item : undefined);
  return count;
}

/** Those that wait for longer still are the sweep's: while a warehouse is away they may be many, and each look meets them. */
async function leftLyingOf(itemId: string, { store, runtime }: FollowPorts): Promise<OrderLine[]> {
  const now = runtime.now();
  const before = new Date(now - IS_STARTED_WITHIN_MS).toISOString();
  const unsettled = await store.readUnsettled(itemId, before, MAX_LINES_PER_CHANGE);
  const swept = new Date(now - SETTLES_WITHIN_MS).toISOString();
  return unsettled.filter(({ unsettledSince = '' }) => unsettledSince >= swept);
}
