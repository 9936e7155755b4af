import { bucketOf } from './hash.ts';

export const WAREHOUSES: readonly string[] = [
  'WH-001',
  'WH-002',
  'WH-003',
  'WH-004',
  'WH-005',
  'WH-006',
  'WH-007',
  'WH-008',
] as const;

/** Where goods arrive before they are put away. */
export const DOCK = 'DOCK-01';

const AISLES = ['A', 'B', 'C', 'D', 'E'];
const BAYS = 10;
const LEVELS = 4;
const SCANNERS_PER_WAREHOUSE = 4;

/** The 200 pick locations that every warehouse has. */
export const PICK_LOCATIONS: readonly string[] = AISLES.flatMap((aisle) =>
  Array.from({ length: BAYS * LEVELS }, (_, index) => {
    const bay = Math.floor(index / LEVELS) + 1;
    return `${aisle}-${String(bay).padStart(2, '0')}-${String((index % LEVELS) + 1).padStart(2, '0')}`;
  }),
);

/** Four invoices in five are shipped from the item's home warehouse, the fifth from one of its three neighbours. */
export function shippedFrom(itemId: string, invoice: string): string {
  const home = homeIndex(itemId);
  if (bucketOf(`ships|${invoice}`, 5) !== 0) return warehouse(home);
  return warehouse(home + 1 + bucketOf(`ships instead|${invoice}`, 3));
}

/** The warehouse that keeps the item first of all. */
export function homeOf(itemId: string): string {
  return warehouse(homeIndex(itemId));
}

/** Where an item is picked from in a warehouse. */
export function pickLocationOf(itemId: string, warehouseId: string): string {
  const location = PICK_LOCATIONS[bucketOf(`${warehouseId}|${itemId}`, PICK_LOCATIONS.length)];
  return location ?? DOCK;
}

/** One item in ten is kept by lot. */
export function isKeptByLot(itemId: string): boolean {
  return bucketOf(`lot|${itemId}`, 10) === 0;
}

/** Goods of one quarter of a year are one lot, such as `LOT-2011-Q4`. `date` is milliseconds UTC. */
export function lotOf(itemId: string, date: number): string | null {
  if (!isKeptByLot(itemId)) return null;
  const day = new Date(date);
  return `LOT-${day.getUTCFullYear()}-Q${Math.floor(day.getUTCMonth() / 3) + 1}`;
}

type Worker = { scannerId: string; userId: string };

/** Who receives and corrects for an invoice in a warehouse. */
export function workerOf(warehouseId: string, invoice: string): Worker {
  return worker(warehouseId, invoice, 0);
}

/** Who picks an order in a warehouse: others than those, so that each scanner numbers its own scans. */
export function pickerOf(warehouseId: string, orderId: string): Worker {
  return worker(warehouseId, orderId, WAREHOUSES.length * SCANNERS_PER_WAREHOUSE);
}

function worker(warehouseId: string, work: string, before: number): Worker {
  const first = before + WAREHOUSES.indexOf(warehouseId) * SCANNERS_PER_WAREHOUSE;
  const number = first + bucketOf(`works|${work}`, SCANNERS_PER_WAREHOUSE) + 1;
  const digits = String(number).padStart(2, '0');
  return { scannerId: `SCANNER-${digits}`, userId: `warehouse_user_${digits}` };
}

function homeIndex(itemId: string): number {
  return bucketOf(`home|${itemId}`, WAREHOUSES.length);
}

function warehouse(index: number): string {
  return WAREHOUSES[index % WAREHOUSES.length] ?? '';
}
