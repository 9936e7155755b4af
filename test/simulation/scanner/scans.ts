import type { ScanInput } from '../../../apps/scanner/core/scan.ts';
import type { Allocation } from '../../../apps/wms-adapter/allocation/allocation.ts';
import type { Aisles } from '../aisles.ts';
import type { Chance } from '../chance.ts';
import type { Shelf, WarehouseId } from '../layout.ts';
import type { Delivery } from '../purchaser.ts';

/** How much there is: what a receipt brings at most, and what a count finds. Pieces. */
export type Supply = { readonly mostReceived: number; readonly counted: readonly [number, number] };

export type ScansParts = {
  readonly chance: Chance;
  readonly scannerId: string;
  readonly warehouseId: WarehouseId;
  /** Of the warehouse. */
  readonly shelves: readonly Shelf[];
  readonly supply: Supply;
  readonly aisles: Aisles;
  /** What is reserved in a warehouse and not picked, for whoever picks by order. */
  readonly openAllocations: (warehouseId: WarehouseId) => readonly Allocation[];
  /** Those that were announced, for whoever receives one of them. They become more. */
  readonly deliveries: readonly Delivery[];
};

/** Scans made where somebody else just scanned. */
const BESIDES = 0.2;
const BY_ORDER = 0.15;
/** Receipts that name the delivery, where there is one. */
const OF_A_DELIVERY = 0.5;

/** What somebody does next in a warehouse. */
export function someScan(parts: ScansParts): ScanInput {
  const { chance, scannerId, warehouseId, aisles } = parts;
  const there = chance.happens(BESIDES) ? aisles.besides(warehouseId, scannerId) : undefined;
  return (chance.happens(BY_ORDER) ? pickByOrder(parts) : undefined) ?? scanAt(parts, there);
}

/** Undefined where nothing is reserved. */
function pickByOrder({ chance, warehouseId, shelves, openAllocations }: ScansParts): ScanInput | undefined {
  const open = openAllocations(warehouseId);
  if (open.length === 0) return undefined;
  const { allocationId, orderId, itemId, reserved, picked } = chance.oneOf(open);
  const shelf = chance.oneOf(shelves.filter((one) => one.itemId === itemId));
  const quantity = chance.happens(0.7) ? reserved - picked : chance.between(1, reserved - picked + 2);
  const names = chance.happens(0.8) ? { allocationId, orderId } : { orderId };
  const closes = chance.happens(0.1) ? { closesAllocation: true } : {};
  return { ...shelf, type: 'pick', quantity, ...names, ...closes };
}

/** @param there where it is to be, unless anywhere */
function scanAt(parts: ScansParts, there: Shelf | undefined): ScanInput {
  const { chance, shelves, supply } = parts;
  // A few items are asked for most.
  const shelf = there ?? shelves[Math.floor(chance.next() ** 2 * shelves.length)] ?? chance.oneOf(shelves);
  const draw = chance.next();
  if (draw < 0.35) return receiptAt(shelf, parts);
  if (draw < 0.6) return { ...shelf, type: 'pick', quantity: chance.between(1, 5) };
  if (draw < 0.75)
    return { ...shelf, type: 'adjustment', quantity: chance.oneOf([-3, -2, -1, 1, 2]), reason: 'damaged' };
  if (draw < 0.85) return { ...shelf, type: 'count', quantity: chance.between(...supply.counted) };
  const others = shelves.filter(
    ({ itemId, locationId }) => itemId === shelf.itemId && locationId !== shelf.locationId,
  );
  const { locationId: toLocationId } = chance.oneOf(others);
  return { ...shelf, type: 'transfer', quantity: chance.between(1, 10), toLocationId };
}

function receiptAt(shelf: Shelf, { chance, supply, deliveries }: ScansParts): ScanInput {
  const received = { ...shelf, type: 'receipt' as const, quantity: chance.between(1, supply.mostReceived) };
  const there = deliveries.filter(
    ({ itemId, warehouseId }) => itemId === shelf.itemId && warehouseId === shelf.warehouseId,
  );
  if (there.length === 0 || !chance.happens(OF_A_DELIVERY)) return received;
  return { ...received, expectedReceiptId: chance.oneOf(there).expectedReceiptId };
}
