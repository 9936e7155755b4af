import type { Finding } from '../domain/position.ts';
import { conflictDelay, failureDelay, retryDelay } from '../domain/retry-delay.ts';
import type { StockKey } from '../domain/stock.ts';
import type { ParkedMessage, QuarantineStore } from '../ports/quarantine-store.ts';
import type { ReceivedMessage } from '../ports/received-message.ts';
import type { RetryQueue } from '../ports/retry-queue.ts';
import type { Runtime } from '../ports/runtime.ts';
import type { StockStore } from '../ports/stock-store.ts';
import { type DocumentWork, oversizedMessages, sortBatch } from './document-work.ts';
import { projectDocuments, type Round } from './project-documents.ts';

export type ProjectionPorts = {
  readonly stock: StockStore;
  readonly quarantine: QuarantineStore;
  readonly retryQueue: RetryQueue;
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
  const again = new Set([
    ...progress.unfinished.flatMap((work) => work.messages),
    ...unparked.messages.map(({ message }) => message),
  ]);
  await scheduleAgain([...again], ports);
  return {
    received: messages.length,
    documents: documents.length,
    parked: parked.length - unparked.messages.length,
    retried: again.size,
    failures: [...new Set([...progress.failures, ...unparked.failures])],
    findings: progress.findings,
  };
}

type Progress = Pick<Round, 'parked' | 'oversized' | 'findings'> & {
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
  const parked: ParkedMessage[] = [];
  const oversized: DocumentWork[] = [];
  const findings: Round['findings'] = [];
  let unfinished = documents;
  for (let tries = 1; unfinished.length > 0; tries += 1) {
    const round = await runtime.within(
      projectDocuments(unfinished, stock, runtime),
      deadline - runtime.now(),
    );
    if (!round) return { parked, oversized, findings, unfinished, failures: [NO_ANSWER] };
    parked.push(...round.parked);
    oversized.push(...round.oversized);
    findings.push(...round.findings);
    unfinished = [...round.conflicted, ...round.failed.map(({ work }) => work)];
    const failures = round.failed.map(({ failure }) => failure);
    const delay =
      failures.length > 0 ? failureDelay(failures, tries, runtime) : conflictDelay(tries, runtime);
    if (unfinished.length === 0) break;
    if (runtime.now() + delay > deadline) {
      const reasons = failures.map(({ detail }) => detail);
      return {
        parked,
        oversized,
        findings,
        unfinished,
        failures: reasons.length > 0 ? reasons : ['write conflicts'],
      };
    }
    await runtime.sleep(delay);
  }
  return { parked, oversized, findings, unfinished: [], failures: [] };
}

/** A storage that does not answer must not stop the fold: what could not be parked now is tried again later. */
async function parkOrReport(
  parked: readonly ParkedMessage[],
  quarantine: QuarantineStore,
): Promise<{ messages: readonly ParkedMessage[]; failures: string[] }> {
  const messages = parked.length === 0 ? [] : await quarantine.park(parked);
  return { messages, failures: messages.map(({ failure }) => `parking failed: ${failure}`) };
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
