import type { DatabaseSync } from 'node:sqlite';
import type { Allocation } from '../allocation/allocation.ts';
import {
  type BookingFound,
  type BookingLookup,
  type ItemWarehouse,
  itemWarehouseText,
  orderItemText,
} from '../database.ts';
import { jsonOf, rowOf, rowsOf } from './rows.ts';

/** The allocations a booking reads and writes, to be called inside its transaction. */
export interface AllocationStore {
  read(
    allocationIds: readonly string[],
    orders: BookingLookup['orders'],
  ): Pick<BookingFound, 'allocations' | 'openOfOrder'>;
  readOpen(keys: readonly ItemWarehouse[]): Pick<BookingFound, 'allocations' | 'openOfStock'>;
  write(allocations: readonly Allocation[]): void;
}

export interface AllocationRow {
  allocation_number: number;
  allocation_id: string;
  order_id: string;
  line_id: string;
  item_id: string;
  warehouse_id: string;
  priority: number;
  ordered_at: string;
  requested: number;
  reserved: number;
  picked: number;
  decision: string;
}

export const ALLOCATION_COLUMNS = `allocation_number, allocation_id, order_id, line_id, item_id, warehouse_id,
  priority, ordered_at, requested, reserved, picked, decision`;

export function createAllocationStore(connection: DatabaseSync): AllocationStore {
  const select = (condition: string) =>
    connection.prepare(`SELECT ${ALLOCATION_COLUMNS} FROM allocation WHERE ${condition}`);
  const sql = {
    byId: select('allocation_id = ?'),
    openOfOrder: select(
      'order_id = ? AND item_id = ? AND warehouse_id = ? AND reserved > picked ORDER BY allocation_number',
    ),
    openOfStock: select('item_id = ? AND warehouse_id = ? AND reserved > picked ORDER BY allocation_number'),
    put: connection.prepare(`INSERT INTO allocation
      (allocation_id, order_id, line_id, item_id, warehouse_id, priority, ordered_at, requested, reserved, picked,
        status, sequence, decided_at, decision)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (allocation_id) DO UPDATE SET
        reserved = excluded.reserved, picked = excluded.picked, status = excluded.status,
        sequence = excluded.sequence, decided_at = excluded.decided_at, decision = excluded.decision`),
  };

  return {
    read(allocationIds, orders) {
      const allocations = new Map<string, Allocation>();
      const openOfOrder = new Map<string, string[]>();
      for (const id of allocationIds) {
        const row = rowOf<AllocationRow>(sql.byId, id);
        if (row) allocations.set(id, allocationOf(row));
      }
      for (const key of orders) {
        const open = rowsOf<AllocationRow>(sql.openOfOrder, key.orderId, key.itemId, key.warehouseId);
        openOfOrder.set(orderItemText(key), addTo(allocations, open));
      }
      return { allocations, openOfOrder };
    },

    readOpen(keys) {
      const allocations = new Map<string, Allocation>();
      const openOfStock = new Map<string, string[]>();
      for (const key of keys) {
        const open = rowsOf<AllocationRow>(sql.openOfStock, key.itemId, key.warehouseId);
        openOfStock.set(itemWarehouseText(key), addTo(allocations, open));
      }
      return { allocations, openOfStock };
    },

    write(allocations) {
      for (const allocation of allocations) {
        const { allocationId, orderId, lineId, itemId, warehouseId, priority, orderedAt, decision } =
          allocation;
        const { requested, reserved, picked } = allocation;
        sql.put.run(
          ...[allocationId, orderId, lineId, itemId, warehouseId, priority, orderedAt],
          ...[requested, reserved, picked],
          ...[decision.status, decision.sequence, decision.decidedAt, JSON.stringify(decision)],
        );
      }
    },
  };
}

export function allocationOf(row: AllocationRow): Allocation {
  return {
    allocationId: row.allocation_id,
    orderId: row.order_id,
    lineId: row.line_id,
    itemId: row.item_id,
    warehouseId: row.warehouse_id,
    priority: row.priority,
    orderedAt: row.ordered_at,
    requested: row.requested,
    reserved: row.reserved,
    picked: row.picked,
    decision: jsonOf(row.decision),
  };
}

/** Adds what the rows hold, and answers the ids in their order. */
function addTo(allocations: Map<string, Allocation>, rows: readonly AllocationRow[]): string[] {
  for (const row of rows) allocations.set(row.allocation_id, allocationOf(row));
  return rows.map((row) => row.allocation_id);
}
