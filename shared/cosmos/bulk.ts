import type { Container, OperationInput, OperationResponse } from '@azure/cosmos';
import type { StoreFailure } from '../ports/stock-store.ts';
import { failureOf, isTooLarge } from './failure.ts';

export type BulkResponse = OperationResponse | { readonly failure: StoreFailure };

/** A service limit is 100 operations a request; one less leaves room for a record beside them (architecture, rule 3). */
const OPERATIONS_PER_REQUEST = 99;

/** Requests under way at once; what is asked meanwhile goes together in the next ones. */
const PARALLEL_REQUESTS = 4;

/** Runs independent operations; answers are aligned with them, and none of them decides for another. */
export type RunBulk = (operations: readonly OperationInput[]) => Promise<BulkResponse[]>;

/** One for each container, so that all who use it share its requests. */
const runners = new WeakMap<Container, RunBulk>();

/**
 * Runs operations of a container, many to a request, whoever asks for them: under load a point read costs a fraction
 * of a request of its own. A request that fails fails only its own operations.
 *
 * Uses `items.bulk`, deprecated in favour of `executeBulkOperations`: that one pauses a second per call to fill its
 * batches (@azure/cosmos 4.10, bulk/BulkHelper.js), which a scan's way to the cloud has no time for.
 */
export function bulkOf(container: Container): RunBulk {
  const known = runners.get(container);
  if (known) return known;
  const runner = openBulk(container);
  runners.set(container, runner);
  return runner;
}

function openBulk(container: Container): RunBulk {
  type Waiting = { operation: OperationInput; answer: (response: BulkResponse) => void };
  const waiting: Waiting[] = [];
  let underWay = 0;

  const runRequests = async () => {
    underWay += 1;
    while (waiting.length > 0) {
      const group = waiting.splice(0, OPERATIONS_PER_REQUEST);
      const responses = await runRequest(
        container,
        group.map(({ operation }) => operation),
      );
      for (const [index, { answer }] of group.entries()) answer(responses[index] ?? UNANSWERED);
    }
    underWay -= 1;
  };

  return (operations) =>
    Promise.all(
      operations.map(
        (operation) =>
          new Promise<BulkResponse>((answer) => {
            waiting.push({ operation, answer });
            // What is asked in the same turn belongs to the same request.
            if (waiting.length === 1) queueMicrotask(startRequests);
          }),
      ),
    );

  /** Another request beside those under way is worth it only when it is full. */
  function startRequests(): void {
    if (underWay === 0) void runRequests();
    for (let left = waiting.length; left >= OPERATIONS_PER_REQUEST; left -= OPERATIONS_PER_REQUEST) {
      if (underWay < PARALLEL_REQUESTS) void runRequests();
    }
  }
}

/** For an operation that an answer leaves out. */
export const UNANSWERED: BulkResponse = {
  failure: { status: 'unavailable', detail: 'Cosmos DB left an operation unanswered' },
};

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
