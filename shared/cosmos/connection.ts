import { type ConnectionPolicy, type Container, CosmosClient } from '@azure/cosmos';
import { processIdentity } from '../identity.ts';
import { type Environment, readConnection } from '../settings.ts';

/** Database and containers are created by `infra/cosmos/containers.json`. */
const DATABASE = 'stockbridge';

/** Callers retry with the message lock's time in view, so the SDK gives up early. Milliseconds. */
const CONNECTION_POLICY: ConnectionPolicy = {
  requestTimeout: 5_000,
  retryOptions: { maxRetryAttemptCount: 1, fixedRetryIntervalInMilliseconds: 50, maxWaitTimeInSeconds: 1 },
};

/**
 * The container `stock`, by setting `CosmosConnection` or, with an identity, `CosmosConnection__accountEndpoint`.
 *
 * @throws {SettingError} when neither is set
 */
export async function openStockContainer(environment: Environment): Promise<Container> {
  const connection = readConnection(environment, 'CosmosConnection', ['accountEndpoint']);
  const client =
    connection.kind === 'connection-string'
      ? new CosmosClient({
          connectionString: connection.connectionString,
          connectionPolicy: CONNECTION_POLICY,
        })
      : new CosmosClient({
          endpoint: connection.addresses.accountEndpoint,
          aadCredentials: await processIdentity(),
          connectionPolicy: CONNECTION_POLICY,
        });
  return client.database(DATABASE).container('stock');
}
