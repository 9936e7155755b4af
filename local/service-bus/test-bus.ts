import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ProcessErrorArgs, ServiceBusClient, type ServiceBusReceivedMessage } from '@azure/service-bus';
import { onTestFinished } from 'vitest';
import type { Clock } from '../clock.ts';
import { parseConfiguration } from './config.ts';
import { type ServiceBus, startServiceBus } from './start.ts';

/** Properties of an entity as Config.json gives them. */
type Properties = Readonly<Record<string, unknown>>;

/** Entities of a test, in the words of Config.json. */
export interface TestEntities {
  readonly queues?: Readonly<Record<string, Properties>>;
  readonly topics?: Readonly<
    Record<string, { properties?: Properties; subscriptions: Readonly<Record<string, TestSubscription>> }>
  >;
}

interface TestSubscription {
  readonly properties?: Properties;
  readonly rules?: readonly unknown[];
}

/** The text of a Config.json with these entities. */
export function configText({ queues = {}, topics = {} }: TestEntities): string {
  return JSON.stringify({
    UserConfig: {
      Namespaces: [
        {
          Name: 'sbemulatorns',
          Queues: Object.entries(queues).map(([Name, Properties]) => ({ Name, Properties })),
          Topics: Object.entries(topics).map(([Name, topic]) => ({
            Name,
            Properties: topic.properties ?? {},
            Subscriptions: Object.entries(topic.subscriptions).map(([name, { properties, rules }]) => ({
              Name: name,
              Properties: properties ?? {},
              ...(rules && { Rules: rules }),
            })),
          })),
        },
      ],
    },
  });
}

/** A folder of its own for a test, removed afterwards. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'service-bus-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A Service Bus in this process with a connected client; both are closed when the test ends. */
export async function openTestBus(
  entities: TestEntities,
  options: { clock?: Clock; dataFolder?: string; port?: number } = {},
): Promise<{ bus: ServiceBus; client: ServiceBusClient }> {
  const bus = await startServiceBus({
    configuration: parseConfiguration(configText(entities), 'test'),
    dataFolder: options.dataFolder ?? temporaryFolder(),
    port: options.port ?? 0,
    ...(options.clock && { clock: options.clock }),
  });
  const client = openClient(bus.connectionString);
  onTestFinished(() => bus.close());
  return { bus, client };
}

/** A client of the official library that retries soon; closed when the test ends. */
export function openClient(connectionString: string): ServiceBusClient {
  const client = new ServiceBusClient(connectionString, {
    retryOptions: { maxRetries: 3, retryDelayInMs: 50, timeoutInMs: 10_000 },
  });
  onTestFinished(() => closeSoon(client));
  return client;
}

/** A client whose bus was killed waits for answers until its time-out; no test needs to. */
async function closeSoon(client: ServiceBusClient): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, 1000);
  await Promise.race([client.close().catch(() => {}), promise]);
  clearTimeout(timer);
}

/** Receives exactly this many messages, without settling them; the time is for what is wrong, not for what is slow. */
export async function take(
  receiver: { receiveMessages(count: number, options: object): Promise<ServiceBusReceivedMessage[]> },
  count: number,
): Promise<ServiceBusReceivedMessage[]> {
  const taken: ServiceBusReceivedMessage[] = [];
  const giveUpAt = Date.now() + 25_000;
  while (taken.length < count && Date.now() < giveUpAt) {
    taken.push(...(await receiver.receiveMessages(count - taken.length, { maxWaitTimeInMs: 2000 })));
  }
  if (taken.length !== count) throw new Error(`received ${taken.length} messages instead of ${count}`);
  return taken;
}

/** As `take`, for a single message. */
export async function takeOne(receiver: Parameters<typeof take>[0]): Promise<ServiceBusReceivedMessage> {
  const [message] = await take(receiver, 1);
  if (!message) throw new Error('received nothing');
  return message;
}

/** Handlers for `subscribe` that collect messages until there are `count`; errors are collected too. */
export function collect(count: number): {
  readonly bodies: unknown[];
  readonly errors: ProcessErrorArgs[];
  readonly complete: Promise<void>;
  readonly handlers: {
    processMessage(message: ServiceBusReceivedMessage): Promise<void>;
    processError(error: ProcessErrorArgs): Promise<void>;
  };
} {
  const bodies: unknown[] = [];
  const errors: ProcessErrorArgs[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    bodies,
    errors,
    complete: promise,
    handlers: {
      async processMessage(message) {
        bodies.push(message.body);
        if (bodies.length >= count) resolve();
      },
      async processError(error) {
        errors.push(error);
      },
    },
  };
}
