import type { Clock } from '../clock.ts';
import { listen } from './amqp/server.ts';
import { type Broker, openBroker } from './broker.ts';
import type { ServiceBusConfiguration } from './config.ts';

/** A running Service Bus. */
export interface ServiceBus {
  readonly port: number;
  /** For `new ServiceBusClient(…)` of `@azure/service-bus`. */
  readonly connectionString: string;
  /** Entities with messages in the data folder that the configuration does not have: nobody can receive these. */
  readonly leftOut: Broker['leftOut'];
  /** Says good-bye to clients, commits what is open and lets go of the data folder; once is enough. */
  close(): Promise<void>;
}

/** What to serve and where. */
export interface ServiceBusOptions {
  readonly configuration: ServiceBusConfiguration;
  /** Folder of the data; made when missing. */
  readonly dataFolder: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly clock?: Clock;
}

/**
 * Starts a Service Bus in this process, on the loopback interface.
 * @throws StartError when the port is in use or the data folder cannot be used.
 */
export async function startServiceBus(options: ServiceBusOptions): Promise<ServiceBus> {
  const broker = openBroker(options.configuration, options.dataFolder, options.clock);
  try {
    const server = await listen(broker, options.port);
    let closed: Promise<void> | undefined;
    return {
      port: server.port,
      connectionString: connectionString(server.port),
      leftOut: broker.leftOut,
      close() {
        closed ??= server.close().then(() => broker.close());
        return closed;
      },
    };
  } catch (error) {
    broker.close();
    throw error;
  }
}

function connectionString(port: number): string {
  return `Endpoint=sb://127.0.0.1:${port};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;`;
}
