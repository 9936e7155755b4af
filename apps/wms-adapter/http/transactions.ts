import type { Context } from 'hono';
import {
  MAX_TRANSACTIONS_PER_CALL,
  type TransactionResult,
  transactionSchema,
} from '../../../shared/contracts/transaction.ts';
import { fieldErrors } from '../../../shared/http/problem-details.ts';
import type { TraceContext } from '../../../shared/service-bus/trace-context.ts';
import type { ScanRequest } from '../booking/decide.ts';
import { DatabaseUnavailableError, type GroupCommit, OverloadedError } from '../booking/group-commit.ts';
import { rejectedFields } from '../booking/problems.ts';
import { traceOf } from '../trace-context.ts';
import { readJson } from './json-body.ts';
import { ProblemException } from './problem.ts';

/**
 * `POST /api/v1/transactions`: one transaction or an array of up to 500. A call that can be read is answered with 200
 * and one result a transaction, in their order; one that is wrong is `rejected` and hurts no other. Only a call that
 * cannot be read as a whole is answered with a 4xx. The answer goes out when everything in it is durable.
 *
 * The header `X-Device-Time` is accepted and has no effect until the device registry is there; `acknowledgeLock` ends the
 * lock of a location when it comes with its count.
 */
export function postTransactions(groupCommit: GroupCommit): (context: Context) => Promise<Response> {
  return async (context) => {
    const trace = traceOf(context.req.header('traceparent'), context.req.header('tracestate'));
    const intake = transactionsOf(await readJson(context)).map((entry) => takeIn(entry, trace));
    const requests = intake.filter((entry) => 'transaction' in entry);
    const booked = (await book(groupCommit, requests)).values();
    const results = intake.map((entry) => ('transaction' in entry ? booked.next().value : entry));
    return context.json({ results });
  };
}

function transactionsOf(body: unknown): unknown[] {
  if (!Array.isArray(body)) {
    if (typeof body !== 'object' || body === null) {
      throw new ProblemException(400, 'The body is neither a transaction nor an array of them');
    }
    return [body];
  }
  if (body.length > MAX_TRANSACTIONS_PER_CALL) {
    throw new ProblemException(400, 'Too many transactions in one call', {
      detail: `${body.length} were sent, at most ${MAX_TRANSACTIONS_PER_CALL} are taken`,
    });
  }
  return body;
}

/** A request to book, or at once the result of one that is not valid. */
function takeIn(entry: unknown, trace: TraceContext): ScanRequest | TransactionResult {
  const parsed = transactionSchema.safeParse(entry);
  return parsed.success
    ? { transaction: parsed.data, trace }
    : {
        transactionId: transactionIdOf(entry),
        outcome: 'rejected',
        problem: rejectedFields(fieldErrors(parsed.error, entry)),
      };
}

/** What the sender can find its transaction by, if there is anything. */
function transactionIdOf(entry: unknown): string {
  const id =
    typeof entry === 'object' && entry !== null && 'transactionId' in entry ? entry.transactionId : '';
  return typeof id === 'string' ? id.slice(0, 128) : '';
}

async function book(
  groupCommit: GroupCommit,
  requests: readonly ScanRequest[],
): Promise<TransactionResult[]> {
  try {
    return await groupCommit.book(requests);
  } catch (error) {
    if (error instanceof OverloadedError || error instanceof DatabaseUnavailableError) {
      const detail = `${error.message}; nothing of this call was booked, send it again`;
      throw new ProblemException(503, 'Not now', { detail }, { 'retry-after': '1' });
    }
    throw error;
  }
}
