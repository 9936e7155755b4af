import type { Backorder } from '../contracts/allocation.ts';
import { lineKey } from '../domain/order-line.ts';
import { mapAtMost } from '../ports/at-most.ts';
import type { BackorderQuery, QueuedLine } from '../ports/planning-store.ts';
import type { PlanningPorts } from './planning-ports.ts';
import { promisesOfItem } from './promised-dates.ts';

/** Items whose queues are read at once. */
const PARALLEL_ITEMS = 8;

/** A page of backorders; `next` is the rank to go on from, when there are more. */
export type BackorderPage = { readonly backorders: Backorder[]; readonly next?: string };

/** Lines that wait, by priority, then age, each with the day it is promised for. @throws {StoreUnavailable} */
export async function listBackorders(
  wanted: BackorderQuery,
  ports: Pick<PlanningPorts, 'plans' | 'items' | 'runtime'>,
): Promise<BackorderPage> {
  const found = await ports.plans.listBackorders({ ...wanted, limit: wanted.limit + 1 });
  const lines = found.slice(0, wanted.limit);
  const promises = await promisesOf(new Set(lines.map(({ itemId }) => itemId)), ports);
  const backorders = lines.map((line) => backorderOf(line, promises.get(line.itemId)));
  const last = found.length > lines.length ? lines.at(-1) : undefined;
  return last ? { backorders, next: last.rank } : { backorders };
}

type Promises = ReadonlyMap<string, string | null>;

async function promisesOf(
  itemIds: ReadonlySet<string>,
  ports: Pick<PlanningPorts, 'plans' | 'items' | 'runtime'>,
): Promise<ReadonlyMap<string, Promises>> {
  const promises = await mapAtMost(
    PARALLEL_ITEMS,
    [...itemIds],
    async (itemId) => [itemId, await promisesOfItem(itemId, ports)] as const,
  );
  return new Map(promises);
}

function backorderOf(line: QueuedLine, promises: Promises | undefined): Backorder {
  const { orderId, lineId, itemId, orderedAt, backordered, terms } = line;
  return {
    orderId,
    lineId,
    itemId,
    quantity: backordered,
    priority: terms.priority,
    orderedAt,
    ...(terms.wantedDate !== undefined && { wantedDate: terms.wantedDate }),
    promisedDate: promises?.get(lineKey(line)) ?? null,
  };
}
