import { DatabaseUnavailableError } from '../../../apps/wms-adapter/booking/group-commit.ts';
import type { BookingWrites, Books, Database } from '../../../apps/wms-adapter/database.ts';
import { noAnswer } from '../calls.ts';
import type { Chance } from '../chance.ts';
import type { Faults } from '../faults.ts';
import type { Process } from '../process.ts';
import { shuffledFound } from '../shuffled.ts';

/** What a transaction waits for another at most, and a second more. */
const LONGEST_BLOCK_MS = 180_000;

/** Hears of every booking in the order of the commits. */
export type OnBooking = (writes: BookingWrites) => void;

/**
 * The WMS database as one process of the adapter reaches it: transactions are ended by the database, answers get lost,
 * and a process that has ended reaches nothing.
 */
export function faultyDatabase(
  database: Database,
  process: Process,
  faults: Faults,
  onBooking: OnBooking,
  chance: Chance,
): Database {
  const book: Books['book'] = async (lookup, decide) => {
    if (!process.isAlive()) return noAnswer();
    if (faults.happens('adapter-crash')) {
      process.kill();
      return noAnswer();
    }
    if (faults.happens('booking-slow')) {
      await process.runtime.sleep(1_000 + process.runtime.random() * LONGEST_BLOCK_MS);
      if (!process.isAlive()) return noAnswer();
    }
    if (faults.happens('deadlock')) throw new Error('deadlock: the transaction was rolled back');
    let writes: BookingWrites | undefined;
    const result = await database.book(lookup, (found) => {
      const decision = decide(shuffledFound(found, chance));
      if ('writes' in decision) writes = decision.writes;
      return decision;
    });
    if (writes) onBooking(writes);
    if (faults.happens('adapter-crash')) {
      process.kill();
      return noAnswer();
    }
    if (faults.happens('booking-answer-lost')) throw new Error('the connection broke after the commit');
    return result;
  };
  const alive =
    <Arguments extends unknown[], Answer>(ask: (...args: Arguments) => Promise<Answer>) =>
    (...args: Arguments): Promise<Answer> =>
      process.isAlive() ? ask(...args) : noAnswer();
  const unreliable = <Arguments extends unknown[], Answer>(ask: (...args: Arguments) => Promise<Answer>) =>
    alive(async (...args: Arguments) => {
      if (faults.happens('outbox-away')) throw new DatabaseUnavailableError('the database does not answer');
      const answer = await ask(...args);
      if (faults.happens('outbox-away')) throw new DatabaseUnavailableError('the answer was lost');
      return answer;
    });
  return {
    ...database,
    book,
    claim: unreliable(database.claim),
    markSent: unreliable(database.markSent),
    park: unreliable(database.park),
    release: unreliable(database.release),
    takeRecountOrder: unreliable(database.takeRecountOrder),
    backlog: alive(database.backlog),
    runBeginnings: alive(database.runBeginnings),
  };
}
