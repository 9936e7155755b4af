import { StoreUnavailable } from '../../../shared/ports/stock-store.ts';
import { ALLOCATION_SUBSCRIPTION } from '../../../shared/service-bus/allocation-message.ts';
import { isWarehouse } from '../layout.ts';
import type { Work } from '../mutations.ts';
import type { Mutant } from './mutant.ts';
import { asking, committing, completedFirst, doing } from './wrappers.ts';

/** Defects in how stock is promised. */
export const ALLOCATION_MUTANTS = {
  'hold-without-record': {
    text: 'a hold is counted, its line is not written',
    mutations: {
      allocation: committing((change) => (change.totals.length > 0 ? { ...change, lines: [] } : change)),
    },
  },
  'record-without-hold': {
    text: 'a line is written, its hold is not counted',
    mutations: { allocation: committing((change) => ({ ...change, totals: [] })) },
  },
  'holds-without-looking': {
    text: 'a hold does not look whether the stock is still free when it is written',
    scans: 1000,
    mutations: {
      allocation: committing((change) => ({
        ...change,
        totals: change.totals.map(({ leastAtp: _least, ...rest }) => rest),
      })),
    },
  },
  'late-decision-ignored': {
    text: 'only the first decision on an allocation is settled',
    mutations: {
      work: doing(
        ALLOCATION_SUBSCRIPTION,
        (work) => (messages) => work(messages.filter(({ messageId }) => /\|1(#\d+)?$/.test(messageId))),
      ),
    },
  },
  'decision-counted-twice': {
    text: 'a decision that comes again, as after the time-out, is settled as another one',
    mutations: {
      work: doing(ALLOCATION_SUBSCRIPTION, (work) => {
        const heard = new Set<string>();
        return (messages) =>
          work(
            messages.map((message) => {
              const isNew = !heard.has(message.messageId);
              heard.add(message.messageId);
              return isNew ? message : { ...message, body: numberedAnew(message.body) };
            }),
          );
      }),
    },
  },
  'decision-completed-before-settled': {
    text: 'decisions are completed before they are settled, and what fails then is lost',
    mutations: { work: doing(ALLOCATION_SUBSCRIPTION, completedFirst) },
  },
  'waits-for-no-stock': {
    text: 'the decision of a warehouse that was not asked waits for a stock there, and what came with it comes again',
    mutations: { work: doing(ALLOCATION_SUBSCRIPTION, waitingForStock) },
  },
  'release-not-sent': {
    text: 'what is cancelled is not asked back',
    mutations: { requests: asking((asked) => asked.filter(({ kind }) => kind === 'request')) },
  },
  'asks-again-under-a-new-id': {
    text: 'a warehouse that does not answer is asked again under another allocation id',
    mutations: {
      requests: asking((asked, attempt) =>
        asked.map((one) =>
          attempt === 0 ? one : { ...one, allocationId: `${one.orderId}:${one.lineId}:${90 + attempt}` },
        ),
      ),
    },
  },
  'picks-not-followed': {
    text: 'the projection does not tell of picks',
    mutations: { followStock: (follow) => (news) => follow({ ...news, picks: [] }) },
  },
  'nobody-wakes-backorders': {
    text: 'nobody is told that stock became free',
    mutations: { stockChanges: () => ({ tell: async () => {} }) },
  },
} satisfies Record<string, Mutant>;

/** What was not asked for is never settled; what came with it is, and comes again with it. */
function waitingForStock(work: Work): Work {
  return async (messages) => {
    const answers = messages.filter(({ body }) => isWarehouse(JSON.parse(String(body)).warehouseId));
    await work(answers);
    if (answers.length < messages.length) throw new StoreUnavailable('The cloud knows no stock there.');
  };
}

function numberedAnew(body: unknown): Buffer {
  const decision = JSON.parse(String(body));
  return Buffer.from(JSON.stringify({ ...decision, sequence: decision.sequence + 1 }));
}
