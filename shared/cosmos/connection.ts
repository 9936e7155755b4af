import { type ConnectionPolicy, type Container, CosmosClient, type CosmosClientOptions } from '@azure/cosmos';
import { processIdentity } from '../identity.ts';
import { type Environment, readConnection, SettingError } from '../settings.ts';
import { chargeReading, type OnCharge } from './request-charge.ts';

/** Database and containers are created by `infra/cosmos/containers.json`. */
const DATABASE = 'stockbridge';

/** How long the SDK tries before it gives up. Milliseconds. */
const CONNECTION_POLICIES = {
  /** Callers retry with the message lock's time in view. */
  message: {
    requestTimeout: 5_000,
    retryOptions: { maxRetryAttemptCount: 1, fixedRetryIntervalInMilliseconds: 50, maxWaitTimeInSeconds: 1 },
  },
  /** Nobody waits for a sweep, and it takes what others leave of the throughput: it waits as long as it is asked to. */
  sweep: {
    requestTimeout: 30_000,
    retryOptions: { maxRetryAttemptCount: 1_000, maxWaitTimeInSeconds: 60 },
  },
} as const satisfies Record<string, ConnectionPolicy>;

/**
 * The containers, by setting `CosmosConnection` or, with an identity, `CosmosConnection__accountEndpoint`. Nothing
 * connects before its first use.
 *
 * @param patience `message` where a message lock runs meanwhile, `sweep` for what goes through all of it
 * @param onCharge told what each request cost
 * @throws {SettingError} when neither is set or the one set cannot be read
 */
export async function openContainers(
  environment: Environment,
  patience: keyof typeof CONNECTION_POLICIES = 'message',
  onCharge?: OnCharge,
): Promise<{ stock: Container; orders: Container }> {
  const connection = readConnection(environment, 'CosmosConnection', ['accountEndpoint']);
  const options: Options = {
    connectionPolicy: CONNECTION_POLICIES[patience],
    ...(onCharge && { httpClient: chargeReading(onCharge) }),
  };
  const client =
    connection.kind === 'connection-string'
      ? fromConnectionString(connection.connectionString, options)
      : fromEndpoint(connection.addresses.accountEndpoint, await processIdentity(), options);
  const database = client.database(DATABASE);
  return { stock: database.container('stock'), orders: database.container('orders') };
}

type Options = Pick<CosmosClientOptions, 'connectionPolicy' | 'httpClient'>;

function fromConnectionString(connectionString: string, options: Options): CosmosClient {
  // The SDK takes anything and fails at the first call; its messages can repeat the string, which holds a key.
  const parts = new Map(
    connectionString.split(';').map((part) => {
      const [name = '', ...value] = part.split('=');
      return [name.trim().toLowerCase(), value.join('=').trim()];
    }),
  );
  if (!URL.canParse(parts.get('accountendpoint') ?? '') || !parts.get('accountkey')) {
    throw new SettingError(
      'CosmosConnection is not a Cosmos DB connection string: it must read AccountEndpoint=https://…;AccountKey=…',
    );
  }
  return new CosmosClient({ connectionString, ...options });
}

function fromEndpoint(
  endpoint: string,
  aadCredentials: Awaited<ReturnType<typeof processIdentity>>,
  options: Options,
): CosmosClient {
  if (!URL.canParse(endpoint))
    throw new SettingError(
      `CosmosConnection__accountEndpoint is "${endpoint}", no URL: set it to https://….`,
    );
  return new CosmosClient({ endpoint, aadCredentials, ...options });
}
