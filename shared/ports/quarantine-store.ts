import type { ReceivedMessage } from './received-message.ts';

/** A message that cannot be folded, kept byte for byte until somebody decides. */
export type ParkedMessage = {
  readonly message: ReceivedMessage;
  /** A refusal of the contracts; of a dead letter, what the bus or a receiver gave as reason. */
  readonly refusal: { readonly reason: string; readonly detail: string };
  /** Set of a dead letter that was deleted and restored: no place of the bus has it any more. */
  readonly isDeadLetter?: true;
};

export type ParkedState = 'parked' | 'dead-lettered';

export type ParkedSummary = {
  readonly id: string;
  readonly state: ParkedState;
  readonly subscription: string;
  readonly messageId: string;
  readonly sequenceNumber: string;
  readonly reason: string;
  readonly detail: string;
  /** ISO 8601 UTC: when the bus took it. */
  readonly receivedAt: string;
  readonly bytes: number;
  /** The body as text, at most its first `PREVIEW_BYTES`; what is not UTF-8 shows as U+FFFD. */
  readonly body: string;
};

/** A list may end before its limit, and even be empty, while a token says that there is more to look through. */
export type ParkedPage<Summary = ParkedSummary> = {
  readonly messages: readonly Summary[];
  readonly continuationToken?: string;
};

export type ParkedCount = { readonly state: ParkedState; readonly reason: string; readonly messages: number };

/** `more`: there are more than were counted. */
export type ParkedCounts = { readonly counts: readonly ParkedCount[]; readonly more: boolean };

/** A message that could not be parked, and why in one line. */
export type UnparkedMessage = ParkedMessage & { readonly failure: string };

/** Thrown for a continuation token that no list gave. */
export class InvalidContinuationToken extends Error {
  override readonly name = 'InvalidContinuationToken';
}

/** What the quarantine and the deleted messages have in common. Calls throw {StoreUnavailable}. */
export type KeptMessages<Summary = ParkedSummary> = {
  /**
   * The first `limit` that `matches`.
   *
   * @throws {InvalidContinuationToken}
   */
  list(
    limit: number,
    continuationToken?: string,
    matches?: (message: Summary) => boolean,
  ): Promise<ParkedPage<Summary>>;
  /** By state and reason, of the first `limit`. */
  count(limit: number): Promise<ParkedCounts>;
  /** The whole message, undefined when there is none of that id. */
  get(id: string): Promise<ParkedMessage | undefined>;
  remove(id: string): Promise<void>;
};

/** Calls but `park` throw {StoreUnavailable} when the storage does not answer. */
export type QuarantineStore = KeptMessages & {
  /**
   * Idempotent: parking a message again keeps one, also when it was sent again in between. Resolves to those that could
   * not be parked; none of them keeps another from being parked.
   */
  park(messages: readonly ParkedMessage[]): Promise<readonly UnparkedMessage[]>;
};
