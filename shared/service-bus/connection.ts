import { ServiceBusClient, type ServiceBusClientOptions } from '@azure/service-bus';
import { processIdentity } from '../identity.ts';
import { type Environment, readConnection, SettingError } from '../settings.ts';
import { orUnavailable } from './failure.ts';

const SETTING = 'ServiceBusConnection';

/**
 * The client of the Service Bus namespace by setting `ServiceBusConnection` or, with an identity,
 * `ServiceBusConnection__fullyQualifiedNamespace`. Nothing is connected before the first send or receive.
 *
 * Mind the SDK's default of 3 retries with a fixed 30 s between them: pass `retryOptions`.
 *
 * @throws {SettingError} when neither is set or the connection string cannot be read
 */
export async function openServiceBus(
  environment: Environment,
  options: ServiceBusClientOptions = {},
): Promise<ServiceBusClient> {
  const connection = readConnection(environment, SETTING, ['fullyQualifiedNamespace']);
  return connection.kind === 'connection-string'
    ? fromConnectionString(connection.connectionString, options)
    : new ServiceBusClient(connection.addresses.fullyQualifiedNamespace, await processIdentity(), options);
}

/**
 * Uses a client of its own. The SDK peeks on from where a client peeked last, whatever the receiver (@azure/service-bus
 * 7.9, `_lastPeekedSequenceNumber` of the management client), so that a second look by the same client would show nothing.
 *
 * @throws {StoreUnavailable} when the bus does not answer
 */
export async function withClient<T>(
  connect: () => Promise<ServiceBusClient>,
  use: (client: ServiceBusClient) => Promise<T>,
): Promise<T> {
  const client = await connect();
  try {
    return await orUnavailable(() => use(client));
  } finally {
    await client.close();
  }
}

function fromConnectionString(connectionString: string, options: ServiceBusClientOptions): ServiceBusClient {
  try {
    return new ServiceBusClient(connectionString, options);
  } catch {
    // The SDK's own message can repeat the string, which holds a key.
    throw new SettingError(
      `${SETTING} is not a Service Bus connection string: it must read Endpoint=sb://…;SharedAccessKeyName=…;SharedAccessKey=…`,
    );
  }
}
