import { isServiceBusError } from '@azure/service-bus';
import { StoreUnavailable } from '../ports/stock-store.ts';

/**
 * Runs calls of the Service Bus SDK; whatever they fail by, the ports name it as the bus that does not answer. What the
 * SDK says of a wrong argument (TypeError, RangeError) is a fault of ours and stays as it is.
 *
 * @throws {StoreUnavailable}
 */
export async function orUnavailable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreUnavailable || error instanceof TypeError || error instanceof RangeError)
      throw error;
    const message = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    throw new StoreUnavailable(`Service Bus: ${message}`, undefined, { cause: error });
  }
}

/** Codes by which the bus closes a place to who asks: no failure of the bus, and the same at the next try. */
const CLOSED: ReadonlySet<string> = new Set([
  'UnauthorizedAccess',
  'MessagingEntityNotFound',
  'MessagingEntityDisabled',
]);

/** The code by which the bus closes a place; undefined for every other error. */
export function whyClosed(error: unknown): string | undefined {
  return isServiceBusError(error) && CLOSED.has(error.code) ? error.code : undefined;
}
