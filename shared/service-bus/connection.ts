import { ServiceBusClient, type ServiceBusClientOptions } from '@azure/service-bus';

/** The settings of this process; `process.env` has the shape. */
export type SettingsSource = Readonly<Record<string, string | undefined>>;

/** Thrown when the settings do not say how to reach Service Bus. The message tells what to set. */
export class ServiceBusSettingError extends Error {
  override readonly name = 'ServiceBusSettingError';
}

/**
 * Builds the client of the Service Bus namespace that the settings name, by the convention of Azure Functions:
 * `<name>` holds a connection string, or `<name>__fullyQualifiedNamespace` a host for which the process's own
 * identity (`DefaultAzureCredential`) is used. Nothing is connected before the first send or receive.
 *
 * Mind the SDK's default of 3 retries with a fixed 30 s between them: pass `retryOptions`.
 *
 * @throws ServiceBusSettingError when neither is set or the connection string cannot be read.
 */
export async function openServiceBus(
  settings: SettingsSource,
  options: ServiceBusClientOptions = {},
  name = 'ServiceBusConnection',
): Promise<ServiceBusClient> {
  const connectionString = settings[name]?.trim();
  if (connectionString) {
    return fromConnectionString(connectionString, options, name);
  }
  const namespace = settings[`${name}__fullyQualifiedNamespace`]?.trim();
  if (namespace) {
    // Loaded only where an identity is used: it is a large package, and laptops use a connection string.
    const { DefaultAzureCredential } = await import('@azure/identity');
    return new ServiceBusClient(namespace, new DefaultAzureCredential(), options);
  }
  throw new ServiceBusSettingError(
    `${name} is not set: give it the connection string of the Service Bus namespace, or set ${name}__fullyQualifiedNamespace to use an identity`,
  );
}

function fromConnectionString(
  connectionString: string,
  options: ServiceBusClientOptions,
  name: string,
): ServiceBusClient {
  try {
    return new ServiceBusClient(connectionString, options);
  } catch {
    // The SDK's own message can repeat the string, which holds a key.
    throw new ServiceBusSettingError(
      `${name} is not a Service Bus connection string: it must read Endpoint=sb://…;SharedAccessKeyName=…;SharedAccessKey=…`,
    );
  }
}
