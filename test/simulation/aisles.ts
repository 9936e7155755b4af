import type { Faults } from './faults.ts';
import type { Shelf, WarehouseId } from './layout.ts';
import { startProcess } from './process.ts';
import type { World } from './world.ts';

/** The halls of the warehouses: where there is Wi-Fi or not, and who works beside whom. */
export type Aisles = {
  /** Until when a warehouse's hall has no Wi-Fi. Milliseconds UTC. */
  darkUntil(warehouseId: WarehouseId): number;
  /** Where somebody else of the warehouse scanned last. */
  besides(warehouseId: WarehouseId, scannerId: string): Shelf | undefined;
  scanned(shelf: Shelf, scannerId: string): void;
};

/** Milliseconds between two looks at most. */
const TURN_MS = 30_000;
const SHORTEST_MS = 60_000;
const LONGEST_MS = 8 * 3_600_000;
/** Places that are remembered in a warehouse. */
const REMEMBERED = 4;

type Footprint = { readonly shelf: Shelf; readonly scannerId: string };

export function openAisles(world: World, faults: Faults, warehouseIds: readonly WarehouseId[]): Aisles {
  const chance = world.chance.stream('aisles');
  const { after } = startProcess(world, 'hall');
  const dark = new Map<WarehouseId, number>();
  const footprints = new Map<WarehouseId, readonly Footprint[]>();

  function turn(): void {
    for (const warehouseId of warehouseIds) {
      if (!faults.happens('hall-dark')) continue;
      const until = world.now() + Math.round(SHORTEST_MS * (LONGEST_MS / SHORTEST_MS) ** chance.next());
      dark.set(warehouseId, Math.max(until, dark.get(warehouseId) ?? 0));
      world.note(() => ({
        entities: [warehouseId],
        text: `${warehouseId} has no Wi-Fi until ${new Date(until).toISOString()}`,
      }));
    }
    if (!faults.areOver()) after(chance.between(1, TURN_MS), 'the Wi-Fi is looked at', turn);
  }
  turn();

  return {
    darkUntil: (warehouseId) => (faults.areOver() ? 0 : (dark.get(warehouseId) ?? 0)),
    besides: (warehouseId, scannerId) =>
      footprints.get(warehouseId)?.find((one) => one.scannerId !== scannerId)?.shelf,
    scanned(shelf, scannerId) {
      const others = (footprints.get(shelf.warehouseId) ?? []).filter((one) => one.scannerId !== scannerId);
      footprints.set(shelf.warehouseId, [{ shelf, scannerId }, ...others].slice(0, REMEMBERED));
    },
  };
}
