import type { ToldFault } from '../../../shared/contracts/field-fault.ts';
import type { LockHolder } from '../../../shared/contracts/location-lock.ts';
import { problemType } from '../../../shared/contracts/problem-type.ts';
import type { Transaction, TransactionProblem } from '../../../shared/contracts/transaction.ts';
import { fieldErrorsText } from '../../../shared/http/problem-details.ts';
import type { PositionKey } from '../database.ts';
import type { LocationLock } from '../locks/location-lock.ts';

const LOCATION_UNDER_COUNT = problemType('location-under-count');

/** A transaction that was not booked because fields of it are wrong or name what does not exist. */
export function rejectedFields(errors: ToldFault[]): TransactionProblem {
  return {
    type: problemType('transaction-rejected'),
    title: 'The transaction was not booked',
    status: 422,
    detail: fieldErrorsText(errors, 'transaction'),
    errors,
  };
}

/** A UUID that another transaction has already used. */
export function reusedTransactionId(transaction: Transaction): TransactionProblem {
  const detail = `Transaction ${transaction.transactionId} was already booked with another content; a new transaction needs a new UUID`;
  return {
    type: problemType('transaction-id-reused'),
    title: 'The transaction id belongs to another transaction',
    status: 422,
    detail,
    errors: [{ pointer: '/transactionId', detail, code: 'id-reused' }],
  };
}

/** A scan of a call that comes after a later one of its scanner in which a scan was refused. `lastCall`: that one's number. */
export function supersededCall({ scannerId }: Transaction, lastCall: number): TransactionProblem {
  return {
    type: problemType('call-superseded'),
    title: 'A later call of the device came first',
    status: 409,
    detail: `Nothing was booked: a scan of ${scannerId} was refused in its call ${lastCall} since. Send it again with a higher number in X-Device-Call`,
    lastCall,
  };
}

/** An update that names another version than the position has. */
export function versionConflict(key: PositionKey, version: number, expected: number): TransactionProblem {
  return {
    type: problemType('version-conflict'),
    title: 'The position has changed since it was read',
    status: 409,
    detail: `Position ${positionName(key)} is at version ${version}, the update expected ${expected}`,
  };
}

/** A booking that took more than the books knew of: booked, and to be looked into. `shortfall` is pieces. */
export function shortfallRecorded(key: PositionKey, shortfall: number): TransactionProblem {
  return {
    type: problemType('shortfall'),
    title: 'Booked, but the position falls short',
    status: 200,
    detail: `Position ${positionName(key)} is ${shortfall} pieces short: more was taken away than the WMS knew of`,
  };
}

/** An update made online in a location that another is counting: not booked, until it comes again with the lock's id. */
export function locationUnderCount(locks: readonly LocationLock[]): TransactionProblem {
  const again = `Nothing was booked; send it again with acknowledgeLock ${locks.map(({ lockId }) => lockId).join(' or ')} to go on beside the count`;
  const problem = countedByAnother(locks);
  return { ...problem, detail: `${problem.detail}. ${again}` };
}

/** Another counts the location; `detail` says who and until when. */
export function countedByAnother(locks: readonly LocationLock[]) {
  return {
    type: LOCATION_UNDER_COUNT,
    title: 'Another is counting the location',
    status: 409 as const,
    detail: locks.map(holderText).join('; '),
    ...locksMember(locks),
  } satisfies TransactionProblem;
}

/** A scan that falls under another's count: booked, and to be counted anew. */
export function bookedUnderCount(locks: readonly LocationLock[]): TransactionProblem {
  return {
    type: LOCATION_UNDER_COUNT,
    title: 'Booked while another counted the location',
    status: 200,
    detail: `${locks.map(holderText).join('; ')}. It is booked; the count may or may not have seen it, so the position is to be counted anew`,
    ...locksMember(locks),
  };
}

function holderText({ warehouseId, locationId, userId, scannerId, until, ended }: LocationLock): string {
  const end = ended === undefined ? `until ${until}` : `until ${ended.at}, when it ended`;
  return `${userId} with ${scannerId} counts ${warehouseId}/${locationId} ${end}`;
}

/** The counts that a scan fell under, if any, as a problem tells them. */
export function locksMember(locks: readonly LocationLock[]): Pick<TransactionProblem, 'locks'> {
  return locks.length === 0 ? {} : { locks: locks.map(lockMember) };
}

function lockMember({ lockId, warehouseId, locationId, scannerId, userId, until }: LocationLock): LockHolder {
  return { lockId, warehouseId, locationId, scannerId, userId, until };
}

/** How a person finds the position: warehouse, location and, if there is one, lot. */
export function positionName(key: PositionKey): string {
  return [key.warehouseId, key.locationId, ...(key.lotNumber === null ? [] : [key.lotNumber])].join('/');
}
