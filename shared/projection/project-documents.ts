import { hasIdle, moveBackIn, moveIdleOut, type Overflow } from '../domain/overflow.ts';
import type { Finding, PositionUpdate } from '../domain/position.ts';
import { noteProjected, type ProjectedTime, type StockTimes } from '../domain/projected-times.ts';
import { type FoldResult, foldStock, type Stock, type StockKey, unknownPositions } from '../domain/stock.ts';
import type { ParkedMessage } from '../ports/quarantine-store.ts';
import type { Runtime } from '../ports/runtime.ts';
import {
  type OverflowWrite,
  type ReadOutcome,
  type StockStore,
  type StockWrite,
  type StoreFailure,
  StoreUnavailable,
  type WriteOutcome,
} from '../ports/stock-store.ts';
import { type DocumentWork, refusedMessages, withoutParked } from './document-work.ts';

/** What one pass over the documents came to. */
export type Round = {
  stored: StoredWork[];
  oversized: DocumentWork[];
  /** Lost a race (412, 409): fold again on what is there now. */
  conflicted: DocumentWork[];
  failed: { work: DocumentWork; failure: StoreFailure }[];
  /** Messages that the stored documents' folds refused. */
  parked: ParkedMessage[];
  findings: (Finding & StockKey)[];
  /** Times of events that the stored documents hold no longer, or never held. */
  times: StockTimes[];
};

/** Work whose effect is stored, now or by an earlier delivery. */
export type StoredWork = {
  readonly work: DocumentWork;
  /** False where an earlier delivery had that effect, and told of it. */
  readonly isNews: boolean;
  /** Somebody waits for the item, or hears of its ATP. */
  readonly watched: boolean;
  /** There was no such stock before, or it may be that nobody could tell of that yet. */
  readonly created: boolean;
  /** Positions that have a gap in their versions by this, and had none before. */
  readonly gaps: number;
};

type Folded = {
  readonly work: DocumentWork;
  readonly etag: string | null;
  /** What was read, undefined for none. */
  readonly before: Stock | undefined;
  readonly fold: FoldResult;
  /** Times that the document is not to hold. */
  readonly handedOn: readonly ProjectedTime[];
};

/** One read, one fold and one conditional write for every document, whatever number of events it has. */
export async function projectDocuments(
  works: readonly DocumentWork[],
  store: StockStore,
  runtime: Runtime,
): Promise<Round> {
  const round: Round = {
    ...{ stored: [], oversized: [], conflicted: [], failed: [] },
    ...{ parked: [], findings: [], times: [] },
  };
  const reads = await store.read(works.map(({ key }) => key));
  const toWrite: Folded[] = [];
  for (const [index, work] of works.entries()) {
    const read = reads[index] ?? UNANSWERED;
    if (isFailure(read)) {
      round.failed.push({ work, failure: read });
    } else if (touchesOverflow(work, read)) {
      settle(round, ...(await projectWithOverflow(work, read, store, runtime)));
    } else {
      const folded = foldWork(work, read, runtime);
      if (!folded.fold.changed) settle(round, folded, { status: 'stored' });
      else if (hasIdle(folded.fold.stock, runtime.now()))
        settle(round, ...(await storeMovingOut(folded, store, runtime)));
      else toWrite.push(folded);
    }
  }
  const outcomes = await store.write(toWrite.map(toStockWrite));
  for (const [index, folded] of toWrite.entries()) {
    const outcome = outcomes[index] ?? UNANSWERED;
    if (outcome.status === 'too-large') settle(round, ...(await storeWithoutTimes(folded, store)));
    else settle(round, folded, outcome);
  }
  return round;
}

type Readable = Exclude<ReadOutcome, StoreFailure>;

const UNANSWERED: StoreFailure = { status: 'unavailable', detail: 'the store left a document unanswered' };

function isFailure(read: ReadOutcome): read is StoreFailure {
  return read.status === 'throttled' || read.status === 'unavailable';
}

/** What a work makes of a stock, with the times of its events noted there. */
function foldWork(work: DocumentWork, read: Readable, { now }: Pick<Runtime, 'now'>): Folded {
  const held = read.status === 'found' ? read.stock : undefined;
  const fold = foldStock(held, work.key, work.updates);
  const folded = { work, etag: read.status === 'found' ? read.etag : null, before: held };
  const refused = new Set(fold.refused.map(({ index }) => work.updates[index]?.eventId));
  const taken = (fold.changed ? work.events : secondHalves(work))
    .map(({ eventId }) => eventId)
    .filter((eventId) => !refused.has(eventId));
  if (!fold.changed) return { ...folded, fold, handedOn: taken.map((eventId) => [eventId, now()]) };
  const { stock, handedOn } = noteProjected(fold.stock, taken, now());
  return { ...folded, fold: { ...fold, stock }, handedOn };
}

/** Transfers among events that changed nothing: whichever of a transfer's two events came first brought both positions. */
function secondHalves({ updates, messages }: DocumentWork): PositionUpdate[] {
  return updates.filter((_update, index) => index > 0 && messages[index] === messages[index - 1]);
}

/** Open findings are the positions with a gap and the findings. */
function gapsIn({ openFindings, findings }: Stock): number {
  return openFindings - findings.length;
}

function toStockWrite({ fold, etag }: Folded): StockWrite {
  return { stock: fold.stock, etag };
}

function settle(round: Round, { work, etag, before, fold, handedOn }: Folded, outcome: WriteOutcome): void {
  switch (outcome.status) {
    case 'stored': {
      const parked = refusedMessages(work, fold.refused);
      round.stored.push({
        work: withoutParked(work, parked),
        // What was stored without an answer is found as known by its next try.
        isNews: fold.changed || isRetried(work),
        watched: fold.stock.watched ?? false,
        created: etag === null || !fold.changed || isRetried(work),
        gaps: Math.max(0, gapsIn(fold.stock) - (before ? gapsIn(before) : 0)),
      });
      round.parked.push(...parked);
      round.findings.push(...fold.newFindings.map((finding) => ({ ...finding, ...work.key })));
      if (handedOn.length > 0) round.times.push({ ...work.key, times: handedOn });
      return;
    }
    case 'conflict':
      round.conflicted.push(work);
      return;
    case 'too-large':
      round.oversized.push(work);
      return;
    case 'throttled':
    case 'unavailable':
      round.failed.push({ work, failure: outcome });
  }
}

function isRetried({ messages }: DocumentWork): boolean {
  return messages.some(({ attempt }) => attempt > 0);
}

/** An unknown position may rest in the overflow document: it must be met with the version it had. */
function touchesOverflow(work: DocumentWork, read: Readable): boolean {
  return (
    read.status === 'found' &&
    (read.stock.overflowed ?? 0) > 0 &&
    unknownPositions(read.stock, work.updates).length > 0
  );
}

async function projectWithOverflow(
  work: DocumentWork,
  read: Readable,
  store: StockStore,
  runtime: Runtime,
): Promise<[Folded, WriteOutcome]> {
  const plain = foldWork(work, read, runtime);
  if (read.status !== 'found') return [plain, UNANSWERED];
  try {
    const resting = await store.readOverflow(work.key);
    const back = moveBackIn(read.stock, resting.overflow, unknownPositions(read.stock, work.updates));
    const folded = foldWork(work, { ...read, stock: back.stock }, runtime);
    if (!folded.fold.changed) return [folded, { status: 'stored' }];
    return [
      folded,
      await storeBoth(
        folded,
        { overflow: back.overflow, etag: resting.etag },
        resting.overflow,
        store,
        runtime,
      ),
    ];
  } catch (error) {
    return [plain, unavailable(error)];
  }
}

async function storeMovingOut(
  folded: Folded,
  store: StockStore,
  runtime: Runtime,
): Promise<[Folded, WriteOutcome]> {
  try {
    const resting = await store.readOverflow(folded.work.key);
    return [folded, await storeBoth(folded, resting, resting.overflow, store, runtime)];
  } catch (error) {
    return [folded, unavailable(error)];
  }
}

/**
 * Stores the fold and what rests beside it. Where the overflow document is full, what would come to rest stays in the
 * stock document: no event is refused for the sake of tidiness.
 */
async function storeBoth(
  { fold, etag }: Folded,
  resting: OverflowWrite,
  read: Overflow,
  store: StockStore,
  runtime: Runtime,
): Promise<WriteOutcome> {
  const moved = moveIdleOut(fold.stock, resting.overflow, runtime.now());
  const outcome = await store.writeWithOverflow(
    { stock: moved.stock, etag },
    { overflow: moved.overflow, etag: resting.etag },
  );
  if (outcome.status !== 'too-large' || moved.overflow === read) return outcome;
  const write = { stock: fold.stock, etag };
  if (resting.overflow !== read) return store.writeWithOverflow(write, resting);
  const [alone] = await store.write([write]);
  return alone ?? UNANSWERED;
}

/** Times must not make a document too large that would fit without them: it holds none then. */
async function storeWithoutTimes(folded: Folded, store: StockStore): Promise<[Folded, WriteOutcome]> {
  const { projectedTimes = [], ...stock } = folded.fold.stock;
  const handedOn = [...folded.handedOn, ...projectedTimes];
  const [outcome] = await store.write([{ stock, etag: folded.etag }]);
  return [{ ...folded, fold: { ...folded.fold, stock }, handedOn }, outcome ?? UNANSWERED];
}

function unavailable(error: unknown): StoreFailure {
  if (!(error instanceof StoreUnavailable)) throw error;
  const failure: StoreFailure = { status: 'unavailable', detail: error.message };
  return error.retryAfterMs === undefined ? failure : { ...failure, retryAfterMs: error.retryAfterMs };
}
