import type { BookingFound } from '../../apps/wms-adapter/database.ts';
import type { AllocationStore } from '../../shared/ports/allocation-store.ts';
import type { AllocationSweep } from '../../shared/ports/allocation-sweep.ts';
import type { CloudStock } from '../../shared/ports/cloud-stock.ts';
import type { PlanningStore } from '../../shared/ports/planning-store.ts';
import type { WmsSql } from '../../shared/ports/wms-sql.ts';
import type { Chance } from './chance.ts';

/*
 * The stores in memory answer in the order of insertion, which no port promises and no database keeps. Here every answer
 * comes in another order, but for those whose order the port states.
 */

/** More than a run ever has of one item: the first so many of what has no order are any of all. */
const ALL = 10_000;

export function shuffledLines(store: AllocationStore, chance: Chance): AllocationStore {
  return {
    ...store,
    readItem: async (itemId) => {
      const item = await store.readItem(itemId);
      return { ...item, stocks: shuffled(item.stocks, chance) };
    },
    readUnsettled: async (itemId, before, limit) =>
      shuffled(await store.readUnsettled(itemId, before, ALL), chance).slice(0, limit),
    readLinesOfItem: async (itemId) => shuffled(await store.readLinesOfItem(itemId), chance),
  };
}

export function shuffledSweep(sweep: AllocationSweep, chance: Chance): AllocationSweep {
  return {
    ...sweep,
    dueOrders: async (...asked) => shuffled(await sweep.dueOrders(...asked), chance),
    async *waitingItems() {
      for await (const page of sweep.waitingItems()) yield shuffled(page, chance);
    },
  };
}

export function shuffledPlans(plans: PlanningStore, chance: Chance): PlanningStore {
  return { ...plans, readDemand: async (itemId) => shuffled(await plans.readDemand(itemId), chance) };
}

export function shuffledWms(wms: WmsSql, chance: Chance): WmsSql {
  return {
    ...wms,
    warehouses: async () => shuffled(await wms.warehouses(), chance),
    stocksOf: async (warehouseId, itemIds) =>
      (await wms.stocksOf(warehouseId, itemIds)).map((stock) => ({
        ...stock,
        positions: shuffled(stock.positions, chance),
      })),
    allocationsOf: async (...args) => shuffled(await wms.allocationsOf(...args), chance),
  };
}

export function shuffledCloud(cloud: CloudStock, chance: Chance): CloudStock {
  return {
    ...cloud,
    async *inRange(...args) {
      for await (const page of cloud.inRange(...args)) yield shuffled(page, chance);
    },
    changes: async (...args) => {
      const { changed, ...rest } = await cloud.changes(...args);
      const entries = shuffled([...changed], chance);
      return {
        ...rest,
        changed: new Map(entries.map(([id, itemIds]) => [id, new Set(shuffled([...itemIds], chance))])),
      };
    },
  };
}

/** What a booking finds, but for an order's open allocations, which come as they were first seen. */
export function shuffledFound(found: BookingFound, chance: Chance): BookingFound {
  return {
    ...found,
    openOfStock: shuffledLists(found.openOfStock, chance),
    locks: shuffled(found.locks, chance),
    holdingPositions: shuffledLists(found.holdingPositions, chance),
    countedPositions: shuffledLists(found.countedPositions, chance),
  };
}

function shuffledLists<Member>(
  lists: ReadonlyMap<string, readonly Member[]>,
  chance: Chance,
): ReadonlyMap<string, readonly Member[]> {
  if (lists.size === 0) return lists;
  return new Map([...lists].map(([name, members]) => [name, shuffled(members, chance)]));
}

/** Fisher and Yates. */
export function shuffled<Member>(members: readonly Member[], chance: Chance): Member[] {
  const left = [...members];
  for (let last = left.length - 1; last > 0; last -= 1) {
    const at = chance.below(last + 1);
    const [one, other] = [left[at], left[last]];
    if (one === undefined || other === undefined) break;
    left[at] = other;
    left[last] = one;
  }
  return left;
}
