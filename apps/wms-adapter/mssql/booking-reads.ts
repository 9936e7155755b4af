import type { Allocation } from '../allocation/allocation.ts';
import {
  type BookingFound,
  type BookingLookup,
  deltaSumKey,
  type ItemWarehouse,
  itemLocationText,
  itemWarehouseText,
  locationKeyText,
  orderItemText,
  positionKeyText,
} from '../database.ts';
import { type AllocationRow, allocationOf } from './allocation-rows.ts';
import {
  type BookingRecordsets,
  itemWarehouseRow,
  READ,
  READ_OPEN,
  readParameters,
  type SumRow,
} from './booking-queries.ts';
import { lockOf } from './lock-rows.ts';
import { json } from './parameters.ts';
import { keyOf, stateOf } from './position-rows.ts';
import type { Statements } from './session.ts';

/** What a booking has read, and the numbers it goes on from. */
export interface BookingReading {
  readonly found: BookingFound;
  readonly last: LastNumbers;
  /** By `positionKeyText`. */
  readonly positionIds: ReadonlyMap<string, number>;
}

/** The last numbers that were given out. */
export interface LastNumbers {
  readonly positionId: number;
  readonly ledgerId: number;
  readonly allocationNumber: number;
  readonly sequence: number;
}

/**
 * Waits for the booking's turn, which lasts until its transaction ends, and reads all that the lookup names: one round
 * trip. Each statement sees what was committed before it began, and nothing is while the turn lasts.
 */
export async function readBooking(on: Statements, lookup: BookingLookup): Promise<BookingReading> {
  const [
    turns,
    numbers,
    ledger,
    refusedCalls,
    positions,
    holding,
    counted,
    sums,
    byId,
    ofOrders,
    stocks,
    locks,
    locked,
    items,
    warehouses,
    locations,
  ] = await on.recordsets<BookingRecordsets>(READ, readParameters(lookup));
  const [turn] = turns;
  if (turn === undefined)
    throw new Error('wms.booking_turn has lost its row: insert it as infra/sql/002-positions.sql does');
  const allPositions = [...positions, ...holding, ...counted];
  return {
    last: {
      positionId: turn.last_position_id,
      ledgerId: Number(turn.last_ledger_id),
      allocationNumber: Number(turn.last_allocation_number),
      sequence: Number(turn.last_sequence),
    },
    positionIds: new Map(allPositions.map((row) => [positionKeyText(keyOf(row)), row.position_id])),
    found: {
      lastEventNumber: numbers[0]?.last_number ?? 0,
      ledger: new Map(
        ledger.map(({ transaction_id: id, body_hash: bodyHash, on_hand: onHand, version }) => [
          id,
          { bodyHash, onHand, version },
        ]),
      ),
      refusedCalls: new Map(refusedCalls.map((row) => [row.scanner_id, Number(row.call_number)])),
      positions: new Map(allPositions.map((row) => [positionKeyText(keyOf(row)), stateOf(row)])),
      deltaSums: deltaSumsOf(lookup.counts, sums),
      stocks: new Map(
        stocks.map((row) => [
          itemWarehouseText({ itemId: row.item_id, warehouseId: row.warehouse_id }),
          { onHand: Number(row.on_hand), reserved: Number(row.reserved) },
        ]),
      ),
      ...allocationsOf(byId, ofOrders, lookup.orders),
      openOfStock: new Map(),
      locks: locks.map(lockOf),
      lockedOnHand: new Map(
        locked.map((row) => [itemLocationText(keyOf({ ...row, lot_number: '' })), Number(row.total)]),
      ),
      holdingPositions: grouped(
        holding,
        (row) => locationKeyText(row.warehouse_id, row.location_id),
        keyOf,
        lookup.countLocations.map((place) => locationKeyText(place.warehouseId, place.locationId)),
      ),
      countedPositions: grouped(counted, (row) => row.lock_id, keyOf, lookup.countLockIds),
      items: new Set(items.map(({ item_id: id }) => id)),
      warehouses: new Set(warehouses.map(({ warehouse_id: id }) => id)),
      locations: new Set(locations.map((row) => locationKeyText(row.warehouse_id, row.location_id))),
    },
  };
}

/** What was found, and the open allocations of these items as well. */
export async function readOpenAllocations(
  on: Statements,
  found: BookingFound,
  keys: readonly ItemWarehouse[],
): Promise<BookingFound> {
  const rows = await on.rows<AllocationRow>(READ_OPEN, { items: json(keys.map(itemWarehouseRow)) });
  const open = grouped(
    rows.map(allocationOf),
    itemWarehouseText,
    ({ allocationId }) => allocationId,
    keys.map(itemWarehouseText),
  );
  return {
    ...found,
    allocations: new Map([...found.allocations, ...byAllocationId(rows)]),
    openOfStock: new Map([...found.openOfStock, ...open]),
  };
}

function deltaSumsOf(counts: BookingLookup['counts'], sums: readonly SumRow[]): Map<string, number> {
  return new Map(
    sums.flatMap(({ nth, total }) => {
      const count = counts[nth];
      return count === undefined ? [] : [[deltaSumKey(count.position, count.scanKey), Number(total)]];
    }),
  );
}

function allocationsOf(
  byId: readonly AllocationRow[],
  ofOrders: readonly AllocationRow[],
  orders: BookingLookup['orders'],
): Pick<BookingFound, 'allocations' | 'openOfOrder'> {
  return {
    allocations: byAllocationId([...byId, ...ofOrders]),
    openOfOrder: grouped(
      ofOrders.map(allocationOf),
      orderItemText,
      ({ allocationId }) => allocationId,
      orders.map(orderItemText),
    ),
  };
}

function byAllocationId(rows: readonly AllocationRow[]): Map<string, Allocation> {
  return new Map(rows.map((row) => [row.allocation_id, allocationOf(row)]));
}

/** Entries of the rows by key, in their order; each of `keys` is there, be it with none. */
function grouped<Row, Entry>(
  rows: readonly Row[],
  keyOfRow: (row: Row) => string,
  entryOf: (row: Row) => Entry,
  keys: readonly string[],
): Map<string, Entry[]> {
  const lists = new Map<string, Entry[]>(keys.map((key) => [key, []]));
  for (const row of rows) {
    const key = keyOfRow(row);
    const list = lists.get(key);
    if (list) list.push(entryOf(row));
    else lists.set(key, [entryOf(row)]);
  }
  return lists;
}
