import type { ProblemDetails } from '../../../shared/contracts/problem-details.ts';
import type { Transaction } from '../../../shared/contracts/transaction.ts';
import type { PositionKey } from '../database.ts';

/** One field at fault: a JSON pointer into the transaction and what is wrong with its value. */
export type FieldError = NonNullable<ProblemDetails['errors']>[number];

/** A transaction that was not booked because fields of it are wrong or name what does not exist. */
export function rejectedFields(errors: FieldError[]): ProblemDetails {
  return {
    type: 'urn:stockbridge:problem:transaction-rejected',
    title: 'The transaction was not booked',
    status: 422,
    detail: errors.map(({ pointer, detail }) => `${pointer.slice(1) || 'transaction'}: ${detail}`).join('; '),
    errors,
  };
}

/** A UUID that another transaction has already used. */
export function reusedTransactionId(transaction: Transaction): ProblemDetails {
  const detail = `Transaction ${transaction.transactionId} was already booked with another content; a new transaction needs a new UUID`;
  return {
    type: 'urn:stockbridge:problem:transaction-id-reused',
    title: 'The transaction id belongs to another transaction',
    status: 422,
    detail,
    errors: [{ pointer: '/transactionId', detail }],
  };
}

/** An update that names another version than the position has. */
export function versionConflict(key: PositionKey, version: number, expected: number): ProblemDetails {
  return {
    type: 'urn:stockbridge:problem:version-conflict',
    title: 'The position has changed since it was read',
    status: 409,
    detail: `Position ${positionName(key)} is at version ${version}, the update expected ${expected}`,
  };
}

/** A booking that took more than the books knew of: booked, and to be looked into. `shortfall` is pieces. */
export function shortfallRecorded(key: PositionKey, shortfall: number): ProblemDetails {
  return {
    type: 'urn:stockbridge:problem:shortfall',
    title: 'Booked, but the position falls short',
    status: 200,
    detail: `Position ${positionName(key)} is ${shortfall} pieces short: more was taken away than the WMS knew of`,
  };
}

/** How a person finds the position: warehouse, location and, if there is one, lot. */
export function positionName(key: PositionKey): string {
  return [key.warehouseId, key.locationId, ...(key.lotNumber === null ? [] : [key.lotNumber])].join('/');
}
