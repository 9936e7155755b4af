import type { Item } from '../../../shared/contracts/master-data.ts';
import type { WmsPosition } from '../../../shared/contracts/position.ts';
import type { TransactionProblem } from '../../../shared/contracts/transaction.ts';
import type { Trouble } from './adapter-client.ts';
import type { KeptForm } from './kept-form.ts';
import type { RefusalDecision, ScanInput, ScanState, StoredScan } from './scan.ts';

/**
 * The device as the page sees it: everything behind it lives in one dedicated worker that owns the database. A scan is on
 * the disk when its promise is fulfilled; nothing here waits for the network but what says so. Quantities are pieces,
 * durations milliseconds, instants UTC by the device's wall clock.
 */
export interface ScannerDevice {
  /** Calls `listener` at once, and a moment after each change. */
  watch(listener: (status: DeviceStatus) => void): Promise<void>;

  /** Remembers which device this is; asks the server whether it knows it. Waits for the network. */
  enrol(card: DeviceCard): Promise<EnrolmentAnswer>;
  /** Online by the server, which is asked first; offline by what an earlier sign-in left behind. */
  signIn(badge: string, pin: string): Promise<SignInAnswer>;
  /** What waits stays on the device and goes on being uploaded. */
  signOut(): Promise<void>;

  /** What is known of a code that was scanned or typed. */
  read(code: string): Promise<CodeMeaning>;
  /** What speaks against a scan, without storing it. */
  check(scan: ScanInput): Promise<ScanCheck>;
  /**
   * Checks and stores it; the upload begins at once where it can. Whoever hears no answer, because the device was closed meanwhile, submits
   * it again under the same id: a scan that is stored already is not stored twice, nor checked again.
   * @param transactionId a UUID that the page makes for this scan
   * @param sure the worker was asked about the doubts
   */
  submit(transactionId: string, scan: ScanInput, sure?: boolean): Promise<SubmitAnswer>;

  /**
   * Keeps what whoever is signed in has entered and not saved yet, in place of what was kept before; undefined: nothing any more. It is gone
   * when they sign out.
   */
  keepForm(form: KeptForm | undefined): Promise<void>;
  /** What was kept, unless it was saved since, is older than a working day, or is about something that is not there any more. */
  keptForm(): Promise<KeptForm | undefined>;

  /** Scans, the newest first; `after` is the sequence of the last one of the page before. */
  scans(query: ScanQuery): Promise<readonly StoredScan[]>;
  /** A person works off a red scan. A drop by a worker needs a reason; a correction is checked like a new scan, but not for doubts. */
  decide(transactionId: string, decision: RefusalDecision): Promise<DecisionAnswer>;
  /** Uploads now instead of when it is due. */
  syncNow(): Promise<void>;

  /** Last known stock of an item in the device's warehouses, or at one location; asked of the server first where it answers in time. */
  stock(query: StockQuery): Promise<KnownStock>;
  /** Orders with something to pick. Waits for the network, or answers the list as it was known last. */
  pickList(warehouseId: string): Promise<TaskList<PickTask>>;
  /** Positions that investigations ask to be counted. Waits for the network, or answers them as they were known last. */
  recounts(warehouseId: string): Promise<TaskList<KnownRecount>>;
  /** Takes the lock of a location for a count; offline the count goes on without. */
  beginCount(warehouseId: string, locationId: string): Promise<CountBegun>;
  /**
   * Goes on with a count that was under way when the app ended: under the same lock where that still runs and nobody else has it.
   * @param held the lock by then; it goes on where the server does not answer
   */
  resumeCount(warehouseId: string, locationId: string, held?: HeldLock): Promise<CountBegun>;
  extendCount(lockId: string): Promise<CountBegun>;
  abandonCount(lockId: string): Promise<void>;
  /** A supervisor ends the count of another and begins one. */
  takeOverCount(lockId: string, reason: string): Promise<CountBegun>;
}

export type Connection =
  /** The last call was answered. */
  | 'online'
  | 'offline'
  /** The server answers with failures, or something else answers in its place. */
  | 'server-failing'
  /** The server does not take the device's key. */
  | 'key-refused';

export type DeviceStatus = {
  readonly device?: { readonly scannerId: string; readonly warehouseIds: readonly string[] };
  readonly user?: SignedIn;
  /** Milliseconds that the sign-in of `user` lasts still, by a clock that nobody sets back; 0 or less: it is over. */
  readonly signInLeftMs?: number;
  readonly counts: Readonly<Record<ScanState, number>>;
  /** How many of those that wait do not go up with the others (`held` of a scan). */
  readonly held: number;
  /** The oldest scan that waits. */
  readonly oldestQueuedAt?: string;
  readonly connection: Connection;
  readonly isSyncing: boolean;
  readonly lastSyncAt?: string;
  /** What went wrong last. */
  readonly lastError?: Trouble | { readonly kind: 'unexpected'; readonly detail: string };
  /** When the next upload is due by itself. */
  readonly nextSyncAt?: string;
  readonly masterData: { readonly items: number; readonly locations: number; readonly syncedAt?: string };
  readonly storage?: {
    readonly usedBytes: number;
    readonly quotaBytes: number;
    readonly isPersistent: boolean;
  };
  /** By how many milliseconds the wall clock is ahead of the server's, where it is known. */
  readonly clockOffsetMs?: number;
};

/** What a device is enrolled with: `key` is undefined where the adapter takes devices without one (development). */
export type DeviceCard = { readonly scannerId: string; readonly key?: string };

export type EnrolmentAnswer =
  | { readonly kind: 'enrolled'; readonly warehouseIds: readonly string[] }
  | { readonly kind: 'refused'; readonly problem: TransactionProblem }
  /** It is `scannerId`, of which so many scans are not settled yet. */
  | { readonly kind: 'unsettled'; readonly scannerId: string; readonly scans: number }
  /** The key on the card is another device's, or none of a device at all. */
  | { readonly kind: 'other-key'; readonly scannerId?: string }
  | { readonly kind: 'no-answer'; readonly trouble: Trouble };

export type SignedIn = {
  readonly userId: string;
  readonly name: string;
  readonly role: 'worker' | 'supervisor';
  readonly warehouseIds: readonly string[];
  /** After this the server has to be asked again. What is under way may be finished. */
  readonly validUntil: string;
  readonly isOffline: boolean;
};

export type SignInAnswer =
  | { readonly kind: 'signed-in'; readonly user: SignedIn }
  | { readonly kind: 'wrong' }
  /** Too many wrong PINs. */
  | { readonly kind: 'locked'; readonly until: string }
  /** Offline, and this person has not signed in here lately; `trouble`: what the server answered, where it did. */
  | { readonly kind: 'unknown-offline'; readonly trouble?: Trouble };

/** A code may mean several things; the field that expects one of them takes it. */
export type CodeMeaning = {
  readonly code: string;
  /** Items with this id or barcode, or the GTIN of an element string. */
  readonly items: readonly Item[];
  /** Locations with this id, the warehouses of the user first. */
  readonly locations: readonly { readonly warehouseId: string; readonly locationId: string }[];
  readonly badge?: string;
  readonly deviceCard?: DeviceCard;
  /** Of a GS1 element string: lot (AI 10), expiry (17, ISO date), count of pieces (30, 37). */
  readonly lotNumber?: string;
  readonly expiresOn?: string;
  readonly quantity?: number;
};

export type ScanDoubt =
  | { readonly kind: 'unusual-quantity'; readonly usual: number }
  | { readonly kind: 'more-than-known'; readonly onHand: number }
  | { readonly kind: 'expired'; readonly expiresOn: string };

export type ScanError = { readonly field: keyof ScanInput | 'user'; readonly code: ScanErrorCode };

export type ScanErrorCode =
  | 'required'
  | 'unknown-item'
  | 'unknown-location'
  | 'other-warehouse'
  | 'not-positive'
  | 'zero'
  | 'negative'
  | 'too-many'
  | 'not-whole'
  | 'same-location'
  | 'malformed'
  | 'signed-out'
  | 'sign-in-expired';

/** Errors keep a scan from being stored; doubts are asked about once. */
export type ScanCheck = { readonly errors: readonly ScanError[]; readonly doubts: readonly ScanDoubt[] };

export type SubmitAnswer =
  | { readonly kind: 'stored'; readonly scan: StoredScan }
  | ({ readonly kind: 'not-stored' } & ScanCheck)
  | { readonly kind: 'storage-full'; readonly detail: string };

export type DecisionAnswer =
  /** `scan`: as it is now, or the one that goes in its place. */
  | { readonly kind: 'decided'; readonly scan: StoredScan }
  | ({ readonly kind: 'not-decided' } & ScanCheck)
  /** It is not red any more. */
  | { readonly kind: 'not-refused' }
  | { readonly kind: 'storage-full'; readonly detail: string };

export type ScanQuery = { readonly state?: ScanState; readonly after?: number; readonly limit: number };

export type StockQuery = {
  readonly itemId?: string;
  readonly warehouseId?: string;
  readonly locationId?: string;
};

/** `waiting`: by how many pieces `onHand` will change when this device's queue is booked. */
export type KnownPosition = WmsPosition & { readonly waiting: number };

/** `asOf`: when the server told it; undefined where nothing is known. */
export type KnownStock = {
  readonly positions: readonly KnownPosition[];
  readonly asOf?: string;
  readonly isLive: boolean;
};

/** What is to be done in a warehouse; `asOf`: when the server told it. */
export type TaskList<Task> = {
  readonly tasks: readonly Task[];
  readonly asOf?: string;
  readonly isLive: boolean;
};

export type PickTask = {
  readonly allocationId: string;
  readonly orderId: string;
  readonly lineId: string;
  readonly itemId: string;
  readonly warehouseId: string;
  /** Reserved, not picked, and not in this device's queue. */
  readonly open: number;
};

/** A position that an investigation asks to be counted, blind: what the books say of it is not told. */
export type RecountTask = {
  readonly itemId: string;
  readonly warehouseId: string;
  readonly locationId: string;
  readonly lotNumber: string | null;
  readonly investigationId: string;
  readonly askedAt: string;
  readonly askedBy: string;
  /** What whoever asks wrote for who counts; may be empty. */
  readonly reason: string;
};

/** `isCounted`: a count of it waits on this device. It is done when that is booked. */
export type KnownRecount = RecountTask & { readonly isCounted: boolean };

/** A lock that was taken. */
export type HeldLock = { readonly lockId: string; readonly until: string };

export type CountBegun =
  | ({ readonly kind: 'running' } & HeldLock)
  | {
      readonly kind: 'taken';
      readonly lockId: string;
      readonly userId: string;
      readonly scannerId: string;
      readonly until: string;
    }
  | { readonly kind: 'offline' }
  | { readonly kind: 'refused'; readonly problem: TransactionProblem };
