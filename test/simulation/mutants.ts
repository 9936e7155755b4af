import type { BookingFound, BookingWrites, Database } from '../../apps/wms-adapter/database.ts';
import type { AllocationDecision } from '../../shared/contracts/allocation-messages.ts';
import { positionKey, sumOnHand } from '../../shared/domain/position.ts';
import type { Stock } from '../../shared/domain/stock.ts';
import type { WmsStock } from '../../shared/domain/wms-stock.ts';
import type { ItemChange } from '../../shared/ports/allocation-store.ts';
import { ALLOCATION_SUBSCRIPTION } from '../../shared/service-bus/allocation-message.ts';
import { PROJECTION_SUBSCRIPTION } from '../../shared/service-bus/inventory-message.ts';
import type { Story } from './damage/story.ts';
import type { Mutations } from './mutations.ts';

export type Mutant = {
  readonly text: string;
  readonly mutations: Mutations;
  /** Runs in which it can show; sound ones unless told otherwise. */
  readonly story?: Story;
  /** Scans of a run that it takes to show soon; 400 unless told otherwise. */
  readonly scans?: number;
};

/** Defects that somebody might write, to see that the simulation finds them. */
export const MUTANTS = {
  'completes-before-the-write': {
    text: 'the projection completes its messages before their effect is stored',
    scans: 800,
    mutations: {
      work: (subscription, work) =>
        subscription === PROJECTION_SUBSCRIPTION
          ? async (messages) => void work(messages).catch(() => undefined)
          : work,
    },
  },
  'writes-without-if-match': {
    text: 'a stock is written over whatever is there: a conflict counts as stored',
    scans: 800,
    mutations: {
      stock: (store) => ({
        ...store,
        write: async (writes) =>
          (await store.write(writes)).map((outcome) =>
            outcome.status === 'conflict' ? { status: 'stored' } : outcome,
          ),
      }),
    },
  },
  'version-off-by-one': {
    text: 'a version counts as new although it is the one held',
    mutations: {
      stock: (store) => ({
        ...store,
        read: async (keys) =>
          (await store.read(keys)).map((outcome) =>
            outcome.status !== 'found'
              ? outcome
              : {
                  ...outcome,
                  stock: {
                    ...outcome.stock,
                    positions: outcome.stock.positions.map((position) =>
                      position.version === undefined
                        ? position
                        : { ...position, version: position.version - 1 },
                    ),
                  },
                },
          ),
      }),
    },
  },
  'journal-gives-up': {
    text: 'an entry that the journal does not take is left out of it',
    mutations: {
      journal: (journal) => ({
        ...journal,
        append: (entries) => journal.append(entries).catch(() => undefined),
      }),
    },
  },
  'parks-nothing': {
    text: 'what could not be parked counts as parked',
    mutations: { quarantine: (quarantine) => ({ ...quarantine, park: async () => [] }) },
  },
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
  'retries-with-a-new-id': {
    text: 'a scanner that was not answered posts its scans again under new ids',
    mutations: {
      post: (batch, attempt, chance) =>
        attempt === 1 ? batch : batch.map((one) => ({ ...one, transactionId: chance.uuid() })),
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
  'cuts-nothing': {
    text: 'reservations stay when stock falls short of them',
    mutations: {
      database: (database) => ({
        ...database,
        book: (lookup, decide) =>
          database.book(lookup, (found) => {
            const decision = decide(found);
            return 'writes' in decision ? { ...decision, writes: withoutCuts(decision.writes) } : decision;
          }),
      }),
    },
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
  'hold-without-record': {
    text: 'a hold is counted, its line is not written',
    mutations: {
      allocation: (store) => ({
        ...store,
        commit: (change) => store.commit(change.totals.length > 0 ? { ...change, lines: [] } : change),
      }),
    },
  },
  'record-without-hold': {
    text: 'a line is written, its hold is not counted',
    mutations: {
      allocation: (store) => ({ ...store, commit: (change) => store.commit({ ...change, totals: [] }) }),
    },
  },
  'holds-without-looking': {
    text: 'a hold does not look whether the stock is still free when it is written',
    scans: 1000,
    mutations: {
      allocation: (store) => ({
        ...store,
        commit: (change) =>
          store.commit({ ...change, totals: change.totals.map(({ leastAtp: _least, ...rest }) => rest) }),
      }),
    },
  },
  'late-decision-ignored': {
    text: 'only the first decision on an allocation is settled',
    mutations: {
      work: (subscription, work) =>
        subscription === ALLOCATION_SUBSCRIPTION
          ? (messages) => work(messages.filter(({ messageId }) => /\|1(#\d+)?$/.test(messageId)))
          : work,
    },
  },
  'release-not-sent': {
    text: 'what is cancelled is not asked back',
    mutations: {
      requests: (requests) => ({
        send: (asked, attempt) =>
          requests.send(
            asked.filter(({ kind }) => kind === 'request'),
            attempt,
          ),
      }),
    },
  },
  'asks-again-under-a-new-id': {
    text: 'a warehouse that does not answer is asked again under another allocation id',
    mutations: {
      requests: (requests) => ({
        send: (asked, attempt) =>
          requests.send(
            asked.map((one) =>
              attempt === 0 ? one : { ...one, allocationId: `${one.orderId}:${one.lineId}:${90 + attempt}` },
            ),
            attempt,
          ),
      }),
    },
  },
  'picks-not-followed': {
    text: 'the projection does not tell of picks',
    mutations: { followStock: (follow) => (news) => follow({ ...news, picks: [] }) },
  },
  'takes-late-for-lost': {
    text: 'the reconciliation does not ask what is still on its way',
    scans: 1000,
    mutations: { eventsOnTheWay: () => ({ oldestCommit: async () => null }) },
  },
  'corrects-by-an-old-snapshot': {
    text: 'the reconciliation takes what it read of the WMS before the grace time for what the WMS has now',
    scans: 1000,
    mutations: {
      reconciliation: (ports) => {
        const seen = new Map<string, WmsStock>();
        return {
          ...ports,
          wms: {
            ...ports.wms,
            stocksOf: async (warehouseId, itemIds) =>
              (await ports.wms.stocksOf(warehouseId, itemIds)).map((stock) => {
                const name = `${warehouseId}|${stock.itemId}`;
                const old = seen.get(name) ?? stock;
                seen.set(name, old);
                return old;
              }),
          },
        };
      },
    },
  },
  'marks-without-comparing': {
    text: 'the mark moves on without looking at what changed since the last one',
    story: 'damaged',
    scans: 1000,
    mutations: {
      reconciliation: (ports) => ({
        ...ports,
        wms: { ...ports.wms, changedItems: async () => ({ itemIds: [] }) },
        cloud: {
          ...ports.cloud,
          changes: async (since, limit) => ({
            ...(await ports.cloud.changes(since, limit)),
            changed: new Map(),
          }),
        },
      }),
    },
  },
  'corrects-twice': {
    text: 'a correction adds the difference to what was corrected already',
    story: 'damaged',
    mutations: {
      reconciliation: (ports) => ({
        ...ports,
        stock: {
          ...ports.stock,
          write: async (writes) => {
            const before = await ports.stock.read(writes.map(({ stock }) => stock));
            return ports.stock.write(
              writes.map((write, index) => {
                const held = before[index];
                return held?.status === 'found'
                  ? { ...write, stock: addedTwice(held.stock, write.stock) }
                  : write;
              }),
            );
          },
        },
      }),
    },
  },
  'restore-not-noticed': {
    text: 'nobody looks whether the WMS has gone back to a backup',
    story: 'restored',
    mutations: {
      reconciliation: (ports) => ({ ...ports, wms: { ...ports.wms, continues: async () => true } }),
    },
  },
  'corrections-not-journalled': {
    text: 'the journal does not hear of corrections',
    story: 'damaged',
    mutations: {
      reconciliation: (ports) => ({ ...ports, journal: { ...ports.journal, append: async () => {} } }),
    },
  },
  'corrects-in-silence': {
    text: 'what the reconciliation corrects is not recorded',
    story: 'damaged',
    mutations: {
      reconciliation: (ports) => ({
        ...ports,
        store: { ...ports.store, putDiscrepancies: async () => {} },
      }),
    },
  },
  'expired-cart-keeps-its-hold': {
    text: 'a cart whose time is over is marked so, and its stock is not given back',
    mutations: {
      allocation: (store) => ({
        ...store,
        commit: async (change) =>
          change.lines.some(({ line }) => line.kind === 'hold-line' && line.ended === 'expired')
            ? { status: 'stored' }
            : store.commit(change),
      }),
    },
  },
  'extension-ignored': {
    text: 'an extension of a cart is granted and not written',
    scans: 1000,
    mutations: {
      orders: (store) => ({
        ...store,
        replace: async (order, etag) => {
          const { order: kept } = (await store.read(order.kind, order.orderId)) ?? {};
          const isExtension = order.expiresAt !== kept?.expiresAt;
          return isExtension ? 'stored' : store.replace(order, etag);
        },
      }),
    },
  },
  'cart-converted-twice': {
    text: 'a cart that became an order becomes another one, too',
    mutations: {
      orders: (store) => ({
        ...store,
        read: async (kind, orderId) => {
          const stored = await store.read(kind, orderId);
          if (kind !== 'hold' || stored?.order.becameOrderId === undefined) return stored;
          const { becameOrderId: _became, ended: _ended, ...order } = stored.order;
          return { ...stored, order };
        },
      }),
    },
  },
  'takes-over-half-a-cart': {
    text: 'an order gets one of the allocations of its cart only',
    scans: 1000,
    mutations: {
      allocation: (store) => ({
        ...store,
        commit: (change) =>
          store.commit(
            change.lines.some(({ line }) => line.kind === 'hold-line' && line.ended === 'ordered')
              ? { ...change, lines: change.lines.map(withOneAllocation) }
              : change,
          ),
      }),
    },
  },
  'threshold-told-once': {
    text: 'of a threshold only the first crossing is told',
    mutations: {
      atpChanges: (changes) => {
        const told = new Set<string>();
        return {
          publish: async (crossings) => {
            const fresh = crossings.filter(({ itemId, threshold }) => !told.has(`${itemId}|${threshold}`));
            await changes.publish(fresh);
            for (const { itemId, threshold } of fresh) told.add(`${itemId}|${threshold}`);
          },
        };
      },
    },
  },
  'untold-counts-as-told': {
    text: 'a crossing that the bus did not take counts as told',
    scans: 800,
    mutations: {
      atpChanges: (changes) => ({
        publish: (crossings) => changes.publish(crossings).catch(() => undefined),
      }),
    },
  },
  'decision-counted-twice': {
    text: 'a decision that comes again, as after the time-out, is settled as another one',
    mutations: {
      work: (subscription, work) => {
        if (subscription !== ALLOCATION_SUBSCRIPTION) return work;
        const heard = new Set<string>();
        return (messages) =>
          work(
            messages.map((message) => {
              const isNew = !heard.has(message.messageId);
              heard.add(message.messageId);
              return isNew ? message : { ...message, body: numberedAnew(message.body) };
            }),
          );
      },
    },
  },
  'reduction-not-told': {
    text: 'what the WMS takes back when stock falls short it says to nobody',
    mutations: {
      database: (database) => ({
        ...database,
        book: (lookup, decide) =>
          database.book(lookup, (found) => {
            const decision = decide(found);
            if (!('writes' in decision)) return decision;
            const messages = decision.writes.messages.filter(
              (message) => message.kind === 'event' || !isCut(message.decision),
            );
            return { ...decision, writes: { ...decision.writes, messages } };
          }),
      }),
    },
  },
  'decision-completed-before-settled': {
    text: 'decisions are completed before they are settled, and what fails then is lost',
    mutations: {
      work: (subscription, work) =>
        subscription === ALLOCATION_SUBSCRIPTION
          ? async (messages) => void work(messages).catch(() => undefined)
          : work,
    },
  },
  'nobody-wakes-backorders': {
    text: 'nobody is told that stock became free',
    mutations: { stockChanges: () => ({ tell: async () => {} }) },
  },
} satisfies Record<string, Mutant>;

export type MutantName = keyof typeof MUTANTS;

export const MUTANT_NAMES = Object.keys(MUTANTS) as MutantName[];

export function isMutantName(name: string): name is MutantName {
  return Object.hasOwn(MUTANTS, name);
}

/** The adapter finds something else in its database than what is there. */
function finding(falsify: (found: BookingFound) => BookingFound): (database: Database) => Database {
  return (database) => ({
    ...database,
    book: (lookup, decide) => database.book(lookup, (found) => decide(falsify(found))),
  });
}

function addedTwice(before: Stock, after: Stock): Stock {
  const onHand = new Map(before.positions.map((position) => [positionKey(position), position.onHand]));
  const positions = after.positions.map((position) => {
    const change = position.onHand - (onHand.get(positionKey(position)) ?? 0);
    return { ...position, onHand: Math.max(position.onHand + change, 0) };
  });
  return { ...after, positions, onHand: sumOnHand(positions) };
}

function withOneAllocation<Line extends ItemChange['lines'][number]>({ line, ...rest }: Line) {
  return { ...rest, line: { ...line, allocations: line.allocations.slice(0, 1) } };
}

function numberedAnew(body: unknown): Buffer {
  const decision = JSON.parse(String(body));
  return Buffer.from(JSON.stringify({ ...decision, sequence: decision.sequence + 1 }));
}

function isCut({ reason }: AllocationDecision): boolean {
  return reason === 'stock-fell-short';
}

function withoutCuts(writes: BookingWrites): BookingWrites {
  return {
    ...writes,
    allocations: writes.allocations.filter(({ decision }) => !isCut(decision)),
    messages: writes.messages.filter((message) => message.kind === 'event' || !isCut(message.decision)),
  };
}
