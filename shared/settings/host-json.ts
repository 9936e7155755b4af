import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type Environment, SettingError } from '../settings.ts';

const timeSpan = z.string().regex(/^(\d+\.)?\d{1,2}:\d{2}:\d{2}$/, 'must be a time such as 00:05:00');
const count = z.int('must be a whole number').min(0, 'must not be negative');

const durableTask = z.looseObject({
  /** Instances in flight are found by it. */
  hubName: z
    .string('must be set: without it the hub changes its name with the app')
    .regex(/^[A-Za-z][A-Za-z0-9]{2,44}$/, 'must be 3 to 45 letters and digits that begin with a letter'),
  /** New orchestrations are started with it (`functions/orchestrations/versions.ts`). */
  defaultVersion: z.string('must be set: orchestrations in flight are told apart by it').min(1),
  versionMatchStrategy: z.literal('CurrentOrOlder', 'must be "CurrentOrOlder": older ones are in flight'),
  versionFailureStrategy: z.literal(
    'Reject',
    'must be "Reject": a newer one waits for its code, it does not fail',
  ),
  /** Where orchestrations are kept; the storage of the host unless it is said. */
  storageProvider: z
    .looseObject({ type: z.string().optional(), connectionStringName: z.string().optional() })
    .optional(),
});

const serviceBus = z.strictObject({
  autoCompleteMessages: z.literal(
    true,
    'must be true: a message is completed when its function has ended well',
  ),
  prefetchCount: count.optional(),
  maxMessageBatchSize: count.min(1, 'must be 1 or more'),
  minMessageBatchSize: count.min(1, 'must be 1 or more').optional(),
  maxBatchWaitTime: timeSpan.optional(),
  maxAutoLockRenewalDuration: timeSpan.optional(),
  maxConcurrentCalls: count.min(1, 'must be 1 or more').optional(),
  maxConcurrentSessions: count.optional(),
  maxConcurrentCallsPerSession: count.optional(),
  sessionIdleTimeout: timeSpan.optional(),
  enableCrossEntityTransactions: z.boolean().optional(),
  transportType: z.enum(['amqpTcp', 'amqpWebSockets']).optional(),
  webProxy: z.string().optional(),
  clientRetryOptions: z.looseObject({}).optional(),
});

/** `host.json`, as far as the product counts on it. The host passes over in silence what it does not know; here it is told. */
const hostSchema = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal('2.0', 'must be "2.0"'),
  functionTimeout: timeSpan.optional(),
  extensionBundle: z.strictObject({
    id: z.literal('Microsoft.Azure.Functions.ExtensionBundle'),
    version: z.string().regex(/^[[(]\d[\d.*]*, ?\d[\d.]*[\])]$/, 'must be a range such as [4.*, 5.0.0)'),
  }),
  extensions: z.strictObject({
    http: z.looseObject({
      routePrefix: z.literal('api', 'must be "api": callers know the addresses'),
    }),
    serviceBus,
    durableTask,
  }),
  logging: z.looseObject({}).optional(),
  telemetryMode: z.string().optional(),
  aggregator: z.looseObject({}).optional(),
  concurrency: z.looseObject({}).optional(),
  healthMonitor: z.looseObject({}).optional(),
  singleton: z.looseObject({}).optional(),
  watchDirectories: z.array(z.string()).optional(),
  watchFiles: z.array(z.string()).optional(),
});

/**
 * Checks the `host.json` of the app that a file of it belongs to, the nearest above it, and that the environment has the
 * backend of Durable Functions that it names.
 *
 * @param folder of the file
 * @throws {SettingError} naming the member or the setting, and what it must be
 */
export function checkHostJson(folder: string, environment: Environment): void {
  const file = join(folder, 'host.json');
  if (!existsSync(file)) {
    const above = dirname(folder);
    if (above === folder)
      throw new SettingError('There is no host.json in the folder of the app: deploy it.');
    checkHostJson(above, environment);
    return;
  }
  const parsed = hostSchema.safeParse(parsedFile(file));
  if (parsed.success) {
    checkBackend(parsed.data.extensions.durableTask, environment);
    return;
  }
  const [issue] = parsed.error.issues;
  const place = issue?.path.join('.') || 'the document';
  const wrong =
    issue?.code === 'unrecognized_keys'
      ? `has ${issue.keys.join(', ')}, which is not known here`
      : issue?.message;
  throw new SettingError(`host.json: ${place} ${wrong}.`);
}

/** Has the address of the Durable Task Scheduler where `infra/main.bicep` makes one. */
const SCHEDULER = 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING';

/**
 * The package says the backend, by `DURABLE_BACKEND` when it is made, and so does the infrastructure, by `durableBackend`: an
 * app of one on the other would keep orchestrations where nothing looks for them.
 */
function checkBackend({ storageProvider }: z.infer<typeof durableTask>, environment: Environment): void {
  const address = storageProvider?.connectionStringName ?? SCHEDULER;
  const isPackagedForScheduler = storageProvider?.type === 'azureManaged';
  const isThere = Boolean(environment[address]);
  if (isPackagedForScheduler && !isThere)
    throw new SettingError(
      `Setting ${address} is missing, and host.json names the Durable Task Scheduler: deploy the infrastructure with durableBackend=durableTaskScheduler, or package the app with DURABLE_BACKEND=azureStorage.`,
    );
  if (isThere && !isPackagedForScheduler)
    throw new SettingError(
      `Setting ${address} is set, and host.json does not name the Durable Task Scheduler: package the app with DURABLE_BACKEND=durableTaskScheduler, or deploy the infrastructure with durableBackend=azureStorage.`,
    );
}

function parsedFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new SettingError(`host.json is no JSON: ${error instanceof Error ? error.message : error}`);
  }
}
