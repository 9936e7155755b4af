import type { ReceivedMessage } from './received-message.ts';

/** Brings messages back later. @throws {StoreUnavailable} when the bus did not take them */
export type RetryQueue = {
  /** `delayMs` aligned with `messages`. */
  schedule(messages: readonly ReceivedMessage[], delayMs: readonly number[]): Promise<void>;
};
