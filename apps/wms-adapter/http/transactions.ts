import {
  MAX_TRANSACTIONS_PER_CALL,
  type TransactionResult,
  transactionSchema,
} from '../../../shared/contracts/transaction.ts';
import { type BookScansParts, bookScans } from '../booking/book-scans.ts';
import { rejectedFields } from '../booking/problems.ts';
import { type Call, traceOfCall, traceOfCaller } from './call.ts';
import { jsonAnswer } from './json-answer.ts';
import { readJson } from './json-body.ts';
import { ProblemException } from './problem.ts';
import { tellScans } from './tell-scans.ts';
import { transactionFaults } from './transaction-faults.ts';

/**
 * `POST /api/v1/transactions`: one transaction or an array of up to 500. A call that can be read is answered with 200
 * and one result a transaction, in their order; one that is wrong is `rejected` and hurts no other. Only a call that
 * cannot be read as a whole is answered with a 4xx. The answer goes out when everything in it is durable.
 */
export function postTransactions(parts: BookScansParts): (context: Call) => Promise<Response> {
  return async (context) => {
    const entries = transactionsOf(await readJson(context)).map(readTransaction);
    const receivedAt = context.get('receivedAt');
    const results = await bookScans(parts, entries, {
      caller: context.get('caller'),
      clock: context.get('clock'),
      receivedAt,
      trace: traceOfCall(context),
    });
    tellScans(entries, results, { receivedAt, caller: traceOfCaller(context) });
    return jsonAnswer(context, { results });
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

/** The transaction, or at once the result of one that is not valid. */
function readTransaction(entry: unknown) {
  const parsed = transactionSchema.safeParse(entry);
  return parsed.success
    ? { transaction: parsed.data }
    : ({
        transactionId: transactionIdOf(entry),
        outcome: 'rejected' as const,
        problem: rejectedFields(transactionFaults(parsed.error, entry)),
      } satisfies TransactionResult);
}

/** What the sender can find its transaction by, if there is anything. */
function transactionIdOf(entry: unknown): string {
  const id =
    typeof entry === 'object' && entry !== null && 'transactionId' in entry ? entry.transactionId : '';
  return typeof id === 'string' ? id.slice(0, 128) : '';
}
