import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Container, type ContainerRequest, CosmosClient, type Database } from '@azure/cosmos';
import { type CosmosOptions, type CosmosServer, startCosmos } from './server.ts';

/** A server on a free port and a temporary folder, with the official SDK connected to it, for tests. */
export type TestAccount = {
  server: CosmosServer;
  client: CosmosClient;
  database: Database;
  /** The data folder; still there after `restart`, gone after `stop`. */
  data: string;
  /** Creates a container with partition key `/pk`, or as `definition` says. */
  container(id: string, definition?: Partial<ContainerRequest>): Promise<Container>;
  stop(): Promise<void>;
};

/** Starts a server for a test file. */
export async function startTestAccount(options: Partial<CosmosOptions> = {}): Promise<TestAccount> {
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'cosmos-'));
  const server = await startCosmos({ port: 0, ...options, data });
  const client = new CosmosClient({
    endpoint: server.endpoint,
    key: server.key,
    connectionPolicy: {
      retryOptions: { maxRetryAttemptCount: 0, fixedRetryIntervalInMilliseconds: 0, maxWaitTimeInSeconds: 0 },
    },
  });
  const { database } = await client.databases.createIfNotExists({ id: 'test' });
  return {
    server,
    client,
    database,
    data,
    async container(id, definition = {}) {
      const { container } = await database.containers.createIfNotExists({
        id,
        partitionKey: { paths: ['/pk'] },
        ...definition,
      });
      return container;
    },
    async stop() {
      client.dispose();
      await server.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** Waits for a promise to be refused and gives what it was refused with: the SDK's `ErrorResponse`, or its cause inside of another error. */
export async function refusal(
  promise: Promise<unknown>,
): Promise<{ code: number; message: string; retryAfterInMs?: number }> {
  try {
    await promise;
  } catch (error) {
    const inner = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return inner as { code: number; message: string; retryAfterInMs?: number };
  }
  throw new Error('the request was not refused');
}
