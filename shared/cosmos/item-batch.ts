import type { Container, JSONObject, OperationInput } from '@azure/cosmos';
import { failureOf, isTooLarge } from './failure.ts';
import { type DocumentWriteOutcome, outcomeOfStatus } from './write-outcome.ts';

/** Writes documents of one item in a transactional batch: all of them are stored, or none. */
export async function writeTogether(
  container: Container,
  itemId: string,
  operations: OperationInput[],
): Promise<DocumentWriteOutcome> {
  try {
    const { result = [] } = await container.items.batch(operations, itemId, {
      contentResponseOnWriteEnabled: false,
    });
    // The others answer 424: they were not stored for its sake.
    const culprit = result.find(({ statusCode }) => statusCode >= 300 && statusCode !== 424);
    return culprit ? outcomeOfStatus(culprit.statusCode) : { status: 'stored' };
  } catch (error) {
    return isTooLarge(error) ? { status: 'too-large' } : failureOf(error);
  }
}

/** Writes a document of an item over the state that was read, or as a new one (null). */
export function conditionalWrite(document: JSONObject, etag: string | null): OperationInput {
  const partitionKey = String(document.itemId);
  return etag === null
    ? { operationType: 'Create', partitionKey, resourceBody: document }
    : {
        operationType: 'Replace',
        partitionKey,
        id: String(document.id),
        resourceBody: document,
        ifMatch: etag,
      };
}
