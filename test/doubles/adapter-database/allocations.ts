import { type Allocation, openPieces } from '../../../apps/wms-adapter/allocation/allocation.ts';
import {
  type BookingFound,
  type ItemWarehouse,
  itemWarehouseText,
  type OrderItem,
  orderItemText,
} from '../../../apps/wms-adapter/database.ts';
import { sealed } from '../sealed.ts';
import { check } from './constraint.ts';
import type { Tables } from './memory.ts';
import { listOf } from './sorted.ts';

export type AllocationTables = {
  /** By allocation id, in the order in which they were first seen. */
  readonly allocations: Map<string, Allocation>;
  /** Their ids in that order. */
  readonly allocationOrder: string[];
  /** Ids by `orderItemText`, in that order. */
  readonly allocationsOfOrder: Map<string, string[]>;
  /** Ids of the open ones by `itemWarehouseText`, with their places in that order. */
  readonly openOfStock: Map<string, Map<string, number>>;
};

export function noAllocations(): AllocationTables {
  return {
    allocations: new Map(),
    allocationOrder: [],
    allocationsOfOrder: new Map(),
    openOfStock: new Map(),
  };
}

/** Those that are named, and the open ones of the orders. */
export function readNamed(
  tables: Tables,
  allocationIds: readonly string[],
  orders: readonly OrderItem[],
): Pick<BookingFound, 'openOfOrder'> & { readonly allocations: Map<string, Allocation> } {
  const allocations = new Map<string, Allocation>();
  for (const id of allocationIds) {
    const allocation = tables.allocations.get(id);
    if (allocation) allocations.set(id, allocation);
  }
  const openOfOrder = new Map<string, string[]>();
  for (const key of orders) {
    const name = orderItemText(key);
    const open = (tables.allocationsOfOrder.get(name) ?? []).filter((id) => isOpen(tables, id));
    addTo(allocations, tables, open);
    openOfOrder.set(name, open);
  }
  return { allocations, openOfOrder };
}

/** All open ones of these items. */
export function readOpen(
  tables: Tables,
  keys: readonly ItemWarehouse[],
): Pick<BookingFound, 'allocations' | 'openOfStock'> {
  const allocations = new Map<string, Allocation>();
  const openOfStock = new Map<string, readonly string[]>();
  for (const key of keys) {
    const open = openIdsOf(tables, key);
    addTo(allocations, tables, open);
    openOfStock.set(itemWarehouseText(key), open);
  }
  return { allocations, openOfStock };
}

/** Ids of the open ones of the item in the warehouse, first seen first. */
export function openIdsOf({ openOfStock }: Tables, key: ItemWarehouse): string[] {
  const open = [...(openOfStock.get(itemWarehouseText(key)) ?? [])];
  return open.sort(([, one], [, other]) => one - other).map(([id]) => id);
}

/** @throws {ConstraintError} */
export function checkAllocations(allocations: readonly Allocation[]): void {
  for (const { allocationId, reserved, picked } of allocations)
    check(
      picked >= 0 && picked <= reserved,
      () => `${allocationId} would have ${reserved} pieces reserved and ${picked} picked`,
    );
}

export function writeAllocations(tables: Tables, allocations: readonly Allocation[]): void {
  for (const allocation of allocations) {
    const { allocationId, reserved, picked, decision } = allocation;
    const before = tables.allocations.get(allocationId);
    // What it is an allocation of stays as it was.
    const after = sealed(before ? { ...before, reserved, picked, decision } : allocation);
    const wasOpen = before !== undefined && openPieces(before) > 0;
    tables.allocations.set(allocationId, after);
    if (before === undefined) {
      tables.allocationOrder.push(allocationId);
      listOf(tables.allocationsOfOrder, orderItemText(after)).push(allocationId);
    }
    if (wasOpen !== openPieces(after) > 0) noteOpen(tables, after, !wasOpen);
  }
}

function noteOpen({ openOfStock, allocationOrder }: Tables, allocation: Allocation, opens: boolean): void {
  const { allocationId } = allocation;
  const name = itemWarehouseText(allocation);
  const open = openOfStock.get(name) ?? new Map<string, number>();
  openOfStock.set(name, open);
  if (opens) open.set(allocationId, allocationOrder.lastIndexOf(allocationId));
  else open.delete(allocationId);
}

function isOpen({ allocations }: Tables, id: string): boolean {
  const allocation = allocations.get(id);
  return allocation !== undefined && openPieces(allocation) > 0;
}

function addTo(found: Map<string, Allocation>, { allocations }: Tables, ids: readonly string[]): void {
  for (const id of ids) {
    const allocation = allocations.get(id);
    if (allocation) found.set(id, allocation);
  }
}
