import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import { describeError, type HostLog } from '../log.ts';
import { lockLeft } from './lock-left.ts';

/**
 * Keeps the lock of a message while its invocation runs, renewing at half time, for at most `maxDuration` milliseconds.
 * The SDK's own renewal keeps its timers by message id, so that two messages of one id, or without any, disturb each other.
 * @param renew renews the lock and sets `lockedUntilUtc` of the message.
 * @returns ends the renewal.
 */
export function keepLock(
  message: ServiceBusReceivedMessage,
  renew: (message: ServiceBusReceivedMessage) => Promise<unknown>,
  maxDuration: number,
  log: HostLog,
  subject: string,
): () => void {
  const until = performance.now() + maxDuration;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const next = () => {
    const wait = lockLeft(message) / 2;
    if (ended || performance.now() + wait > until) return;
    timer = setTimeout(() => {
      renew(message).then(next, (error: unknown) => {
        if (!ended)
          log.write(
            'warning',
            subject,
            `the lock of message ${message.messageId} could not be renewed: ${describeError(error)}`,
          );
      });
    }, wait).unref();
  };
  next();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
