import type { InventoryEvent } from '../../shared/contracts/inventory-event.ts';
import type { Item, Location } from '../../shared/contracts/master-data.ts';
import type { WmsPosition } from '../../shared/contracts/position.ts';
import type { Transaction, TransactionFlag, TransactionResult } from '../../shared/contracts/transaction.ts';
import type { PositionLedger } from '../../shared/domain/ledger.ts';
import type { Allocation } from './allocation/allocation.ts';
import type { DeviceRegistry } from './devices/device-registry.ts';
import type { PositionHistory } from './history/ledger-entry.ts';
import type { LocationLock } from './locks/location-lock.ts';
import type { Page, PageQuery } from './page.ts';
import type { RecountTasks } from './recounts/recount-tasks.ts';
import type { Outbox, OutboxMessage } from './relay/outbox.ts';
import type { SignIns } from './sign-in/sign-ins.ts';

/**
 * The WMS database as the adapter needs it. Every implementation passes the suite in `database-contract.ts`.
 * Quantities are pieces, times UTC in ISO 8601 with milliseconds.
 */
export interface Database
  extends Books,
    MasterData,
    PositionHistory,
    RecountTasks,
    Outbox,
    DeviceRegistry,
    SignIns {
  /** Fulfilled when the database can be read and written. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface Books {
  /**
   * Books in one durable transaction: reads what `lookup` names, lets `decide` say what follows, and writes that:
   * ledger, positions, allocations, locks and outbox together or none of it. `decide` must be pure: it is called again with more
   * where it asks for that, and from the beginning where the database ended the transaction (deadlock, lost connection). Nobody else books between the first reading
   * and the commit. The writes survive a power cut once the promise is fulfilled.
   */
  book<Result>(
    lookup: BookingLookup,
    decide: (found: BookingFound) => BookingDecision<Result> | MoreToFind,
  ): Promise<Result>;

  /** Positions in the order (warehouse, item, location, lot); `next` is there when more follow. */
  positions(query: PositionQuery): Promise<Page<WmsPosition>>;

  /** Allocations in the order in which they were first seen; `next` is there when more follow. */
  allocations(query: AllocationQuery): Promise<Page<Allocation>>;

  /**
   * Allocations with pieces that are reserved and not picked: those with the highest priority first, of these the oldest order. `next` is
   * there when more follow.
   */
  openAllocations(query: OpenAllocationQuery): Promise<Page<Allocation>>;

  /** Every event ever written, in commit order; `next` is there when more follow. */
  events(query: PageQuery): Promise<Page<InventoryEvent>>;

  /** Locks that run at `now`, in the order of their ids. */
  locks(query: LockQuery, now: Date): Promise<Page<LocationLock>>;
}

export interface MasterData {
  /** Creates or replaces. Items keep no history. */
  putItems(items: readonly Item[]): Promise<void>;
  item(itemId: string): Promise<Item | undefined>;
  /** Creates or replaces. Answers the warehouses among them that do not exist; if there are any, nothing is written. */
  putLocations(locations: readonly Location[]): Promise<string[]>;
  location(warehouseId: string, locationId: string): Promise<Location | undefined>;
  /** Creates those warehouses that do not exist. */
  addWarehouses(warehouseIds: readonly string[]): Promise<void>;
  /** What was put since, in the order of its versions. */
  masterDataSince(query: MasterDataQuery): Promise<MasterDataChanges>;
}

export interface MasterDataQuery {
  /** The version that the asker has; 0 has nothing. */
  readonly version: number;
  /** Whose locations are wanted. Items are those of all warehouses. */
  readonly warehouseIds: readonly string[];
  /** Items and locations together. */
  readonly limit: number;
}

export interface MasterDataChanges {
  /**
   * What the asker has with these changes. Every PUT gives each item and location a version of its own, higher than
   * all that were committed before, so that nothing is missed by asking for what came after.
   */
  readonly version: number;
  readonly items: readonly Item[];
  readonly locations: readonly Location[];
  /** True when more follow: to be asked for with this version. */
  readonly hasMore: boolean;
}

/** A position's key. `lotNumber` is null for stock that is not kept by lot. */
export interface PositionKey {
  readonly itemId: string;
  readonly warehouseId: string;
  readonly locationId: string;
  readonly lotNumber: string | null;
}

/** A position's key as one text, for maps. */
export function positionKeyText(key: PositionKey): string {
  return `${key.itemId}|${key.warehouseId}|${key.locationId}|${key.lotNumber ?? ''}`;
}

/** An item in a warehouse. */
export interface ItemWarehouse {
  readonly itemId: string;
  readonly warehouseId: string;
}

/** An item in a warehouse as one text, for maps. */
export function itemWarehouseText({ itemId, warehouseId }: ItemWarehouse): string {
  return `${itemId}|${warehouseId}`;
}

/** An order's share of an item in a warehouse. */
export interface OrderItem extends ItemWarehouse {
  readonly orderId: string;
}

/** An order's share of an item in a warehouse as one text, for maps. */
export function orderItemText(key: OrderItem): string {
  return `${key.orderId}|${itemWarehouseText(key)}`;
}

/** An item in a location as one text, for maps. */
export function itemLocationText(key: Omit<PositionKey, 'lotNumber'>): string {
  return `${key.itemId}|${key.warehouseId}|${key.locationId}`;
}

/** A location's key as one text, for sets. */
export function locationKeyText(warehouseId: string, locationId: string): string {
  return `${warehouseId}|${locationId}`;
}

export interface BookingLookup {
  /** UTC date (YYYYMMDD) whose event numbers are drawn. */
  readonly day: string;
  /** In lower case. */
  readonly transactionIds: readonly string[];
  /** Whose last refused call is read. */
  readonly scannerIds: readonly string[];
  readonly positions: readonly PositionKey[];
  /** Places in the order of scans after which the deltas of a position are to be summed. */
  readonly counts: readonly { position: PositionKey; scanKey: string }[];
  /** Whose totals are read. */
  readonly stocks: readonly ItemWarehouse[];
  /** Whose stock under lock is read, and whether the item exists. */
  readonly demands: readonly ItemWarehouse[];
  readonly allocationIds: readonly string[];
  /** Whose open allocations are read. */
  readonly orders: readonly OrderItem[];
  /** Whose locks are read: those that ended, or end, after `since` (UTC with milliseconds). */
  readonly lockLocations: readonly LockLocation[];
  readonly lockIds: readonly string[];
  /** Whose positions that hold pieces are read: a count may begin or end there. */
  readonly countLocations: readonly Omit<LockLocation, 'since'>[];
  /** Locks that may be ended: the positions that the cloud was told are under count are read. */
  readonly countLockIds: readonly string[];
  /** UTC with milliseconds: locks that have ended then stand in no demand's way. */
  readonly now: string;
}

export interface BookingFound {
  /** The last event number of that day that was given out, 0 at first. */
  readonly lastEventNumber: number;
  /** By transaction id in lower case. */
  readonly ledger: ReadonlyMap<string, LedgerResult>;
  /** The number of the last call in which a scan was refused, by scanner id; those that never numbered one are missing. */
  readonly refusedCalls: ReadonlyMap<string, number>;
  /** By `positionKeyText`; those that were never booked on are missing. */
  readonly positions: ReadonlyMap<string, PositionState>;
  /** The sums asked for by `counts`, by `deltaSumKey`. */
  readonly deltaSums: ReadonlyMap<string, number>;
  /** By `itemWarehouseText`; those that were never booked on are missing. */
  readonly stocks: ReadonlyMap<string, ItemStock>;
  /** All that were found, by allocation id. */
  readonly allocations: ReadonlyMap<string, Allocation>;
  /** Ids of the order's open allocations, first seen first, by `orderItemText`. */
  readonly openOfOrder: ReadonlyMap<string, readonly string[]>;
  /** Ids of all open allocations, by `itemWarehouseText`; only where `decide` asked for them. */
  readonly openOfStock: ReadonlyMap<string, readonly string[]>;
  /** Locks that were named, those of the lock locations, and those that run in the warehouses of the demands; each once. */
  readonly locks: readonly LocationLock[];
  /** Pieces on hand of the demands' items in locations under those locks, by `itemLocationText`. */
  readonly lockedOnHand: ReadonlyMap<string, number>;
  /** By `locationKeyText` of the count locations and of the locations of `countLockIds`: the positions that hold pieces. They are among the `positions`. */
  readonly holdingPositions: ReadonlyMap<string, readonly PositionKey[]>;
  /** By `countLockIds`: the positions that the cloud was told are under count. They are among the `positions`. */
  readonly countedPositions: ReadonlyMap<string, readonly PositionKey[]>;
  readonly warehouses: ReadonlySet<string>;
  /** Those of the positions' and demands' items that exist. */
  readonly items: ReadonlySet<string>;
  /** Those of the positions' and count locations that exist, by `locationKeyText`. */
  readonly locations: ReadonlySet<string>;
}

/** What an empty database finds. */
export const NOTHING_FOUND: BookingFound = {
  lastEventNumber: 0,
  ledger: new Map(),
  refusedCalls: new Map(),
  positions: new Map(),
  deltaSums: new Map(),
  stocks: new Map(),
  allocations: new Map(),
  openOfOrder: new Map(),
  openOfStock: new Map(),
  locks: [],
  lockedOnHand: new Map(),
  holdingPositions: new Map(),
  countedPositions: new Map(),
  warehouses: new Set(),
  items: new Set(),
  locations: new Set(),
};

/** Key of `BookingFound.deltaSums`. */
export function deltaSumKey(position: PositionKey, scanKey: string): string {
  return `${positionKeyText(position)}|${scanKey}`;
}

/** The position that a transaction in the ledger led to, and the hash of what it said. */
export interface LedgerResult {
  readonly bodyHash: string;
  readonly onHand: number;
  readonly version: number;
}

export interface PositionState extends PositionLedger {
  readonly version: number;
}

/** The totals of an item in a warehouse, in pieces. */
export interface ItemStock {
  /** Sum of its positions. */
  readonly onHand: number;
  /** Sum over its allocations of what is reserved and not picked. */
  readonly reserved: number;
}

export interface BookingDecision<Result> {
  readonly writes: BookingWrites;
  readonly result: Result;
}

/** Items whose open allocations have to be known before it can be decided. */
export interface MoreToFind {
  readonly openAllocationsOf: readonly ItemWarehouse[];
}

export interface BookingWrites {
  /** The new last event number of the day. */
  readonly lastEventNumber: number;
  readonly ledger: readonly (LedgerResult & {
    transaction: Transaction;
    outcome: TransactionResult['outcome'];
    /** As corrected. */
    scannedAt: string;
    flags: readonly TransactionFlag[];
    committedAt: string;
  })[];
  readonly positions: readonly { key: PositionKey; state: PositionState }[];
  /** In the order of the versions of each position. A later count sums the deltas among them. */
  readonly movements: readonly BookedMovement[];
  readonly stocks: readonly (ItemWarehouse & ItemStock)[];
  /** Created or replaced. */
  readonly allocations: readonly Allocation[];
  /** Created or replaced. */
  readonly locks: readonly LocationLock[];
  /** Positions that the cloud is told are under count, to be remembered by the lock; some may be already. */
  readonly countedPositions: readonly { lockId: string; position: PositionKey }[];
  /** In the order in which they are to be sent. */
  readonly messages: readonly OutboxMessage[];
  /** Each scanner once. */
  readonly refusedCalls: readonly { scannerId: string; call: number }[];
}

/** What a transaction did to one position: a signed delta, or a count; in pieces. */
export interface BookedMovement {
  readonly transactionId: string;
  readonly position: PositionKey;
  readonly kind: 'delta' | 'count';
  readonly quantity: number;
  /** The place of the transaction in the order of scans. */
  readonly scanKey: string;
  /** New on hand − old on hand. */
  readonly effectiveChange: number;
  readonly after: PositionState;
  /** The lock of another that ran when it was scanned or booked; its end decides what a recount is. */
  readonly recountLockId?: string;
}

/** A location of which something about locks is to be read. */
export interface LockLocation {
  readonly warehouseId: string;
  readonly locationId: string;
  readonly since: string;
}

export interface PositionQuery extends PageQuery {
  readonly itemId?: string | undefined;
  readonly warehouseId?: string | undefined;
  readonly locationId?: string | undefined;
}

export interface LockQuery extends PageQuery {
  readonly warehouseId?: string | undefined;
}

export interface OpenAllocationQuery extends PageQuery {
  readonly warehouseId?: string | undefined;
}

export interface AllocationQuery extends PageQuery {
  readonly itemId?: string | undefined;
  readonly warehouseId?: string | undefined;
  readonly orderId?: string | undefined;
}
