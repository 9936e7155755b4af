import { type StoreFailure, StoreUnavailable } from '../ports/stock-store.ts';

/** What a thrown SDK or network error means to a caller: wait as long as asked (429), or the store does not answer. */
export function failureOf(error: unknown): StoreFailure {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const detail = `Cosmos DB: ${messageOf(cause)}`;
  if (!isRecord(cause) || cause.code !== 429) return { status: 'unavailable', detail };
  const retryAfterMs = Number(cause.retryAfterInMs ?? 0);
  return { status: 'throttled', detail: 'Cosmos DB: request rate too large (429)', retryAfterMs };
}

/** True for 413: the request, and with one document in it that document, is larger than Cosmos DB takes. */
export function isTooLarge(error: unknown): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return isRecord(cause) && cause.code === 413;
}

/** The same as an exception, for calls that answer whole or not at all. */
export function unavailable(error: unknown): StoreUnavailable {
  return unavailableBy(failureOf(error), { cause: error });
}

/** What a status code means that is none of the answers a caller expects. */
export function failureOfStatus(statusCode: number): StoreFailure {
  const status = statusCode === 429 ? 'throttled' : 'unavailable';
  return { status, detail: `Cosmos DB answered ${statusCode}` };
}

/** A failure as an exception. */
export function unavailableBy(
  { detail, retryAfterMs }: StoreFailure,
  options?: ErrorOptions,
): StoreUnavailable {
  return new StoreUnavailable(detail, retryAfterMs, options);
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error))
    return isRecord(error) && 'message' in error ? String(error.message) : String(error);
  const code = 'code' in error && error.code !== undefined ? `${String(error.code)} ` : '';
  return `${code}${error.message}`.split('\n', 1)[0] ?? '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
