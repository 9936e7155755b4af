import type { AllocationDecision } from '../../shared/contracts/allocation-messages.ts';
import type { InventoryEvent } from '../../shared/contracts/inventory-event.ts';
import type { Item, Location } from '../../shared/contracts/master-data.ts';
import type { WmsPosition } from '../../shared/contracts/position.ts';
import type { Transaction, TransactionResult } from '../../shared/contracts/transaction.ts';
import type { PositionLedger } from '../../shared/domain/ledger.ts';
import type { TraceContext } from '../../shared/service-bus/trace-context.ts';
import type { Allocation } from './allocation/allocation.ts';
import type { LocationLock } from './locks/location-lock.ts';

/**
 * The WMS database as the adapter needs it. Every implementation passes the suite in `database-contract.ts`.
 * Quantities are pieces, times UTC in ISO 8601 with milliseconds.
 */
export interface Database {
  /**
   * Books in one durable transaction: reads what `lookup` names, lets `decide` say what follows, and writes that:
   * ledger, positions, allocations and outbox together or none of it. `decide` must be pure: where it answers
   * `openAllocationsOf`, it is called once more with those found as well. Nobody else books between the first reading
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

  /** Every event ever written, in commit order; `next` is there when more follow. */
  events(query: PageQuery): Promise<Page<InventoryEvent>>;

  /** Creates or replaces. Items keep no history. */
  putItems(items: readonly Item[]): Promise<void>;
  item(itemId: string): Promise<Item | undefined>;
  /** Creates or replaces. Answers the warehouses among them that do not exist; if there are any, nothing is written. */
  putLocations(locations: readonly Location[]): Promise<string[]>;
  location(warehouseId: string, locationId: string): Promise<Location | undefined>;
  /** Creates those warehouses that do not exist. */
  addWarehouses(warehouseIds: readonly string[]): Promise<void>;

  /**
   * Keeps a lock. A scanner has one lock of a location: where it runs still, the new end is written to that one.
   * Answers the lock as it is then. Locks that have ended at `now` may be forgotten. In the same transaction the
   * outbox is given what the cloud is told: one event for each position of the location that holds pieces.
   */
  putLock(lock: LocationLock, now: Date, trace: TraceContext): Promise<LocationLock>;
  /** Ends a lock; one that does not run at `now` is no error, and nothing is told of it. */
  endLock(lockId: string, now: Date, trace: TraceContext): Promise<void>;
  /** Locks that run at `now`, in the order of their ids. */
  locks(query: PageQuery, now: Date): Promise<Page<LocationLock>>;

  /** The oldest unsent messages, in commit order, without the parked ones. */
  unsent(limit: number): Promise<OutboxEntry[]>;
  /** Takes messages out of the outbox. May be lost in a power cut: they are sent twice then. */
  markSent(sequences: readonly number[]): Promise<void>;
  /** Keeps a message in the outbox, but out of `unsent`, because the bus will never take it. */
  park(sequence: number, reason: string): Promise<void>;
  backlog(): Promise<Backlog>;

  /** Fulfilled when the database can be read and written. */
  ping(): Promise<void>;
  close(): Promise<void>;
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
  readonly lockIds: readonly string[];
  /** Those of them that a count names: it may end them. */
  readonly countLockIds: readonly string[];
  /** UTC with milliseconds: locks that have ended then count no more. */
  readonly now: string;
}

export interface BookingFound {
  /** The last event number of that day that was given out, 0 at first. */
  readonly lastEventNumber: number;
  /** By transaction id in lower case. */
  readonly ledger: ReadonlyMap<string, LedgerResult>;
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
  /** Locks that were named, and those that run in the warehouses of the demands. */
  readonly locks: readonly LocationLock[];
  /** Pieces on hand of the demands' items in locations under those locks, by `itemLocationText`. */
  readonly lockedOnHand: ReadonlyMap<string, number>;
  /**
   * By `countLockIds`: the positions that the cloud was told are under count, at zero by now or not, and those that hold
   * pieces in the location. They are among the `positions`.
   */
  readonly countedPositions: ReadonlyMap<string, readonly PositionKey[]>;
  readonly warehouses: ReadonlySet<string>;
  /** Those of the positions' and demands' items that exist. */
  readonly items: ReadonlySet<string>;
  /** Those of the positions' locations that exist, by `locationKeyText`. */
  readonly locations: ReadonlySet<string>;
}

/** What an empty database finds. */
export const NOTHING_FOUND: BookingFound = {
  lastEventNumber: 0,
  ledger: new Map(),
  positions: new Map(),
  deltaSums: new Map(),
  stocks: new Map(),
  allocations: new Map(),
  openOfOrder: new Map(),
  openOfStock: new Map(),
  locks: [],
  lockedOnHand: new Map(),
  countedPositions: new Map(),
  warehouses: new Set(),
  items: new Set(),
  locations: new Set(),
};

/** Key of `BookingFound.deltaSums`. */
export function deltaSumKey(position: PositionKey, scanKey: string): string {
  return `${positionKeyText(position)}|${scanKey}`;
}

/** What a transaction that is in the ledger was answered, and what it said. */
export interface LedgerResult {
  readonly bodyHash: string;
  readonly outcome: TransactionResult['outcome'];
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
  readonly ledger: readonly (LedgerResult & { transaction: Transaction; committedAt: string })[];
  readonly positions: readonly { key: PositionKey; state: PositionState }[];
  /** Those that a later count has to sum; signed. */
  readonly deltas: readonly { position: PositionKey; scanKey: string; quantity: number }[];
  readonly stocks: readonly (ItemWarehouse & ItemStock)[];
  /** Created or replaced. */
  readonly allocations: readonly Allocation[];
  readonly endedLockIds: readonly string[];
  /** In the order in which they are to be sent. */
  readonly messages: readonly OutboxMessage[];
}

/** What goes on the bus: an inventory event or a decision on an allocation, and the trace of what caused it. */
export type OutboxMessage =
  | { readonly kind: 'event'; readonly event: InventoryEvent; readonly trace: TraceContext }
  | { readonly kind: 'decision'; readonly decision: AllocationDecision; readonly trace: TraceContext };

export interface PageQuery {
  /** `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface PositionQuery extends PageQuery {
  readonly itemId?: string | undefined;
  readonly warehouseId?: string | undefined;
  readonly locationId?: string | undefined;
}

export interface AllocationQuery extends PageQuery {
  readonly itemId?: string | undefined;
  readonly warehouseId?: string | undefined;
  readonly orderId?: string | undefined;
}

export interface Page<Row> {
  readonly rows: Row[];
  readonly next?: string;
}

/** An unsent message; `sequence` grows in commit order. */
export type OutboxEntry = OutboxMessage & { readonly sequence: number };

export interface Backlog {
  /** Messages the bus has not acknowledged, without the parked ones. */
  readonly unsent: number;
  /** Commit time of the oldest of them. */
  readonly oldestCommittedAt?: string;
  /** Messages the bus will never take, the oldest few of them with the reason. */
  readonly parked: number;
  readonly parkedExamples: { messageId: string; reason: string }[];
}

/** Thrown for an `after` that no page gave out. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError';
}
