import { Agent, type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { build, type Histogram } from 'hdr-histogram-js';
import { transactionResultsSchema } from '../../shared/contracts/transaction.ts';
import { eventsOfWork, workTransaction } from './warehouse-work.ts';

/** Calls to the adapter, each with `batch` transactions, `atOnce` of them under way all the time. */
export type AcceptLoad = {
  readonly adapter: string;
  readonly shelves: number;
  readonly batch: number;
  readonly atOnce: number;
  /** The number of the first transaction of all. */
  readonly first: number;
  readonly until: { readonly seconds: number } | { readonly transactions: number };
};

/** What happened. `latency` of a call in microseconds, `took` in milliseconds from the first call to the last answer. */
export type AcceptRun = {
  readonly latency: Histogram;
  readonly transactions: number;
  readonly events: number;
  readonly took: number;
};

/**
 * Posts transactions in a closed loop and checks every answer.
 *
 * @throws when one is answered otherwise than `applied`
 */
export async function postWork(load: AcceptLoad): Promise<AcceptRun> {
  const { shelves, batch, atOnce, first, until } = load;
  const latency = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 120_000_000,
    numberOfSignificantValueDigits: 3,
  });
  const agent = new Agent({ keepAlive: true });
  let next = first;
  let events = 0;
  const begun = performance.now();
  const isOver = () =>
    'seconds' in until
      ? performance.now() - begun >= until.seconds * 1_000
      : next - first >= until.transactions;
  const scanner = async () => {
    while (!isOver()) {
      const numbers = Array.from({ length: batch }, (_, index) => next + index);
      next += batch;
      const scannedAt = new Date().toISOString();
      const body = numbers.map((number) => workTransaction(number, shelves, scannedAt));
      const text = JSON.stringify(batch === 1 ? body[0] : body);
      const sent = performance.now();
      const answer = await post(agent, load.adapter, text);
      latency.recordValue(Math.round((performance.now() - sent) * 1_000));
      check(
        answer,
        body.map(({ transactionId }) => transactionId),
      );
      for (const number of numbers) events += eventsOfWork(number, shelves);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, scanner)).finally(() => agent.destroy());
  return { latency, transactions: next - first, events, took: performance.now() - begun };
}

export function transactionsPerSecond({ transactions, took }: AcceptRun): number {
  return (transactions * 1_000) / took;
}

/** Milliseconds. */
export function callLatency({ latency }: AcceptRun, percentile: number): number {
  return latency.getValueAtPercentile(percentile) / 1_000;
}

/** By `node:http`: `fetch` takes more than twice the processor time from those that are measured. */
async function post(agent: Agent, adapter: string, body: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(`${adapter}/api/v1/transactions`, { agent, method: 'POST', headers }, resolve)
      .on('error', reject)
      .end(body);
  });
  const answer: unknown = await json(response);
  if (response.statusCode === 200) return answer;
  throw new Error(`the adapter answered ${response.statusCode} ${JSON.stringify(answer)}`);
}

function check(answer: unknown, transactionIds: readonly string[]): void {
  const { results } = transactionResultsSchema.parse(answer);
  if (results.length !== transactionIds.length) {
    throw new Error(`${transactionIds.length} transactions were answered by ${results.length} results`);
  }
  results.forEach((result, index) => {
    if (result.transactionId !== transactionIds[index] || result.outcome !== 'applied') {
      throw new Error(`${transactionIds[index]} was answered by ${JSON.stringify(result)}`);
    }
  });
}
