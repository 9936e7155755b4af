import type { BookingDecision, BookingFound, Books, MoreToFind } from '../database.ts';
import { readBooking, readOpenAllocations } from './booking-reads.ts';
import { writeBooking } from './booking-writes.ts';
import type { Session } from './session.ts';

/**
 * Books in one transaction of four round trips: begin; wait for the turn and read; write; commit. It is done again from the
 * beginning where the database ended it. After a lost connection it may have been committed all the same: then the
 * ledger answers `duplicate` for what was booked, and allocations are decided once.
 */
export function createBooking(session: Session): Books['book'] {
  return async (lookup, decide) => {
    try {
      return await session.inTransaction(async (transaction) => {
        const reading = await readBooking(transaction, lookup);
        let { found } = reading;
        for (;;) {
          const decision = decided(decide, found);
          if ('writes' in decision) {
            await writeBooking(transaction, lookup, { ...reading, found }, decision.writes);
            return decision.result;
          }
          found = await readOpenAllocations(transaction, found, decision.openAllocationsOf);
        }
      });
    } catch (error) {
      throw error instanceof DecisionFault ? error.cause : error;
    }
  };
}

/** Keeps what `decide` threw apart from errors of the database: it is not tried again, whatever it looks like. */
class DecisionFault extends Error {
  override readonly name = 'DecisionFault';
}

function decided<Result>(
  decide: (found: BookingFound) => BookingDecision<Result> | MoreToFind,
  found: BookingFound,
): BookingDecision<Result> | MoreToFind {
  try {
    return decide(found);
  } catch (cause) {
    throw new DecisionFault('the decision failed', { cause });
  }
}
