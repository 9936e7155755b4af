import type { KeptMessages, ParkedMessage, ParkedSummary } from './quarantine-store.ts';

/** Who deleted a message, when (ISO 8601 UTC) and why. */
export type Deletion = { readonly at: string; readonly by: string; readonly why: string };

export type DeletedSummary = ParkedSummary & { readonly deletion: Deletion };

/** Messages that somebody deleted, byte for byte, so that they can be restored. Calls throw {StoreUnavailable}. */
export type DeletedMessages = KeptMessages<DeletedSummary> & {
  /** Under the id it has in quarantine. What was deleted before under the same id is the same message, and replaced. */
  keep(message: ParkedMessage, deletion: Deletion): Promise<void>;
  /** Removes for good what was deleted before that instant (ISO 8601 UTC); answers how many, at most `limit`. */
  removeBefore(at: string, limit: number): Promise<number>;
};
