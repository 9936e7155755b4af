import type { Refusal } from '../contracts/json-message.ts';
import type { ReceivedMessage } from './received-message.ts';

/** A message that cannot be folded, kept byte for byte until somebody decides. */
export type ParkedMessage = { readonly message: ReceivedMessage; readonly refusal: Refusal };

export type ParkedSummary = {
  readonly id: string;
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

export type ParkedPage = { readonly messages: readonly ParkedSummary[]; readonly continuationToken?: string };

/** A message that could not be parked, and why in one line. */
export type UnparkedMessage = ParkedMessage & { readonly failure: string };

/** Thrown for a continuation token that no list gave. */
export class InvalidContinuationToken extends Error {
  override readonly name = 'InvalidContinuationToken';
}

/** Calls but `park` throw {StoreUnavailable} when the storage does not answer. */
export type QuarantineStore = {
  /**
   * Idempotent: parking a message again keeps one, also when it was sent again in between. Resolves to those that could
   * not be parked; none of them keeps another from being parked.
   */
  park(messages: readonly ParkedMessage[]): Promise<readonly UnparkedMessage[]>;
  /** @throws {InvalidContinuationToken} */
  list(limit: number, continuationToken?: string): Promise<ParkedPage>;
  /** The whole message, undefined when there is none of that id. */
  get(id: string): Promise<ParkedMessage | undefined>;
  remove(id: string): Promise<void>;
};
