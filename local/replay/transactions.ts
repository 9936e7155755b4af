import { uuidOf } from './hash.ts';
import { movementOf } from './movement.ts';
import type { RetailRow } from './retail-row.ts';
import { createShelves, type Shelves } from './shelves.ts';
import { DOCK, homeOf, lotOf, pickLocationOf, shippedFrom, workerOf } from './warehouse-layout.ts';

/** A transaction as `POST /api/v1/transactions` of the WMS adapter takes it. */
export type WarehouseTransaction = {
  transactionId: string;
  type: 'receipt' | 'pick' | 'adjustment' | 'transfer';
  itemId: string;
  warehouseId: string;
  locationId: string;
  lotNumber?: string;
  quantity: number;
  toLocationId?: string;
  reason?: string;
  orderId?: string;
  allocationId?: string;
  closesAllocation?: boolean;
  scannedAt: string;
  sequence: number;
  scannerId: string;
  userId: string;
};

export type MappingOptions = {
  /** Part of every transaction id: another run of the same file is other work, the same run is the same. */
  runId: string;
  /** Milliseconds added to every date of the file. */
  shift: number;
};

export type Mapping = {
  /** The transactions a row stands for, in the order they happened; none for a row that is no goods. */
  transactionsOf: (row: RetailRow) => WarehouseTransaction[];
  /** Rows left out so far, by code. */
  skipped: ReadonlyMap<string, number>;
};

/**
 * Turns rows, in the order of the file, into the work of the warehouses. The same rows and options give the same
 * transactions. Goods that a pick does not find are received at the dock and put away first, so that only
 * corrections of the file itself take stock below zero. Memory grows with the number of items, not of rows.
 */
export function createMapping({ runId, shift }: MappingOptions): Mapping {
  const shelves = createShelves();
  const sequences = new Map<string, number>();
  const skipped = new Map<string, number>();
  let lastScan = Number.NEGATIVE_INFINITY;

  function transactionsOf(row: RetailRow): WarehouseTransaction[] {
    const movement = movementOf(row);
    if (movement.kind === 'skipped') {
      skipped.set(movement.code, (skipped.get(movement.code) ?? 0) + 1);
      return [];
    }
    const warehouseId =
      movement.kind === 'correction' ? homeOf(movement.itemId) : shippedFrom(movement.itemId, row.invoice);
    const work = workOf(movement, { row, warehouseId, shelves });
    return work.map((step, index) => ({
      transactionId: uuidOf(`${runId}|${row.line}|${index}|${step.type}`),
      type: step.type,
      itemId: movement.itemId,
      warehouseId,
      locationId: step.locationId,
      ...(step.lot === null ? {} : { lotNumber: step.lot }),
      quantity: step.quantity,
      ...(step.toLocationId === undefined ? {} : { toLocationId: step.toLocationId }),
      ...(step.reason === undefined ? {} : { reason: step.reason }),
      ...(step.type === 'pick' ? { orderId: row.invoice } : {}),
      scannedAt: scanTime(row.date),
      ...scannedBy(warehouseId, row.invoice),
    }));
  }

  /** The file knows minutes; scans of one minute follow each other by a millisecond, so that no two are at once. */
  function scanTime(date: number): string {
    lastScan = Math.max(date + shift, lastScan + 1);
    return new Date(lastScan).toISOString();
  }

  function scannedBy(warehouseId: string, invoice: string) {
    const worker = workerOf(warehouseId, invoice);
    const sequence = (sequences.get(worker.scannerId) ?? 0) + 1;
    sequences.set(worker.scannerId, sequence);
    return { ...worker, sequence };
  }

  return { transactionsOf, skipped };
}

type Step = {
  type: WarehouseTransaction['type'];
  locationId: string;
  lot: string | null;
  quantity: number;
  toLocationId?: string;
  reason?: string;
};

type Place = { row: RetailRow; warehouseId: string; shelves: Shelves };

function workOf(
  movement: Exclude<ReturnType<typeof movementOf>, { kind: 'skipped' }>,
  { row, warehouseId, shelves }: Place,
): Step[] {
  const { itemId, quantity } = movement;
  const locationId = pickLocationOf(itemId, warehouseId);
  const shelf = shelves.of(itemId, warehouseId);
  const lotNow = lotOf(itemId, row.date);
  switch (movement.kind) {
    case 'return':
      shelf.put(lotNow, quantity);
      return [{ type: 'receipt', locationId, lot: lotNow, quantity, reason: 'return' }];
    case 'correction': {
      const lot = shelf.oldestLot() ?? lotNow;
      shelf.put(lot, quantity);
      return [{ type: 'adjustment', locationId, lot, quantity, reason: movement.reason.slice(0, 256) }];
    }
    case 'sale': {
      const arriving = shelf.replenishmentFor(quantity, lotNow);
      if (arriving > 0) shelf.put(lotNow, arriving);
      const picks = shelf.take(quantity).map((taken): Step => ({ type: 'pick', locationId, ...taken }));
      return [...(arriving > 0 ? putAway(locationId, lotNow, arriving) : []), ...picks];
    }
  }
}

function putAway(locationId: string, lot: string | null, quantity: number): Step[] {
  return [
    { type: 'receipt', locationId: DOCK, lot, quantity, reason: 'replenishment' },
    { type: 'transfer', locationId: DOCK, toLocationId: locationId, lot, quantity, reason: 'put-away' },
  ];
}
