import { StoreUnavailable } from '../ports/stock-store.ts';

/** Any failure of Table or Blob storage, as the ports name it. */
export function unavailable(error: unknown): StoreUnavailable {
  const message = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
  return new StoreUnavailable(`Storage: ${message}`, undefined, { cause: error });
}
