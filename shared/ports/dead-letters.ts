import type { ReceivedMessage } from './received-message.ts';

/** A message that the bus gave up on. */
export type DeadLetter = {
  readonly message: ReceivedMessage;
  /** As the bus or a receiver gave it, such as `MaxDeliveryCountExceeded`. */
  readonly reason: string;
  readonly detail: string;
};

/** How many messages were sent back, and how many that were asked for were not reached in time. */
export type ReplayCount = { readonly replayed: number; readonly remaining: number };

/** The dead letters of the fabric's subscriptions and queues. @throws {StoreUnavailable} when the bus does not answer */
export type DeadLetterQueue = {
  /** Oldest first, at most `limit`; nothing is taken away. */
  list(limit: number): Promise<DeadLetter[]>;
  /**
   * Sends those that `wanted` picks back to the subscription they came from, at most `limit`, and stops at `deadline`
   * (milliseconds UTC). `wanted` may be asked more than once about one; when it picks none, none is locked.
   */
  replay(wanted: (letter: DeadLetter) => boolean, limit: number, deadline: number): Promise<ReplayCount>;
};

/** Sends messages again, each under a new message id. @throws {StoreUnavailable} when the bus does not take them */
export type Replayer = {
  /** To the one subscription it came from, with the time the bus first took it. */
  replay(messages: readonly ReceivedMessage[]): Promise<void>;
  /** To every subscription, as if it were new: what refused it decides again, by the time of now. */
  republish(messages: readonly ReceivedMessage[]): Promise<void>;
};
