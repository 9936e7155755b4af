import { type OrderLine, queuePlace } from '../domain/order-line.ts';
import { promisedDates } from '../domain/promised-date.ts';
import { utcDay } from '../domain/utc-day.ts';
import type { AllocationStore } from '../ports/allocation-store.ts';
import type { Runtime } from '../ports/runtime.ts';

/** Backorders read at once. */
const PAGE = 200;

/**
 * The days by which expected receipts cover what of these lines waits, by `lineKey`; null where they do not.
 *
 * @throws {StoreUnavailable}
 */
export async function promisesOf(
  lines: readonly (OrderLine | undefined)[],
  { store, runtime }: { readonly store: AllocationStore; readonly runtime: Runtime },
): Promise<Map<string, string | null>> {
  const waiting = lines.filter((line) => line !== undefined && line.backordered > 0 && !line.ended);
  const byItem = Map.groupBy(
    waiting.filter((line) => line !== undefined),
    ({ itemId }) => itemId,
  );
  const today = utcDay(runtime.now());
  const promises = await Promise.all(
    [...byItem].map(async ([itemId, own]) => {
      const [item, queue] = await Promise.all([store.readItem(itemId), queueUpTo(itemId, own, store)]);
      return [...promisedDates(queue, item.stocks, today)];
    }),
  );
  return new Map(promises.flat());
}

/** Who waits for the item, up to the last of these lines: those behind it take nothing from it. */
async function queueUpTo(
  itemId: string,
  own: readonly OrderLine[],
  store: AllocationStore,
): Promise<OrderLine[]> {
  const last = own.map(queuePlace).reduce((a, b) => (a > b ? a : b));
  const queue: OrderLine[] = [];
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page: OrderLine[] = (await store.readWaiting(itemId, PAGE, after)).map(({ line }) => line);
    queue.push(...page.filter((line) => queuePlace(line) <= last));
    const end: OrderLine | undefined = page.at(-1);
    after = end && page.length === PAGE && queuePlace(end) < last ? queuePlace(end) : undefined;
  }
  return queue;
}
