import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ServiceBusClient, type ServiceBusReceivedMessage } from '@azure/service-bus';

const ROOT = join(import.meta.dirname, '../..');

/** The local Service Bus on one port and folder, to be taken away and brought back. */
export interface ServiceBusProcess {
  readonly connectionString: string;
  start(): Promise<void>;
  /** Ends the process at once, as `kill -9` does. */
  kill(): Promise<void>;
}

/** The topology that is deployed. */
export const TOPOLOGY = join(ROOT, 'infra/service-bus/topology.json');

/** A bus that is not started yet. Its messages are kept in `dataFolder`. */
export async function serviceBusProcess(dataFolder: string, topology = TOPOLOGY): Promise<ServiceBusProcess> {
  const port = await freePort();
  const options = ['--config', topology, '--port', String(port), '--data', dataFolder];
  let child: ChildProcess | undefined;
  return {
    connectionString: `Endpoint=sb://127.0.0.1:${port};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;`,
    async start() {
      const started = spawn(
        process.execPath,
        ['--disable-warning=ExperimentalWarning', 'local/service-bus/main.ts', ...options],
        { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
      );
      child = started;
      await new Promise<void>((resolve, reject) => {
        started.stdout.on('data', (chunk: Buffer) => {
          if (chunk.toString('utf8').includes('ready')) resolve();
        });
        started.once('exit', (code) => reject(new Error(`the local Service Bus ended with ${code}`)));
      });
    },
    async kill() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Receives everything that reaches the journal's subscription, also after the bus was away. */
export function receiveInventoryEvents(connectionString: string): {
  readonly messages: ServiceBusReceivedMessage[];
  close(): Promise<void>;
} {
  const client = new ServiceBusClient(connectionString, {
    retryOptions: { maxRetries: 100, retryDelayInMs: 100, timeoutInMs: 5_000 },
  });
  const messages: ServiceBusReceivedMessage[] = [];
  const receiver = client.createReceiver('inventory-events', 'journal', { receiveMode: 'receiveAndDelete' });
  receiver.subscribe(
    {
      processMessage: async (message) => {
        messages.push(message);
      },
      processError: async () => undefined,
    },
    { maxConcurrentCalls: 200 },
  );
  return { messages, close: () => client.close() };
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = Object(server.address());
      server.close(() => resolve(Number(port)));
    });
  });
}
