import type { RunningLock } from '../../../shared/contracts/location-lock.ts';
import type { MasterDataChanges } from '../../../shared/contracts/master-data-changes.ts';
import type { WmsPosition } from '../../../shared/contracts/position.ts';
import type {
  Transaction,
  TransactionProblem,
  TransactionResult,
} from '../../../shared/contracts/transaction.ts';
import type { DeviceCard, PickTask, RecountTask } from './scanner-device.ts';

/**
 * The API of the WMS adapter as a device calls it (docs/scanner-api.md). Every call brings the device's key and both its clocks, and
 * ends within 30 seconds. Nothing is thrown: what went wrong is an answer too.
 */
export interface AdapterClient {
  /**
   * Up to `limits.transactionsPerCall`; the results are in any order, and some may be missing.
   * @param call the number of the call, higher than those of all before it; a call without scans needs none
   */
  post(transactions: readonly Transaction[], call?: number): Promise<Answer<readonly ScanResult[]>>;
  /** What was put since `version`; `mark` came with it, if any did. */
  masterData(version: number, mark?: string): Promise<Answer<MasterDataChanges>>;
  positions(query: PositionsQuery): Promise<Answer<PageOf<WmsPosition>>>;
  pickList(warehouseId: string, after?: string): Promise<Answer<PageOf<PickTask>>>;
  recountTasks(warehouseId: string, after?: string): Promise<Answer<PageOf<RecountTask>>>;
  /** Asks with the key of a card, which need not be this device's yet, whose it is, if it is a device's, and for its warehouses. */
  enrol(
    card: DeviceCard,
  ): Promise<Answer<{ readonly scannerId?: string | undefined; readonly warehouseIds: readonly string[] }>>;
  signIn(badge: string, pin: string): Promise<Answer<ServerSignIn>>;
  takeLock(wanted: LockWanted): Promise<Answer<RunningLock>>;
  extendLock(lockId: string, scannerId: string): Promise<Answer<RunningLock>>;
  releaseLock(lockId: string): Promise<Answer<undefined>>;
  takeOverLock(
    lockId: string,
    by: Pick<LockWanted, 'scannerId' | 'userId'> & { readonly reason: string },
  ): Promise<Answer<RunningLock>>;
}

/** What became of one scan; an adapter that is newer than this app may say something that the app does not know. */
export type ScanResult = TransactionResult | NotUnderstood;

export type NotUnderstood = {
  readonly transactionId: string;
  readonly outcome: 'not-understood';
  /** The beginning of what was told, for people. */
  readonly detail: string;
};

/** What came of a call. */
export type Answer<Body> = (
  | { readonly kind: 'answered'; readonly body: Body }
  /** The adapter does not do it: 4xx with problem details, but 429. */
  | { readonly kind: 'refused'; readonly problem: TransactionProblem }
  /**
   * 5xx, 429, or something that is not the adapter's: a proxy's page, the sign-in page of a guest network. Nothing is known of what
   * was asked for.
   */
  | {
      readonly kind: 'failing';
      readonly status: number;
      readonly detail: string;
      /** What the adapter said, where it was the adapter. */
      readonly problem?: TransactionProblem;
      /** Milliseconds after which it may be asked again, where it told. */
      readonly retryAfterMs?: number;
    }
  /** No network, or nothing within the time. Nothing is known of what was asked for. */
  | { readonly kind: 'no-answer'; readonly detail: string }
) & {
  /** By how many milliseconds the device's wall clock is ahead of the adapter's, where the answer told. */
  readonly clockOffsetMs?: number;
};

/** Why a call was not done, or nobody knows whether it was. */
export type Trouble = Exclude<Answer<unknown>, { readonly kind: 'answered' }>;

/** `next` is there when more follow; it is `after` of the following page. */
export type PageOf<Row> = { readonly rows: readonly Row[]; readonly next?: string };

export type PositionsQuery = {
  readonly warehouseId: string;
  readonly itemId?: string;
  readonly locationId?: string;
  readonly after?: string;
};

/** Who may scan, by the server. */
export type ServerSignIn = {
  readonly userId: string;
  readonly name: string;
  readonly role: 'worker' | 'supervisor';
  readonly warehouseIds: readonly string[];
  /** For how many milliseconds the device may go by it without asking again. */
  readonly validForMs: number;
};

export type LockWanted = {
  readonly warehouseId: string;
  readonly locationId: string;
  readonly scannerId: string;
  readonly userId: string;
};
