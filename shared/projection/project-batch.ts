import { traceparentSchema } from '../contracts/trace-context.ts';
import type { Finding } from '../domain/position.ts';
import type { StockTimes } from '../domain/projected-times.ts';
import { conflictDelay, failureDelay, retryDelay } from '../domain/retry-delay.ts';
import type { StockKey } from '../domain/stock.ts';
import type { FollowStock } from '../ports/follow-stock.ts';
import type { ParkedMessage, QuarantineStore } from '../ports/quarantine-store.ts';
import type { ReceivedMessage } from '../ports/received-message.ts';
import type { RetryQueue } from '../ports/retry-queue.ts';
import type { Runtime } from '../ports/runtime.ts';
import type { Causes } from '../ports/stock-changes.ts';
import { type StockStore, StoreUnavailable } from '../ports/stock-store.ts';
import { type DocumentWork, oversizedMessages, type ProjectedEvent, sortBatch } from './document-work.ts';
import { projectDocuments, type Round, type StoredWork } from './project-documents.ts';

export type ProjectionPorts = {
  readonly stock: StockStore;
  readonly quarantine: QuarantineStore;
  readonly retryQueue: RetryQueue;
  /** Hears what the stored events mean for promises. */
  readonly followStock: FollowStock;
  readonly runtime: Runtime;
};

export type ProjectionOptions = {
  readonly warehouses: ReadonlySet<string>;
  /** How long a batch may wait for a store that does not answer, in milliseconds: well inside the lock's time. */
  readonly patienceMs: number;
};

export type ProjectionReport = {
  readonly received: number;
  readonly documents: number;
  readonly parked: number;
  readonly retried: number;
  /** Why messages were sent for another try, each reason once. */
  readonly failures: readonly string[];
  readonly findings: readonly (Finding & StockKey)[];
  /** Positions that came to have a gap in their versions. */
  readonly gaps: number;
  /** Events of the stocks that changed, and when they were visible. */
  readonly visible: readonly VisibleEvent[];
  /** Times of events that their stocks do not hold themselves: they belong into the journal. */
  readonly times: readonly StockTimes[];
};

/**
 * Folds a batch of messages into the stock documents. When it resolves, every message's effect is stored, or the
 * message is parked with its reason, or it waits in the retry queue; so the batch can be completed whole, and one
 * message never decides for the others (architecture, rule 4).
 *
 * @throws what the retry queue throws: the bus then keeps the batch and delivers it again.
 */
export async function projectBatch(
  messages: readonly ReceivedMessage[],
  ports: ProjectionPorts,
  options: ProjectionOptions,
): Promise<ProjectionReport> {
  const { documents, parked } = sortBatch(messages, options.warehouses);
  const progress = await projectWithPatience(documents, ports, options.patienceMs);
  parked.push(...progress.parked, ...oversizedMessages(progress.oversized));
  const unparked = await parkOrReport(parked, ports.quarantine);
  const unfollowed = await followOrReport(progress.stored, ports.followStock);
  const again = new Set([
    ...[...progress.unfinished, ...unfollowed.works].flatMap((work) => work.messages),
    ...unparked.messages.map(({ message }) => message),
  ]);
  await scheduleAgain([...again], ports);
  return {
    received: messages.length,
    documents: documents.length,
    parked: parked.length - unparked.messages.length,
    retried: again.size,
    failures: [...new Set([...progress.failures, ...unparked.failures, ...unfollowed.failures])],
    findings: progress.findings,
    gaps: progress.stored.reduce((sum, { gaps }) => sum + gaps, 0),
    visible: progress.stored.flatMap(visibleEvents),
    times: progress.times,
  };
}

/** `visibleAt`: milliseconds since 1970 UTC. */
export type VisibleEvent = ProjectedEvent & { readonly visibleAt: number };

function visibleEvents({ work, isNews, visibleAt }: StoredAt): VisibleEvent[] {
  return isNews ? work.events.map((event) => ({ ...event, visibleAt })) : [];
}

type StoredAt = StoredWork & { readonly visibleAt: number };

type Done = Pick<Round, 'parked' | 'oversized' | 'findings' | 'times'> & { readonly stored: StoredAt[] };

type Progress = Done & {
  readonly unfinished: readonly DocumentWork[];
  readonly failures: readonly string[];
};

/** The round goes on unobserved; what it still stores is found as known by the next try. */
const NO_ANSWER = 'the store did not answer in time';

/** Rounds until every document is settled or the patience ends. Progress of any kind is kept. */
async function projectWithPatience(
  documents: readonly DocumentWork[],
  { stock, runtime }: ProjectionPorts,
  patienceMs: number,
): Promise<Progress> {
  const deadline = runtime.now() + patienceMs;
  const done: Done = { stored: [], parked: [], oversized: [], findings: [], times: [] };
  let unfinished = documents;
  for (let tries = 1; unfinished.length > 0; tries += 1) {
    const round = await runtime.within(
      projectDocuments(unfinished, stock, runtime),
      deadline - runtime.now(),
    );
    if (!round) return { ...done, unfinished, failures: [NO_ANSWER] };
    const visibleAt = runtime.now();
    done.stored.push(...round.stored.map((work) => ({ ...work, visibleAt })));
    done.parked.push(...round.parked);
    done.oversized.push(...round.oversized);
    done.findings.push(...round.findings);
    done.times.push(...round.times);
    unfinished = [...round.conflicted, ...round.failed.map(({ work }) => work)];
    const failures = round.failed.map(({ failure }) => failure);
    const delay =
      failures.length > 0 ? failureDelay(failures, tries, runtime) : conflictDelay(tries, runtime);
    if (unfinished.length === 0) break;
    if (runtime.now() + delay > deadline) {
      const reasons = failures.map(({ detail }) => detail);
      return { ...done, unfinished, failures: reasons.length > 0 ? reasons : ['write conflicts'] };
    }
    await runtime.sleep(delay);
  }
  return { ...done, unfinished: [], failures: [] };
}

/** A storage that does not answer must not stop the fold: what could not be parked now is tried again later. */
async function parkOrReport(
  parked: readonly ParkedMessage[],
  quarantine: QuarantineStore,
): Promise<{ messages: readonly ParkedMessage[]; failures: string[] }> {
  const messages = parked.length === 0 ? [] : await quarantine.park(parked);
  return { messages, failures: messages.map(({ failure }) => `parking failed: ${failure}`) };
}

/** The fold is stored; what could not be told on now is told when its messages come again, which fold without effect. */
async function followOrReport(
  stored: readonly StoredWork[],
  followStock: FollowStock,
): Promise<{ works: readonly DocumentWork[]; failures: string[] }> {
  const news = stored.filter(({ work, watched, created }) => watched || created || work.picks.length > 0);
  if (news.length === 0) return { works: [], failures: [] };
  const itemIds = (works: readonly StoredWork[]) => works.map(({ work }) => work.key.itemId);
  const causes = causesOf(news);
  try {
    await followStock({
      picks: news.flatMap(({ work }) => work.picks),
      watched: itemIds(news.filter(({ watched }) => watched)),
      created: itemIds(news.filter(({ created }) => created)),
      ...(causes.size > 0 && { causes }),
    });
    return { works: [], failures: [] };
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    return {
      works: news.map(({ work }) => work),
      failures: [`following the stock failed: ${error.message}`],
    };
  }
}

/** Of an item that several events changed, the last. */
function causesOf(news: readonly StoredWork[]): Causes {
  return new Map(
    news.flatMap(({ work }) => {
      const { traceparent } = work.messages.at(-1)?.applicationProperties ?? {};
      const cause = traceparentSchema.safeParse(traceparent);
      return cause.success ? [[work.key.itemId, cause.data] as const] : [];
    }),
  );
}

async function scheduleAgain(
  messages: readonly ReceivedMessage[],
  { retryQueue, runtime }: ProjectionPorts,
): Promise<void> {
  if (messages.length === 0) return;
  await retryQueue.schedule(
    messages,
    messages.map(({ attempt }) => retryDelay(attempt, runtime)),
  );
}
