import { ServiceBusClient } from '@azure/service-bus';
import { describeError } from '../log.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import type { ServiceBusOptions } from '../settings/host-json.ts';
import { HostStartError } from '../startup-error.ts';

/** Service Bus clients by connection setting; each is one AMQP connection. */
export interface ServiceBusConnections {
  /**
   * The client that all outputs of one `connection` share.
   * @param usedBy what asks, for messages: `function journal`.
   * @throws HostStartError when the setting is missing or not one this host can use.
   */
  client(connection: string | undefined, usedBy: string): { client: ServiceBusClient; setting: string };
  /** Clients of a listener's own, which it opens and closes as its links come and go. Throws as `client`. */
  own(connection: string | undefined, usedBy: string): { open(): ServiceBusClient; setting: string };
  close(): Promise<void>;
}

const DEFAULT_SETTING = 'AzureWebJobsServiceBus';

/** Clients are made when they are first asked for and connect when they are first used. */
export function serviceBusConnections(
  settings: Pick<AppSettings, 'get'>,
  retry: ServiceBusOptions['clientRetry'],
): ServiceBusConnections {
  const clients = new Map<string, ServiceBusClient>();
  return {
    client(connection, usedBy) {
      const setting = connection ?? DEFAULT_SETTING;
      const text = connectionString(settings, setting, usedBy);
      const client = clients.get(text) ?? createClient(text, setting, retry);
      clients.set(text, client);
      return { client, setting };
    },
    own(connection, usedBy) {
      const setting = connection ?? DEFAULT_SETTING;
      const text = connectionString(settings, setting, usedBy);
      return { open: () => createClient(text, setting, retry), setting };
    },
    async close() {
      await Promise.allSettled([...clients.values()].map((client) => client.close()));
    },
  };
}

function connectionString(settings: Pick<AppSettings, 'get'>, setting: string, usedBy: string): string {
  const text =
    settings.get(setting) ??
    settings.get(`AzureWebJobs${setting}`) ??
    settings.get(`ConnectionStrings:${setting}`);
  if (text) return text;
  if (settings.get(`${setting}__fullyQualifiedNamespace`)) {
    throw new HostStartError(
      `not supported: ${setting}__fullyQualifiedNamespace (identity, ${usedBy}) on a local host. Set "${setting}" to a connection string.`,
    );
  }
  throw new HostStartError(
    `Setting "${setting}" is missing: the connection of ${usedBy}. Add "${setting}" with a Service Bus connection string to Values in local.settings.json or set it in the environment.`,
  );
}

function createClient(
  text: string,
  setting: string,
  retry: ServiceBusOptions['clientRetry'],
): ServiceBusClient {
  try {
    return new ServiceBusClient(text, {
      retryOptions: {
        // The enum of @azure/core-amqp: 0 exponential, 1 fixed.
        mode: retry.mode === 'fixed' ? 1 : 0,
        timeoutInMs: retry.tryTimeout,
        retryDelayInMs: retry.delay,
        maxRetryDelayInMs: retry.maxDelay,
        maxRetries: retry.maxRetries,
      },
    });
  } catch (error) {
    throw new HostStartError(
      `Setting "${setting}" is no Service Bus connection string: ${describeError(error)}`,
    );
  }
}
