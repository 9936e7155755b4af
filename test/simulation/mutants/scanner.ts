import type { AdapterClient } from '../../../apps/scanner/core/adapter-client.ts';
import type { DeviceStore, Settlement } from '../../../apps/scanner/core/device-store.ts';
import type { StoredScan } from '../../../apps/scanner/core/scan.ts';
import type { Chance } from '../chance.ts';
import type { Mutant } from './mutant.ts';

/** Defects in the scanner app. */
export const SCANNER_MUTANTS = {
  'retries-with-a-new-id': {
    text: 'a scanner that was not answered posts its scans again under new ids',
    mutations: { adapterClient: retryingWithNewIds },
  },
  'forgets-the-last-scan': {
    text: 'the last scan is not on the disk yet when the scanner app ends',
    mutations: { deviceStore: withoutTheLast },
  },
  'settles-by-place': {
    text: 'a scanner takes the first result for that of the first scan, and so on',
    mutations: { adapterClient: answeringByPlace },
  },
  'green-before-the-answer': {
    text: 'a scan counts as booked when it is sent',
    mutations: {
      deviceStore: (store) => ({
        ...store,
        attempted(ids, above) {
          const call = store.attempted(ids, above);
          store.settle(ids.map(synced), '2024-11-18T00:00:00.000Z');
          return call;
        },
      }),
    },
  },
  'green-whatever-the-answer': {
    text: 'what the adapter refused counts as booked',
    mutations: {
      deviceStore: (store) => ({
        ...store,
        settle: (settlements, at) =>
          store.settle(
            settlements.map(({ transactionId }) => synced(transactionId)),
            at,
          ),
      }),
    },
  },
  'uploads-the-newest-first': {
    text: 'a scanner uploads its queue from the end',
    mutations: {
      deviceStore: (store) => ({
        ...store,
        queued: (most) => store.queued(Number.MAX_SAFE_INTEGER).toReversed().slice(0, most),
      }),
    },
  },
} satisfies Record<string, Mutant>;

function synced(transactionId: string): Settlement {
  return { transactionId, state: 'synced', booked: { flags: [], isShort: false } };
}

/** Each call with a scan that was in one before has it under a new id; its result is told under the old. */
function retryingWithNewIds(client: AdapterClient, chance: Chance): AdapterClient {
  const posted = new Set<string>();
  return {
    ...client,
    async post(scans, call) {
      const oldIds = new Map<string, string>();
      const renamed = scans.map((scan) => {
        const transactionId = posted.has(scan.transactionId) ? chance.uuid() : scan.transactionId;
        posted.add(scan.transactionId);
        oldIds.set(transactionId, scan.transactionId);
        return { ...scan, transactionId };
      });
      const answer = await client.post(renamed, call);
      if (answer.kind !== 'answered') return answer;
      const body = answer.body.map((result) => ({
        ...result,
        transactionId: oldIds.get(result.transactionId) ?? result.transactionId,
      }));
      return { ...answer, body };
    },
  };
}

function answeringByPlace(client: AdapterClient): AdapterClient {
  return {
    ...client,
    async post(scans, call) {
      const answer = await client.post(scans, call);
      if (answer.kind !== 'answered') return answer;
      const body = answer.body.map((result, place) => ({
        ...result,
        transactionId: scans[place]?.transactionId ?? result.transactionId,
      }));
      return { ...answer, body };
    },
  };
}

/** What a store still has of it that was not written through, until the page stores that once more. */
function withoutTheLast(store: DeviceStore): DeviceStore {
  const last = store.queued(Number.MAX_SAFE_INTEGER).at(-1);
  if (last === undefined || last.attempts > 0) return store;
  const { transactionId } = last.transaction;
  let isLost = true;
  const isThere = (scan: StoredScan) => !isLost || scan.transaction.transactionId !== transactionId;
  return {
    ...store,
    append(transaction) {
      if (!isLost || transaction.transactionId !== transactionId) return store.append(transaction);
      isLost = false;
      return last;
    },
    scan: (id) => (isLost && id === transactionId ? undefined : store.scan(id)),
    queued: (most) =>
      store
        .queued(most + 1)
        .filter(isThere)
        .slice(0, most),
    backlog: () => {
      const { counts, ...rest } = store.backlog();
      return { ...rest, counts: { ...counts, queued: counts.queued - (isLost ? 1 : 0) } };
    },
  };
}
