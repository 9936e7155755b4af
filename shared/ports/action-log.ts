import type { Action } from '../contracts/actions.ts';
import type { Page } from './reconciliation-store.ts';

/** Who did what to the fabric, when and why. Calls throw {StoreUnavailable}. */
export type ActionLog = {
  /** Writes it, in the place of what was written of the same action. */
  put(action: Action): Promise<void>;
  /** The newest first. @throws {InvalidContinuationToken} for a token that no list gave */
  list(page: {
    readonly top: number;
    readonly continuationToken?: string | undefined;
  }): Promise<Page<Action>>;
};
