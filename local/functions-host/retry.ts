import { randomUUID } from 'node:crypto';
import { type Clock, delay } from '../clock.ts';
import type { HostFunction, InvocationInput, Invoke } from './invocation.ts';
import { describeError } from './log.ts';
import type { RetryContext, RetryOptions, RpcInvocationResponse } from './rpc.ts';

/**
 * Invokes a function under its retry policy: 1 + maxRetryCount tries (-1: without end) with one invocation id; each try carries a
 * `retryContext`, as recorded of the real host. Without a policy it is one plain invocation.
 * Only triggers whose options have `retry` in the library use this; Service Bus has the broker's redelivery instead.
 * @param stopped ends the waiting between tries when the host stops.
 * @throws what the last try threw.
 */
export async function invokeWithRetry(
  invoke: Invoke,
  fn: HostFunction,
  input: InvocationInput,
  clock: Clock,
  stopped: () => boolean,
): Promise<RpcInvocationResponse> {
  const policy = fn.metadata.retryOptions;
  if (!policy) return invoke(fn, input);
  const maxRetryCount = policy.maxRetryCount ?? -1;
  const invocationId = input.invocationId ?? randomUUID();
  let exception: RetryContext['exception'] = null;
  for (let retryCount = 0; ; retryCount += 1) {
    try {
      return await invoke(fn, {
        ...input,
        invocationId,
        retryContext: { retryCount, maxRetryCount, exception },
      });
    } catch (error) {
      if ((maxRetryCount >= 0 && retryCount >= maxRetryCount) || stopped()) throw error;
      exception = describeException(error);
    }
    await delay(clock, retryDelay(policy, retryCount, Math.random()));
    if (stopped()) throw new Error(exception?.message);
  }
}

/**
 * Milliseconds before the next try. Exponential backoff is randomised by ±20 % and kept between the policy's bounds.
 * @param random 0 to below 1.
 */
export function retryDelay(policy: RetryOptions, retryCount: number, random: number): number {
  const ms = (duration: { seconds?: number } | undefined, fallback: number) =>
    duration?.seconds === undefined ? fallback : duration.seconds * 1000;
  if (policy.retryStrategy !== 'exponentialBackoff') return ms(policy.delayInterval, 0);
  const least = ms(policy.minimumInterval, 100);
  const most = ms(policy.maximumInterval, 60_000);
  const backoff = (2 ** Math.min(retryCount, 30) - 1) * 1000 * (0.8 + 0.4 * random);
  return Math.min(least + backoff, most);
}

function describeException(error: unknown): RetryContext['exception'] {
  return {
    source: 'local/functions-host',
    stackTrace: error instanceof Error ? (error.stack ?? '') : '',
    message: describeError(error),
    isUserException: false,
    type: error instanceof Error ? error.name : typeof error,
  };
}
