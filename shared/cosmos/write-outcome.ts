import type { WriteOutcome } from '../ports/stock-store.ts';
import type { BulkResponse } from './bulk.ts';
import { failureOfStatus, unavailableBy } from './failure.ts';

/** What became of a write; `missing`: the document it was to change is not there. */
export type DocumentWriteOutcome = WriteOutcome | { readonly status: 'missing' };

/** What an answer says of a write. */
export function outcomeOf(response: BulkResponse): DocumentWriteOutcome {
  return 'failure' in response ? response.failure : outcomeOfStatus(response.statusCode);
}

/** What a status code says of a write. */
export function outcomeOfStatus(statusCode: number): DocumentWriteOutcome {
  if (statusCode >= 200 && statusCode < 300) return { status: 'stored' };
  switch (statusCode) {
    case 404:
      return { status: 'missing' };
    case 409:
    case 412:
    case 449:
      return { status: 'conflict' };
    case 413:
      return { status: 'too-large' };
    default:
      return failureOfStatus(statusCode);
  }
}

/** For who writes over what was read: a document that is gone since then has changed as well. */
export function goneIsConflict(outcome: DocumentWriteOutcome): WriteOutcome {
  return outcome.status === 'missing' ? { status: 'conflict' } : outcome;
}

/** For who has nothing to say of failures. @throws {StoreUnavailable} */
export function storedOrNot(outcome: DocumentWriteOutcome): 'stored' | 'missing' | 'conflict' {
  switch (outcome.status) {
    case 'throttled':
    case 'unavailable':
      throw unavailableBy(outcome);
    case 'too-large':
      throw unavailableBy(failureOfStatus(413));
    default:
      return outcome.status;
  }
}
