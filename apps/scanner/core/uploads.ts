import type { TransactionResult } from '../../../shared/contracts/transaction.ts';
import type { AdapterClient, Answer } from './adapter-client.ts';
import { asUploaded, cutBatch } from './batch.ts';
import { type DeviceStore, StorageFullError } from './device-store.ts';
import type { StoredScan } from './scan.ts';
import { asksForMasterData, settlementOf } from './settlement.ts';

/** What is known of the server's limits before it told them. */
const USUAL_TRANSACTIONS = 500;
const USUAL_BYTES = 1_048_576;
/** Of the bytes that the server takes, so many are used. */
const BYTES_USED = 0.8;

export type UploadParts = {
  readonly store: Pick<DeviceStore, 'queued' | 'attempted' | 'settle' | 'masterData'>;
  readonly client: Pick<AdapterClient, 'post'>;
  /** ISO 8601 UTC. */
  readonly now: () => string;
  /** Whether nothing is to be written any more. */
  readonly isStopped: () => boolean;
};

type Untaken = Exclude<Answer<unknown>, { kind: 'answered' }>;
type Taken = Extract<Answer<readonly TransactionResult[]>, { kind: 'answered' }>;

/** What came of one call. `refused` here means the call as a whole, not a scan. */
export type Uploaded =
  | { readonly kind: 'uploaded'; readonly answer: Answer<unknown>; readonly asksForMasterData: boolean }
  /** The device was closed meanwhile: what came of it, the next one asks. */
  | { readonly kind: 'stopped' }
  /** The call was not made as it has to be made; a smaller one goes at once. */
  | { readonly kind: 'too-much' }
  | { readonly kind: 'failed'; readonly answer: Untaken };

export type Uploads = {
  /** Whether anything waits. */
  isDue(): boolean;
  /** Uploads the oldest that wait, in one call. */
  step(): Promise<Uploaded>;
  /** A scan that was made, or decided on, this moment, while the device was online: it is to be compared with what is there now. */
  prompt(transactionId: string): void;
  /** What is online no more goes as what waited. */
  forgetPrompt(): void;
};

/** Uploads what waits, the oldest first, each scan under its own id until the server has said what became of it. */
export function startUploads({ store, client, now, isStopped }: UploadParts): Uploads {
  const prompt = new Set<string>();
  /** Less than the server's limit after it refused a call as a whole. */
  let most = Number.POSITIVE_INFINITY;

  function nextBatch(): readonly StoredScan[] {
    const { transactionsPerCall = USUAL_TRANSACTIONS, bytesPerCall = USUAL_BYTES } =
      store.masterData().limits ?? {};
    const waiting = store.queued(Math.max(1, Math.min(most, transactionsPerCall)));
    const cut = cutBatch(
      waiting.map((scan) => asUploaded(scan, false)),
      bytesPerCall * BYTES_USED,
    );
    const [first, ...others] = waiting.slice(0, cut.length);
    if (first === undefined) return [];
    // What is compared goes before what waited, in a call of its own: refused there, and asked again with a lost answer, it is
    // still before the others.
    const end = others.findIndex((scan) => isPrompt(scan) !== isPrompt(first));
    return [first, ...(end < 0 ? others : others.slice(0, end))];
  }

  const isPrompt = ({ attempts, transaction }: StoredScan) =>
    attempts === 0 && prompt.has(transaction.transactionId);

  async function step(): Promise<Uploaded> {
    const batch = nextBatch();
    const ids = batch.map(({ transaction }) => transaction.transactionId);
    const transactions = batch.map((scan) => asUploaded(scan, isPrompt(scan)));
    noteAttempt(ids);
    for (const id of ids) prompt.delete(id);
    const answer = await client.post(transactions);
    if (isStopped()) return { kind: 'stopped' };
    if (answer.kind === 'answered') return taken(ids, answer);
    return isAboutBody(answer) ? refused(ids, answer) : { kind: 'failed', answer };
  }

  /** People are shown how often a scan was tried: no reason to leave it on a device whose storage is full. */
  function noteAttempt(ids: readonly string[]): void {
    try {
      store.attempted(ids);
    } catch (error) {
      if (!(error instanceof StorageFullError)) throw error;
    }
  }

  function taken(ids: readonly string[], answer: Taken): Uploaded {
    const asked = new Set(ids);
    const results = answer.body.filter(({ transactionId }) => asked.has(transactionId.toLowerCase()));
    if (results.length === 0) return { kind: 'failed', answer: NO_RESULTS };
    store.settle(results.map(settlementOf), now());
    most *= 2;
    return { kind: 'uploaded', answer, asksForMasterData: results.some(asksForMasterData) };
  }

  /** One scan of several may be at fault: halves find it. A single one is, if the server takes a call without any. */
  async function refused(ids: readonly string[], answer: Untaken): Promise<Uploaded> {
    if (ids.length > 1) {
      most = Math.floor(ids.length / 2);
      return { kind: 'too-much' };
    }
    const [transactionId] = ids;
    if (answer.kind !== 'refused' || transactionId === undefined) return { kind: 'failed', answer };
    const empty = await client.post([]);
    if (isStopped()) return { kind: 'stopped' };
    if (empty.kind !== 'answered') return { kind: 'failed', answer: empty };
    const refusal = { outcome: 'rejected', problem: answer.problem } as const;
    store.settle([{ transactionId, state: 'refused', refusal }], now());
    most *= 2;
    return { kind: 'uploaded', answer: empty, asksForMasterData: false };
  }

  return {
    isDue: () => store.queued(1).length > 0,
    step,
    prompt: (transactionId) => prompt.add(transactionId),
    forgetPrompt: () => prompt.clear(),
  };
}

const NO_RESULTS = {
  kind: 'failing',
  status: 200,
  detail: 'The answer holds no result for any scan of the call',
} as const;

/** 400 and 413: the call could not be read, or was too large; a proxy before the server may say so in its own words. */
function isAboutBody(answer: Untaken): boolean {
  if (answer.kind === 'failing') return answer.status === 413;
  return answer.kind === 'refused' && (answer.problem.status === 400 || answer.problem.status === 413);
}
