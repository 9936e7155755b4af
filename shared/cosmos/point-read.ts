import type { Container, JSONObject, OperationInput } from '@azure/cosmos';
import { type BulkResponse, bulkOf } from './bulk.ts';
import { failureOfStatus, unavailableBy } from './failure.ts';

/** Where a document lies. */
export type DocumentAddress = { readonly partitionKey: string; readonly id: string };

/** Documents, aligned with what was asked; undefined where there is none. @throws {StoreUnavailable} */
export type ReadDocuments = (addresses: readonly DocumentAddress[]) => Promise<(JSONObject | undefined)[]>;

/** Point reads; those that are asked for at the same time, by whomever, are one request. */
export function documentReader(container: Container): ReadDocuments {
  const runBulk = bulkOf(container);
  return async (addresses) => (await runBulk(addresses.map(readOperation))).map(documentOf);
}

/** The read of one document, for a request that holds others. */
export function readOperation({ partitionKey, id }: DocumentAddress): OperationInput {
  return { operationType: 'Read', partitionKey, id };
}

function documentOf(response: BulkResponse): JSONObject | undefined {
  if ('failure' in response) throw unavailableBy(response.failure);
  const { statusCode, resourceBody } = response;
  if (statusCode === 200 && resourceBody) return resourceBody;
  if (statusCode === 404) return undefined;
  throw unavailableBy(failureOfStatus(statusCode));
}
