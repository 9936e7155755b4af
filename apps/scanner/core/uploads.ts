import type { TransactionResult } from '../../../shared/contracts/transaction.ts';
import type { AdapterClient, Answer, ScanResult, Trouble } from './adapter-client.ts';
import { asUploaded, cutBatch } from './batch.ts';
import type { DeviceClock } from './device-clock.ts';
import type { DeviceStore, Settlement } from './device-store.ts';
import { heldScans } from './held-scans.ts';
import { ifThereIsRoom, makingRoom } from './making-room.ts';
import type { Hold, StoredScan } from './scan.ts';
import { asksForMasterData, settlementOf } from './settlement.ts';

/** What is known of the server's limits before it told them. */
const USUAL_TRANSACTIONS = 500;
const USUAL_BYTES = 1_048_576;
/** In a row, on one scan alone: a scan that is held lets others go before it, so it is not done for a bad network's sake. */
const ENOUGH_FAILURES = 4;
/** The least to which a call becomes smaller after two in a row without an answer: the network may be too slow for it. */
const FEW_TRANSACTIONS = 10;
/** Of the bytes that the server takes, so many are used. */
const BYTES_USED = 0.8;

export type UploadParts = {
  readonly store: Pick<DeviceStore, 'queued' | 'attempted' | 'settle' | 'makeRoom' | 'masterData'>;
  readonly client: Pick<AdapterClient, 'post'>;
  readonly clock: DeviceClock;
  /** ISO 8601 UTC. */
  readonly now: () => string;
  /** Whether nothing is to be written any more. */
  readonly isStopped: () => boolean;
};

type Taken = Extract<Answer<readonly ScanResult[]>, { kind: 'answered' }>;

/** What came of one call. `refused` here means the call as a whole, not a scan. */
export type Uploaded =
  | {
      readonly kind: 'uploaded';
      readonly answer: Answer<unknown>;
      readonly asksForMasterData?: boolean;
      /** Something was booked by an earlier call: nobody knows whether the lists that were told since tell of it. */
      readonly asksForTasks?: boolean;
    }
  /** The device was closed meanwhile: what came of it, the next one asks. */
  | { readonly kind: 'stopped' }
  /** The call was not made as it has to be made, or one scan of several makes the server fail; a smaller one goes at once. */
  | { readonly kind: 'too-much' }
  /** The numbers of this device's calls were forgotten, and the server knows higher ones; it goes again at once, with such a number. */
  | { readonly kind: 'superseded' }
  | { readonly kind: 'failed'; readonly answer: Trouble };

export type Uploads = {
  /** Whether anything waits that may be tried. */
  isDue(): boolean;
  /** Whether one scan waits and no other, but for those that are held. */
  isSingle(): boolean;
  /** Uploads the oldest that wait, in one call. */
  step(): Promise<Uploaded>;
  /** A scan that was made, or decided on, this moment, while the device was online: it is to be compared with what is there now. */
  prompt(transactionId: string): void;
  /** What is online no more goes as what waited. */
  forgetPrompt(): void;
  held(transactionId: string): Hold | undefined;
  heldCount(): number;
  /** What is held goes with the others again. */
  releaseHeld(): void;
};

/** Uploads what waits, the oldest first, each scan under its own id until the server has said what became of it. */
export function startUploads({ store, client, clock, now, isStopped }: UploadParts): Uploads {
  const prompt = new Set<string>();
  const held = heldScans(clock);
  /** Less than the server's limit after it refused a call as a whole, failed on it, or twice did not answer it. */
  let most = Number.POSITIVE_INFINITY;
  /** What became of the last call with scans, where it was not answered. */
  let lastFailure: Trouble | undefined;
  /** Scans that are held since the server took one. */
  let heldInARow = 0;
  /** The scan that the server failed on last when it came alone, and how often in a row. */
  let alone = NOBODY_ALONE;
  /** The highest number of a call that is known. */
  let lastCall = 0;

  const oldest = (count: number) => store.queued(count + held.count());
  const isFree = ({ transaction }: StoredScan) => held.why(transaction.transactionId) === undefined;

  /** One that was held and goes first; else the oldest that are not held; where there are none, one that was held for long enough. */
  function waiting(count: number): readonly StoredScan[] {
    const found = oldest(count);
    const first = found.find(({ transaction }) => held.isFirst(transaction.transactionId));
    if (first !== undefined) return [first];
    const free = found.filter(isFree);
    if (free.length > 0) return free.slice(0, count);
    return found.filter(({ transaction }) => held.isDue(transaction.transactionId)).slice(0, 1);
  }

  function nextBatch(): readonly StoredScan[] {
    const { transactionsPerCall = USUAL_TRANSACTIONS, bytesPerCall = USUAL_BYTES } =
      store.masterData().limits ?? {};
    const next = waiting(Math.max(1, Math.min(most, transactionsPerCall)));
    const cut = cutBatch(
      next.map((scan) => asUploaded(scan, false)),
      bytesPerCall * BYTES_USED,
    );
    const [first, ...others] = next.slice(0, cut.length);
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
    const call = noteAttempt(ids);
    for (const id of ids) prompt.delete(id);
    const answer = await client.post(transactions, call);
    if (isStopped()) return { kind: 'stopped' };
    const before = lastFailure;
    lastFailure = answer.kind === 'answered' ? undefined : answer;
    if (answer.kind === 'answered') return taken(ids, answer);
    if (isServerError(answer)) return serverFailed(ids, answer, isServerError(before));
    if (answer.kind === 'no-answer' && before?.kind === 'no-answer' && ids.length > FEW_TRANSACTIONS)
      most = Math.max(FEW_TRANSACTIONS, Math.floor(ids.length / 2));
    return isAboutBody(answer) ? refused(ids, answer) : { kind: 'failed', answer };
  }

  /**
   * The number of a call. A call that is under way for longer than anybody waits may arrive after a later one: by the number the server knows, and books
   * nothing that a person was told to be refused.
   */
  function noteAttempt(ids: readonly string[]): number {
    const above = lastCall;
    lastCall += 1;
    // How often a scan was tried is shown to people: no reason to leave it on a device whose storage is full.
    ifThereIsRoom(() => {
      lastCall = store.attempted(ids, above);
    });
    return lastCall;
  }

  const settle = (settlements: readonly Settlement[]) =>
    makingRoom(store, () => store.settle(settlements, now()));

  function taken(ids: readonly string[], answer: Taken): Uploaded {
    const asked = new Set(ids);
    const results = answer.body.map(inLowerCase).filter(({ transactionId }) => asked.has(transactionId));
    if (results.length === 0) return { kind: 'failed', answer: NO_RESULTS };
    const understood = results.filter(isUnderstood);
    const later = Math.max(0, ...understood.map(({ problem }) => problem?.lastCall ?? 0));
    if (later > lastCall) {
      lastCall = later;
      return { kind: 'superseded' };
    }
    if (later > 0) return { kind: 'failed', answer: NOT_NUMBERED };
    settle(understood.map(settlementOf));
    most *= 2;
    alone = NOBODY_ALONE;
    // It was the server, and it may be over: what is held is older than what was taken.
    if (heldInARow > 1) held.putFirst();
    heldInARow = 0;
    // The server that failed on one of them fails no more.
    if (understood.some(({ transactionId }) => held.why(transactionId)?.reason === 'server-fails'))
      held.releaseAll();
    for (const { transactionId } of understood) held.release(transactionId);
    for (const result of results)
      if (!isUnderstood(result))
        held.hold(result.transactionId, { reason: 'app-too-old', detail: result.detail });
    return {
      kind: 'uploaded',
      answer,
      asksForMasterData: understood.some(asksForMasterData),
      asksForTasks: understood.some(({ outcome }) => outcome === 'duplicate'),
    };
  }

  /**
   * Once more as it is, in case it was the moment; then one scan of several may be what it fails on, and halves find it. Where the server
   * goes on to fail on that one alone, and takes a call without any both before the last failure and after it, it is held, so that the
   * others get through. Where it fails on one after another, it is the server.
   */
  async function serverFailed(
    ids: readonly string[],
    answer: ServerError,
    isAgain: boolean,
  ): Promise<Uploaded> {
    const [id] = ids;
    const isHeld = id !== undefined && held.why(id) !== undefined;
    if (id === undefined || !(isAgain || isHeld)) return { kind: 'failed', answer };
    if (ids.length > 1) {
      most = Math.floor(ids.length / 2);
      return { kind: 'too-much' };
    }
    alone = { id, failures: alone.id === id ? alone.failures + 1 : 1 };
    if (alone.failures < ENOUGH_FAILURES - 1 && !isHeld) return { kind: 'failed', answer };
    const empty = await client.post([]);
    if (isStopped()) return { kind: 'stopped' };
    if (empty.kind !== 'answered') {
      alone = NOBODY_ALONE;
      return { kind: 'failed', answer: empty };
    }
    if (alone.failures < ENOUGH_FAILURES && !isHeld) return { kind: 'failed', answer };
    held.hold(id, { reason: 'server-fails', trouble: answer });
    if (!isHeld) heldInARow += 1;
    return heldInARow > 1 ? { kind: 'failed', answer } : { kind: 'uploaded', answer: empty };
  }

  /** One scan of several may be at fault: halves find it. A single one is, if the server takes a call without any. */
  async function refused(ids: readonly string[], answer: Trouble): Promise<Uploaded> {
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
    settle([{ transactionId, state: 'refused', refusal }]);
    held.release(transactionId);
    most *= 2;
    return { kind: 'uploaded', answer: empty };
  }

  return {
    isDue: () => waiting(1).length > 0,
    isSingle: () => oldest(2).filter(isFree).length === 1,
    step,
    prompt: (transactionId) => prompt.add(transactionId),
    forgetPrompt: () => prompt.clear(),
    held: held.why,
    heldCount: held.count,
    releaseHeld: held.releaseAll,
  };
}

const NOBODY_ALONE = { id: '', failures: 0 };

const NO_RESULTS = {
  kind: 'failing',
  status: 200,
  detail: 'The answer holds no result for any scan of the call',
} as const;

const NOT_NUMBERED = {
  kind: 'failing',
  status: 200,
  detail: 'The answer does not take the number of the call, nor tell a higher one',
} as const;

type ServerError = Extract<Answer<unknown>, { kind: 'failing' }>;

/** Not one that says when it wants to be asked again: it knows what is wrong, and it is no scan. */
function isServerError(answer: Trouble | undefined): answer is ServerError {
  return answer?.kind === 'failing' && answer.status >= 500 && answer.retryAfterMs === undefined;
}

/** A scan is kept under its id in lower case. */
function inLowerCase(result: ScanResult): ScanResult {
  return { ...result, transactionId: result.transactionId.toLowerCase() };
}

function isUnderstood(result: ScanResult): result is TransactionResult {
  return result.outcome !== 'not-understood';
}

/** 400 and 413: the call could not be read, or was too large; a proxy before the server may say so in its own words. */
function isAboutBody(answer: Trouble): boolean {
  if (answer.kind === 'failing') return answer.status === 413;
  return answer.kind === 'refused' && (answer.problem.status === 400 || answer.problem.status === 413);
}
