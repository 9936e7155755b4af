import type { Item, Location } from '../../shared/contracts/master-data.ts';

/** The master data of every run: two warehouses, few items and few places, so that everybody meets everybody. */
export const WAREHOUSES = ['WH-001', 'WH-002'] as const;

export type WarehouseId = (typeof WAREHOUSES)[number];

export function isWarehouse(id: string): id is WarehouseId {
  return WAREHOUSES.some((warehouseId) => warehouseId === id);
}

const LOCATIONS = ['A-01', 'A-02', 'B-01', 'B-02', 'C-01', 'C-02'] as const;

export const ITEMS: readonly Item[] = Array.from({ length: 24 }, (_, index) => ({
  itemId: `ITEM-${String(index + 1).padStart(2, '0')}`,
}));

export const PLACES: readonly Location[] = WAREHOUSES.flatMap((warehouseId) =>
  LOCATIONS.map((locationId) => ({ warehouseId, locationId })),
);

/** Every item lies in two or three of a warehouse's locations. Some are kept by lot. */
export const SHELVES = WAREHOUSES.flatMap((warehouseId, warehouse) =>
  ITEMS.flatMap(({ itemId }, item) =>
    Array.from({ length: 2 + (item % 2) }, (_, nth) => ({
      warehouseId,
      itemId,
      locationId: LOCATIONS[(item + warehouse + 2 * nth) % LOCATIONS.length] ?? LOCATIONS[0],
      lotNumber: item % 8 === 0 ? `LOT-${nth}` : null,
    })),
  ),
);

export type Shelf = (typeof SHELVES)[number];
