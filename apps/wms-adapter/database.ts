import type { InventoryEvent } from '../../shared/contracts/inventory-event.ts';
import type { Item, Location } from '../../shared/contracts/master-data.ts';
import type { WmsPosition } from '../../shared/contracts/position.ts';
import type { Transaction, TransactionResult } from '../../shared/contracts/transaction.ts';
import type { PositionLedger } from '../../shared/domain/ledger.ts';
import type { TraceContext } from '../../shared/service-bus/inventory-message.ts';

/**
 * The WMS database as the adapter needs it. Every implementation passes the suite in `database-contract.ts`.
 * Quantities are pieces, times UTC in ISO 8601 with milliseconds.
 */
export interface Database {
  /**
   * Books in one durable transaction: reads what `lookup` names, lets `decide` say what follows, and writes that:
   * ledger, positions and outbox together or none of it. `decide` is called once and must be pure; nobody else books
   * between its reading and the commit. The writes survive a power cut once the promise is fulfilled.
   */
  book<Result>(
    lookup: BookingLookup,
    decide: (found: BookingFound) => { writes: BookingWrites; result: Result },
  ): Promise<Result>;

  /** Positions in the order (warehouse, item, location, lot); `next` is there when more follow. */
  positions(query: PositionQuery): Promise<Page<WmsPosition>>;

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

  /** The oldest unsent events, in commit order, without the parked ones. */
  unsent(limit: number): Promise<OutboxEntry[]>;
  /** Takes events out of the outbox. May be lost in a power cut: they are sent twice then. */
  markSent(sequences: readonly number[]): Promise<void>;
  /** Keeps an event in the outbox, but out of `unsent`, because the bus will never take it. */
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
  readonly warehouses: ReadonlySet<string>;
  /** Those of the positions' items that exist. */
  readonly items: ReadonlySet<string>;
  /** Those of the positions' locations that exist, by `locationKeyText`. */
  readonly locations: ReadonlySet<string>;
}

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

export interface BookingWrites {
  /** The new last event number of the day. */
  readonly lastEventNumber: number;
  readonly ledger: readonly (LedgerResult & { transaction: Transaction; committedAt: string })[];
  readonly positions: readonly { key: PositionKey; state: PositionState }[];
  /** Those that a later count has to sum; signed. */
  readonly deltas: readonly { position: PositionKey; scanKey: string; quantity: number }[];
  readonly events: readonly { event: InventoryEvent; trace: TraceContext }[];
}

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

export interface Page<Row> {
  readonly rows: Row[];
  readonly next?: string;
}

export interface OutboxEntry {
  /** Grows in commit order. */
  readonly sequence: number;
  readonly event: InventoryEvent;
  readonly trace: TraceContext;
}

export interface Backlog {
  /** Events the bus has not acknowledged, without the parked ones. */
  readonly unsent: number;
  /** Commit time of the oldest of them. */
  readonly oldestCommittedAt?: string;
  /** Events the bus will never take, the oldest few of them with the reason. */
  readonly parked: number;
  readonly parkedExamples: { eventId: string; reason: string }[];
}

/** Thrown for an `after` that no page gave out. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError';
}
