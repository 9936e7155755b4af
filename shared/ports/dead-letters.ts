import type { ReceivedMessage } from './received-message.ts';

/** A message that the bus gave up on. */
export type DeadLetter = {
  readonly message: ReceivedMessage;
  /** As the bus or a receiver gave it, such as `MaxDeliveryCountExceeded`. */
  readonly reason: string;
  readonly detail: string;
};

/** The dead letters of the fabric's subscriptions and queues. Calls reject when the bus does not answer. */
export type DeadLetterQueue = {
  /** Oldest first, at most `limit`; nothing is taken away. */
  list(limit: number): Promise<DeadLetter[]>;
  /** Sends those that `wanted` picks back to the subscription they came from; resolves to how many. */
  replay(wanted: (letter: DeadLetter) => boolean, limit: number): Promise<number>;
};

/** Sends messages again, each under a new message id. Calls reject when the bus does not take them. */
export type Replayer = {
  /** To the one subscription it came from, with the time the bus first took it. */
  replay(messages: readonly ReceivedMessage[]): Promise<void>;
  /** To every subscription, as if it were new: what refused it decides again, by the time of now. */
  republish(messages: readonly ReceivedMessage[]): Promise<void>;
};
