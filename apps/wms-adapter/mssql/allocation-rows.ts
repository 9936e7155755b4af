import { type Allocation, openPieces } from '../allocation/allocation.ts';
import { type Columns, dateTime2, JSON_TEXT } from './json-rows.ts';

/** Figures are bigint, which the driver answers as text. */
export interface AllocationRow {
  readonly allocation_number: string;
  readonly allocation_id: string;
  readonly order_id: string;
  readonly line_id: string;
  readonly item_id: string;
  readonly warehouse_id: string;
  readonly priority: string;
  readonly ordered_at: Date;
  readonly requested: string;
  readonly reserved: string;
  readonly picked: string;
  readonly decision: string;
}

/** Columns of `wms.allocation` that are written. */
export const ALLOCATION: Columns = {
  allocation_number: 'bigint',
  allocation_id: 'varchar(128)',
  order_id: 'varchar(128)',
  line_id: 'varchar(64)',
  item_id: 'varchar(64)',
  warehouse_id: 'varchar(64)',
  priority: 'bigint',
  ordered_at: 'datetime2(3)',
  requested: 'bigint',
  reserved: 'bigint',
  picked: 'bigint',
  open_pieces: 'bigint',
  status: 'varchar(16)',
  sequence: 'int',
  decided_at: 'datetime2(3)',
  decision: JSON_TEXT,
};

/** Those that change after the first decision. */
export const ALLOCATION_UPDATED = [
  'reserved',
  'picked',
  'open_pieces',
  'status',
  'sequence',
  'decided_at',
  'decision',
] as const;

/** The columns of `AllocationRow`, of the table by the name `a` in the query. */
export const ALLOCATION_COLUMNS = `a.allocation_number, a.allocation_id, a.order_id, a.line_id, a.item_id,
  a.warehouse_id, a.priority, a.ordered_at, a.requested, a.reserved, a.picked, a.decision`;

export function allocationOf(row: AllocationRow): Allocation {
  return {
    allocationId: row.allocation_id,
    orderId: row.order_id,
    lineId: row.line_id,
    itemId: row.item_id,
    warehouseId: row.warehouse_id,
    priority: Number(row.priority),
    orderedAt: row.ordered_at.toISOString(),
    requested: Number(row.requested),
    reserved: Number(row.reserved),
    picked: Number(row.picked),
    decision: JSON.parse(row.decision),
  };
}

/** `allocationNumber` is kept where the allocation is known. */
export function allocationRow(
  allocation: Allocation,
  allocationNumber: number,
): Record<keyof typeof ALLOCATION, unknown> {
  const { decision } = allocation;
  return {
    allocation_number: allocationNumber,
    allocation_id: allocation.allocationId,
    order_id: allocation.orderId,
    line_id: allocation.lineId,
    item_id: allocation.itemId,
    warehouse_id: allocation.warehouseId,
    priority: allocation.priority,
    ordered_at: dateTime2(allocation.orderedAt),
    requested: allocation.requested,
    reserved: allocation.reserved,
    picked: allocation.picked,
    open_pieces: openPieces(allocation),
    status: decision.status,
    sequence: decision.sequence,
    decided_at: dateTime2(decision.decidedAt),
    decision,
  };
}
