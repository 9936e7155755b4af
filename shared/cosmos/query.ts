import type { Container, SqlQuerySpec } from '@azure/cosmos';
import { unavailable } from './failure.ts';

/**
 * All rows of a query, within a partition or over all of them. Only this folder writes the documents, so the shape of
 * the rows is trusted. @throws {StoreUnavailable}
 */
export async function query<Row>(
  container: Container,
  spec: SqlQuerySpec,
  partitionKey?: string,
): Promise<Row[]> {
  try {
    const options = partitionKey === undefined ? {} : { partitionKey };
    return (await container.items.query<Row>(spec, options).fetchAll()).resources;
  } catch (error) {
    throw unavailable(error);
  }
}
