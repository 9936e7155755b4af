import { StoreUnavailable } from '../ports/stock-store.ts';

/** Any failure of Table or Blob storage, as the ports name it. */
export function unavailable(error: unknown): StoreUnavailable {
  const message = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
  return new StoreUnavailable(`Storage: ${message}`, undefined, { cause: error });
}

/** The HTTP status that Table or Blob storage answered; undefined when it did not answer. */
export function statusOf(error: unknown): unknown {
  return error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
}

/** 400 and 413 say that the row or blob itself is at fault; anything else may be over by the next try. */
export function isRefusal(error: unknown): error is Error {
  return statusOf(error) === 400 || statusOf(error) === 413;
}

export function isNotFound(error: unknown): boolean {
  return statusOf(error) === 404;
}
