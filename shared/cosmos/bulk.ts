import type { Container, OperationInput, OperationResponse } from '@azure/cosmos';
import type { StoreFailure } from '../ports/stock-store.ts';
import { failureOf, isTooLarge } from './failure.ts';

export type BulkResponse = OperationResponse | { readonly failure: StoreFailure };

/** A service limit is 100 operations a request; one less leaves room for a record beside them (architecture, rule 3). */
const OPERATIONS_PER_REQUEST = 99;

/** Requests under way at once. */
const PARALLEL_REQUESTS = 4;

/**
 * Runs independent operations, many to a request; answers are aligned with them, and a request that fails fails only
 * its own operations.
 *
 * Uses `items.bulk`, deprecated in favour of `executeBulkOperations`: that one pauses a second per call to fill its
 * batches (@azure/cosmos 4.10, bulk/BulkHelper.js), which a scan's way to the cloud has no time for.
 */
export async function runBulk(
  container: Container,
  operations: readonly OperationInput[],
): Promise<BulkResponse[]> {
  const responses: BulkResponse[] = new Array(operations.length);
  const starts = Array.from(
    { length: Math.ceil(operations.length / OPERATIONS_PER_REQUEST) },
    (_, index) => index * OPERATIONS_PER_REQUEST,
  );
  const runRequests = async () => {
    for (let start = starts.shift(); start !== undefined; start = starts.shift()) {
      const answers = await runRequest(container, operations.slice(start, start + OPERATIONS_PER_REQUEST));
      for (const [index, answer] of answers.entries()) responses[start + index] = answer;
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_REQUESTS }, runRequests));
  return responses;
}

/**
 * A request that is too large as a whole is sent again in halves, down to the document that is the cause. What was
 * stored before the refusal then answers 409 or 412, which a caller folds again as after any lost race.
 */
async function runRequest(container: Container, operations: OperationInput[]): Promise<BulkResponse[]> {
  try {
    return await container.items.bulk(
      operations,
      { continueOnError: true },
      { contentResponseOnWriteEnabled: false },
    );
  } catch (error) {
    if (isTooLarge(error)) return runHalves(container, operations);
    const failure = failureOf(error);
    return operations.map(() => ({ failure }));
  }
}

async function runHalves(container: Container, operations: OperationInput[]): Promise<BulkResponse[]> {
  if (operations.length === 1) return [{ statusCode: 413, requestCharge: 0 }];
  const middle = Math.ceil(operations.length / 2);
  const first = await runRequest(container, operations.slice(0, middle));
  return [...first, ...(await runRequest(container, operations.slice(middle)))];
}
