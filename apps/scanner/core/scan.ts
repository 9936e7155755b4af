import type {
  Transaction,
  TransactionFlag,
  TransactionProblem,
} from '../../../shared/contracts/transaction.ts';
import type { Trouble } from './adapter-client.ts';

/** What a worker did, before it has an id and a time. Quantities are pieces, as in {@link Transaction}. */
export type ScanInput = Omit<
  Transaction,
  'transactionId' | 'scannedAt' | 'scanClock' | 'sequence' | 'queued' | 'scannerId' | 'userId'
>;

/**
 * `queued`: nobody has answered yet (yellow). `synced`: the server said that it booked it (green). `refused`: the server
 * said that it did not, and a person decides (red). `dropped`: a person decided that it is not to be booked.
 */
export type ScanState = 'queued' | 'synced' | 'refused' | 'dropped';

/** Why a scan is red: what the server answered, with the position as it is now where it told. */
export type Refusal = {
  readonly outcome: 'conflict' | 'warning' | 'rejected';
  readonly problem: TransactionProblem;
  readonly position?: { readonly onHand: number; readonly version: number };
};

/**
 * Why a scan that waits does not go up with the others, and is tried by itself now and then: the server fails on it, or answers what
 * this version of the app does not know. `detail`: the beginning of that.
 */
export type Hold =
  | { readonly reason: 'server-fails'; readonly trouble: Trouble }
  | { readonly reason: 'app-too-old'; readonly detail: string };

/** A scan as the device keeps it. Instants are UTC by the device's wall clock. */
export type StoredScan = {
  /** As it was scanned; `queued` and the rest of how it is uploaded are put in for the upload. */
  readonly transaction: Transaction & { readonly sequence: number };
  readonly state: ScanState;
  /** Calls it was part of since it was made, or since a person sent it again. */
  readonly attempts: number;
  /** Only while it is `queued`, and the app runs. */
  readonly held?: Hold;
  /** What was booked with it, where the server told: what is in doubt, and that the position fell short. */
  readonly booked?: { readonly flags: readonly TransactionFlag[]; readonly isShort: boolean };
  readonly refusal?: Refusal;
  /** Who dropped it, when and why. */
  readonly dropped?: { readonly userId: string; readonly at: string; readonly reason: string };
  /** The scan that was sent in its place under a new id, and the one it stands for. */
  readonly replacedBy?: string;
  readonly replaces?: string;
};

/** What a person decides on a red scan. */
export type RefusalDecision =
  /** As it is: a conflict goes with the version that the position has now, a warning beside the count that is under way. */
  | { readonly kind: 'send-again' }
  | { readonly kind: 'correct'; readonly changes: Partial<ScanInput> }
  | { readonly kind: 'drop'; readonly reason: string };
