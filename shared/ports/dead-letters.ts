import type { ReceivedMessage } from './received-message.ts';

/** A message that the bus gave up on. */
export type DeadLetter = {
  readonly message: ReceivedMessage;
  /** As the bus or a receiver gave it, such as `MaxDeliveryCountExceeded`. */
  readonly reason: string;
  readonly detail: string;
  /** Set where the fabric asks again by itself until it is answered, so that nobody need send the message again. */
  readonly isAskedAgain?: true;
};

/** Names a dead letter, in letters that a path may have. */
export function deadLetterId({ subscription, sequenceNumber }: ReceivedMessage): string {
  return `${subscription.replace(/[^A-Za-z0-9._-]/g, '.')}.${sequenceNumber}`;
}

/** Dead letters that the bus does not show: the fabric may not look there, or there is no such place. */
export type UnreadPlace = { readonly subscription: string; readonly why: string };

export type DeadLetterList = {
  readonly letters: readonly DeadLetter[];
  readonly unread: readonly UnreadPlace[];
};

/** How many messages were taken, and how many that were asked for were not reached in time. */
export type TakeCount = { readonly taken: number; readonly remaining: number };

export type TakeLimits = {
  /** Takes at most so many. */
  readonly limit: number;
  /** Stops then, milliseconds UTC. */
  readonly deadline: number;
  /** Hands over at most so many at once; 100 unless told. */
  readonly atOnce?: number;
};

/** The dead letters of the fabric's subscriptions and queues. @throws {StoreUnavailable} when the bus does not answer */
export type DeadLetterQueue = {
  /** Oldest first in each place, at most `limit`; nothing is taken away. */
  list(limit: number): Promise<DeadLetterList>;
  /**
   * Hands those that `wanted` picks to `handle`, and takes them away when that resolves. `wanted` may be asked more than
   * once about one; when it picks none, none is locked. Places that are not shown are passed over.
   */
  take(
    wanted: (letter: DeadLetter) => boolean,
    handle: (letters: readonly DeadLetter[]) => Promise<void>,
    limits: TakeLimits,
  ): Promise<TakeCount>;
};

/** Sends messages again, each under a new message id. @throws {StoreUnavailable} when the bus does not take them */
export type Replayer = {
  /** To the one subscription or queue it came from, with the time the bus first took it. */
  replay(messages: readonly ReceivedMessage[]): Promise<void>;
  /** To every subscription, as if it were new: what refused it decides again, by the time of now. */
  republish(messages: readonly ReceivedMessage[]): Promise<void>;
};
