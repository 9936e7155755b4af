import { type StoreFailure, StoreUnavailable } from '../../shared/ports/stock-store.ts';

/** A fault: the store refuses, or it does what was asked and the answer is lost. */
export type StoreFault = StoreFailure | 'answer-lost';

/** Asked before every operation; undefined lets it pass. */
export type AskFault<Operation> = ((operation: Operation) => StoreFault | undefined) | undefined;

/** What a caller hears whose answer was lost. */
const ANSWER_LOST: StoreFailure = {
  status: 'unavailable',
  detail: 'the answer was lost on its way',
};

/** What a fault means to the caller. */
export function failureOf(fault: StoreFault): StoreFailure {
  return fault === 'answer-lost' ? ANSWER_LOST : fault;
}

/** The same for who hears of failures by exception. */
function unavailableBy(fault: StoreFault): StoreUnavailable {
  const { detail, retryAfterMs } = failureOf(fault);
  return new StoreUnavailable(detail, retryAfterMs);
}

/** For a read: nothing is done, whichever the fault. @throws {StoreUnavailable} */
export function throwFault(fault: StoreFault | undefined): void {
  if (fault) throw unavailableBy(fault);
}

/** For a write that answers by exception: it is done unless refused. @throws {StoreUnavailable} */
export function writeUnder<T>(fault: StoreFault | undefined, write: () => T): T {
  if (fault && fault !== 'answer-lost') throw unavailableBy(fault);
  const outcome = write();
  throwFault(fault);
  return outcome;
}
