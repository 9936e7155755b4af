import type { BookingFound, BookingWrites, Database } from '../../../apps/wms-adapter/database.ts';
import type { AllocationDecision } from '../../../shared/contracts/allocation-messages.ts';
import type { Mutant } from './mutant.ts';

/** Defects in the adapter of a WMS. */
export const WAREHOUSE_MUTANTS = {
  'marked-before-sent': {
    text: 'the relay takes messages out of the outbox before the bus has them',
    mutations: {
      database: (database) => ({
        ...database,
        claim: async (claim) => {
          const entries = await database.claim(claim);
          await database.markSent(entries.map(({ sequence }) => sequence));
          return entries;
        },
      }),
    },
  },
  'failure-counts-as-sent': {
    text: 'the publisher reports what the bus did not take as sent',
    mutations: {
      publisher: (publisher) => ({
        ...publisher,
        publish: async (entries) => {
          await publisher.publish(entries);
          return { sent: entries.map(({ sequence }) => sequence), refused: [] };
        },
      }),
    },
  },
  'count-forgets-later-deltas': {
    text: 'a count that comes late ignores what was scanned after it',
    mutations: {
      database: finding((found) => ({
        ...found,
        deltaSums: new Map([...found.deltaSums.keys()].map((key) => [key, 0])),
      })),
    },
  },
  'late-call-is-taken': {
    text: 'a call that comes after a later one of its scanner books what was refused in that',
    mutations: { database: finding((found) => ({ ...found, refusedCalls: new Map() })) },
  },
  'cuts-nothing': {
    text: 'reservations stay when stock falls short of them',
    mutations: { database: writing(withoutCuts) },
  },
  'reserves-whatever-is-asked': {
    text: 'the WMS confirms without looking at what is reserved already',
    mutations: {
      database: finding((found) => ({
        ...found,
        stocks: new Map(
          [...found.stocks].map(([name, stock]) => [name, { ...stock, onHand: stock.onHand + 1_000 }]),
        ),
      })),
    },
  },
  'reduction-not-told': {
    text: 'what the WMS takes back when stock falls short it says to nobody',
    mutations: { database: writing((writes) => ({ ...writes, messages: withoutWordOfCuts(writes) })) },
  },
} satisfies Record<string, Mutant>;

/** The adapter finds something else in its database than what is there. */
function finding(falsify: (found: BookingFound) => BookingFound): (database: Database) => Database {
  return (database) => ({
    ...database,
    book: (lookup, decide) => database.book(lookup, (found) => decide(falsify(found))),
  });
}

/** The adapter writes something else than what it decided. */
function writing(falsify: (writes: BookingWrites) => BookingWrites): (database: Database) => Database {
  return (database) => ({
    ...database,
    book: (lookup, decide) =>
      database.book(lookup, (found) => {
        const decision = decide(found);
        return 'writes' in decision ? { ...decision, writes: falsify(decision.writes) } : decision;
      }),
  });
}

function withoutCuts(writes: BookingWrites): BookingWrites {
  return {
    ...writes,
    allocations: writes.allocations.filter(({ decision }) => !isCut(decision)),
    messages: withoutWordOfCuts(writes),
  };
}

function withoutWordOfCuts({ messages }: BookingWrites): BookingWrites['messages'] {
  return messages.filter((message) => message.kind === 'event' || !isCut(message.decision));
}

function isCut({ reason }: AllocationDecision): boolean {
  return reason === 'stock-fell-short';
}
