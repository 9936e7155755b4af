import type { Item } from '../../../shared/contracts/master-data.ts';
import type { MasterDataChanges } from '../../../shared/contracts/master-data-changes.ts';
import type { WmsPosition } from '../../../shared/contracts/position.ts';
import type { Transaction } from '../../../shared/contracts/transaction.ts';
import type { KeptForm } from './kept-form.ts';
import type { Refusal, ScanState, StoredScan } from './scan.ts';
import type { DeviceCard, PickTask, RecountTask, ScanQuery, SignedIn } from './scanner-device.ts';

/**
 * What a device keeps. Every call is one transaction of its own and on the disk when it returns: after a crash all of it is there or
 * nothing. Calls are synchronous, so that nothing comes between two of them but what the caller lets in. Ids of transactions are
 * compared and kept in lower case. Quantities are pieces, instants ISO 8601 UTC by the device's wall clock.
 *
 * A write throws {@link StorageFullError} where there is no room, and has then changed nothing.
 */
export interface DeviceStore
  extends ScanStore,
    MasterDataStore,
    StockStore,
    PickStore,
    RecountStore,
    SignInStore,
    FormStore {
  /** Does what else some write does besides, when much was written since the last time: for a moment in which nobody waits. */
  keepLogShort(): void;
  /** Lets go of the file, if there is one. */
  close(): void;
}

/** The disk, or what the browser grants of it, is full. */
export class StorageFullError extends Error {
  override readonly name = 'StorageFullError';
}

/** The scans, by their state: `queued → synced | refused`, `refused → queued | dropped`, and no other arrow. */
export interface ScanStore {
  /**
   * Keeps a new scan as `queued` and gives it the next number of this device; a number is never given twice.
   * @throws Error for an id that is there already
   */
  append(transaction: Transaction): StoredScan;
  scan(transactionId: string): StoredScan | undefined;
  /** The newest first. */
  scans(query: ScanQuery): readonly StoredScan[];
  /** What waits, the oldest first. */
  queued(most: number): readonly StoredScan[];
  /** What waits and moves pieces of an item, the oldest first. */
  queuedOfItem(itemId: string): readonly StoredScan[];
  /** Picks that wait and name an allocation. */
  queuedPicks(warehouseId: string): readonly StoredScan[];
  backlog(): Backlog;
  /**
   * Notes that a call with these scans is about to be made, and gives it its number: higher than those of all before it and than
   * `above`.
   */
  attempted(transactionIds: readonly string[], above?: number): number;
  /**
   * Notes what the server answered to scans at an instant, all of it or nothing. An answer to a scan that is not `queued` changes
   * nothing.
   */
  settle(settlements: readonly Settlement[], at: string): void;
  /** A red scan waits again, with this content and no attempts. False, changing nothing, where it is not `refused`. */
  requeue(transaction: Transaction): boolean;
  /**
   * A red scan is not to be booked; `replacement` is appended in its place, with a new id. Undefined, changing nothing, where it is
   * not `refused`.
   */
  drop(transactionId: string, dropped: Dropped, replacement?: Transaction): StoredScan | undefined;
  /** Forgets scans that are `synced` and were made before an instant; answers how many. Others are never forgotten. */
  purgeSynced(scannedBefore: string): number;
  /** Forgets some of the oldest scans that are `synced`, since there is no other room, and leaves the newest; answers how many. */
  makeRoom(leave?: number): number;
}

export type Dropped = NonNullable<StoredScan['dropped']>;

export type Backlog = {
  readonly counts: Readonly<Record<ScanState, number>>;
  /** When the oldest scan that waits was made. */
  readonly oldestQueuedAt?: string;
};

/** What becomes of a scan by an answer. */
export type Settlement = {
  readonly transactionId: string;
  /** Of the position that the scan is about, as the answer told it. */
  readonly position?: { readonly onHand: number; readonly version: number };
} /** `isRepeat`: it had been booked by an earlier call. */ & (
  | { readonly state: 'synced'; readonly booked: NonNullable<StoredScan['booked']>; readonly isRepeat?: true }
  | { readonly state: 'refused'; readonly refusal: Refusal }
);

/** Which device this is. */
export type Enrolment = DeviceCard & { readonly warehouseIds: readonly string[] };

export type MasterDataState = {
  /** What is to be asked for next; 0 before anything was told. */
  readonly version: number;
  readonly mark?: string | undefined;
  readonly items: number;
  readonly locations: number;
  readonly limits?: MasterDataChanges['limits'];
  /** When the last page came. */
  readonly syncedAt?: string;
};

/** A place in a warehouse. */
export type Place = { readonly warehouseId: string; readonly locationId: string };

/** Which device this is, and what its warehouses know. */
export interface MasterDataStore {
  enrolment(): Enrolment | undefined;
  /** Other warehouses than before: items, locations, stock and tasks are forgotten, since they are told by warehouse. */
  enrol(enrolment: Enrolment): void;
  masterData(): MasterDataState;
  /**
   * Takes over a page. One that says `reset` begins to replace everything there was; what is not told again goes with the last page,
   * so that a device that loses its network in between can still work.
   */
  putMasterData(page: MasterDataChanges, at: string): void;
  item(itemId: string): Item | undefined;
  /** Items with this id or barcode; digits of a GTIN are compared without leading zeros. */
  itemsOfCode(code: string): readonly Item[];
  hasLocation(place: Place): boolean;
  /** Every warehouse of the device that has a location of this name. */
  placesOf(locationId: string): readonly Place[];
}

export type PositionQuery = {
  readonly warehouseIds: readonly string[];
  readonly itemId?: string;
  readonly locationId?: string;
  /** At most so many. */
  readonly limit: number;
};

/** Stock as it was told last, without what waits on this device. */
export interface StockStore {
  /** Takes over positions of one page, told at an instant. */
  putPositions(positions: readonly WmsPosition[], at: string): void;
  /** All positions of a warehouse were told since `startedAt`: forgets those that were not. */
  finishStock(warehouseId: string, startedAt: string): void;
  /** By warehouse, item, location, lot. */
  positions(query: PositionQuery): readonly WmsPosition[];
  /** When the whole stock of a warehouse was told last: `startedAt` of that. Undefined before the first time. */
  stockAsOf(warehouseId: string): string | undefined;
}

/**
 * What is to be picked, as it was told last; picks that are `synced` since are taken off by {@link ScanStore.settle}. Of one that was under way
 * without an answer when the list was told, and turns out to have been booked, nobody knows whether the list tells of it already: what is left of
 * its allocation is not there until the list is told again.
 */
export interface PickStore {
  putPickList(warehouseId: string, tasks: readonly PickTask[], at: string): void;
  pickList(warehouseId: string): { readonly tasks: readonly PickTask[]; readonly asOf?: string };
}

/** What investigations ask to be counted, as it was told last; a count of the position that is `synced` since takes it off. */
export interface RecountStore {
  putRecounts(warehouseId: string, tasks: readonly RecountTask[], at: string): void;
  recounts(warehouseId: string): { readonly tasks: readonly RecountTask[]; readonly asOf?: string };
}

/** What a sign-in by the server leaves behind, so that the same person may sign in offline. */
export type RememberedSignIn = {
  readonly badge: string;
  readonly user: Omit<SignedIn, 'isOffline'>;
  /** Of the PIN: PBKDF2 with SHA-256. Salt and verifier are base64. */
  readonly salt: string;
  readonly iterations: number;
  readonly verifier: string;
  /** Wrong PINs in a row, offline. */
  readonly wrong: number;
  readonly lockedUntil?: string;
};

export interface SignInStore {
  /** Who is signed in. */
  session(): SignedIn | undefined;
  /** Undefined: nobody any more. What was kept of a form goes with whoever was signed in before. */
  putSession(user: SignedIn | undefined): void;
  remembered(badge: string): RememberedSignIn | undefined;
  remember(signIn: RememberedSignIn): void;
  /** Forgets sign-ins that were valid until before an instant. */
  forgetSignIns(validUntilBefore: string): void;
  /** The latest time that was put. */
  latestTime(): string | undefined;
  putLatestTime(at: string): void;
}

/** What somebody has entered and not saved yet. */
export interface FormStore {
  /** What was put last, maybe by another version of the app. */
  form(): unknown;
  /** Undefined: nothing any more. */
  putForm(form: KeptFormRecord | undefined): void;
}

/** `keptAt`: milliseconds since 1970 UTC. */
export type KeptFormRecord = { readonly form: KeptForm; readonly keptAt: number };
