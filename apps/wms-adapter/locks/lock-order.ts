import type { TraceContext } from '../../../shared/service-bus/trace-context.ts';
import type { LocationLock } from './location-lock.ts';

/** What a caller wants of a lock, and the trace of its call. Who asks for a change is `by`, and the booking decides whether it may; of a `take` that has been checked before. */
export interface LockOrder {
  readonly lock: LockCommand;
  readonly trace: TraceContext;
}

/**
 * `take`: begins to count a location. `extend`: goes on for another half hour. `release`: ends without a count.
 * `take-over`: ends another's lock and takes one of its location.
 */
export type LockCommand =
  | ({ readonly kind: 'take' } & Pick<
      LocationLock,
      'lockId' | 'warehouseId' | 'locationId' | 'scannerId' | 'userId'
    >)
  | { readonly kind: 'extend' | 'release'; readonly lockId: string; readonly by?: LockActor | undefined }
  | ({
      readonly kind: 'take-over';
      readonly newLockId: string;
      readonly reason: string;
      readonly by?: LockActor | undefined;
    } & Pick<LocationLock, 'lockId' | 'scannerId' | 'userId'>);

/** Who changes a lock that runs: its holder, or a supervisor. Where nobody is named, anybody's lock may be changed. */
export interface LockActor {
  readonly scannerId: string;
  /** Where it belongs; everywhere, where it is not said. */
  readonly warehouseIds?: readonly string[] | undefined;
  /** Those of them where it acts for a supervisor, who may change locks of others. */
  readonly supervises?: readonly string[] | undefined;
}

/** What became of it. Nothing is changed by an answer other than `running` and `ended`. */
export type LockResult =
  | { readonly kind: 'running' | 'held-by-another' | 'elsewhere'; readonly lock: LocationLock }
  /** Released, now or before. */
  | { readonly kind: 'ended' }
  /** There is no such lock, or it has ended. */
  | { readonly kind: 'not-running' }
  | { readonly kind: 'unknown-location' };
