import { z } from 'zod';
import { identitySettings, serviceBusConnection, storeConnections } from './connections.ts';
import { decimal, settingMeanings, text } from './setting.ts';
import { telemetrySettings } from './telemetry.ts';
import { warehouseList } from './warehouses.ts';

const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost'];

function isWebhookAddress(given: string): boolean {
  const url = URL.parse(given);
  const isAllowed =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.includes(url.hostname));
  return url !== null && isAllowed && url.username === '' && url.password === '';
}

const hostStorage = (what: string) =>
  text().register(settingMeanings, {
    meaning: `address of its ${what}`,
    needed: 'unless `AzureWebJobsStorage` is set',
    kind: 'identity',
    readBy: 'Functions host',
  });

/** What the Functions host itself reads. */
const hostSettings = {
  FUNCTIONS_WORKER_RUNTIME: text().register(settingMeanings, {
    meaning: '`node`. On Flex Consumption the plan says it',
    needed: 'but on Flex Consumption',
    kind: 'plain',
    readBy: 'Functions host',
  }),
  AzureWebJobsStorage: text().register(settingMeanings, {
    meaning: "connection string of the host's own storage (timers, keys, Durable Functions), for a laptop",
    needed: 'unless the next three are set',
    kind: 'secret',
    readBy: 'Functions host',
  }),
  AzureWebJobsStorage__blobServiceUri: hostStorage('blobs'),
  AzureWebJobsStorage__queueServiceUri: hostStorage('queues'),
  AzureWebJobsStorage__tableServiceUri: hostStorage('tables'),
  AzureWebJobsStorage__credential: text().register(settingMeanings, {
    meaning: '`managedidentity`',
    needed: 'with a user-assigned identity',
    kind: 'identity',
    readBy: 'Functions host',
  }),
  AzureWebJobsStorage__clientId: text().register(settingMeanings, {
    meaning: 'client id of that identity',
    needed: 'with a user-assigned identity',
    kind: 'identity',
    readBy: 'Functions host',
  }),
  ServiceBusConnection__credential: text().register(settingMeanings, {
    meaning: '`managedidentity`, for the triggers',
    needed: 'with a user-assigned identity',
    kind: 'identity',
    readBy: 'Functions host',
  }),
  ServiceBusConnection__clientId: text().register(settingMeanings, {
    meaning: 'client id of that identity',
    needed: 'with a user-assigned identity',
    kind: 'identity',
    readBy: 'Functions host',
  }),
  DURABLE_TASK_SCHEDULER_CONNECTION_STRING: text().register(settingMeanings, {
    meaning: '`Endpoint=…;TaskHub=…;Authentication=ManagedIdentity;ClientID=…`',
    needed: 'with the Durable Task Scheduler as backend of Durable Functions',
    kind: 'identity',
    readBy: 'Functions host',
  }),
  languageWorkers__node__arguments: text().register(settingMeanings, {
    meaning: 'arguments of Node; see below',
    kind: 'plain',
    readBy: 'Functions host',
  }),
};

/** All settings of the functions app. What goes together, and how values become something to work with, their readers say. */
export const functionsAppSettings = z.object({
  ...serviceBusConnection,
  ...storeConnections,
  WmsSqlConnection: text().register(settingMeanings, {
    meaning:
      "connection string of the WMS's database for the [reconciliation](../reconciliation.md), by [a login that may only read](../sql-server.md). Without it there is no reconciliation, and all else works",
    kind: 'secret',
  }),
  WmsSqlFile: text().register(settingMeanings, {
    meaning: "the adapter's SQLite file instead, on a laptop",
    kind: 'plain',
  }),
  STOCKBRIDGE_WAREHOUSES: warehouseList().register(settingMeanings, {
    meaning:
      'the warehouses of this installation, at most 50, separated by commas. A message of another one is parked; each needs its subscriptions on `allocation-requests` and `investigations`',
    unlessSet: '`WH-001,…,WH-008`',
    kind: 'plain',
  }),
  STOCKBRIDGE_RECONCILIATION_GRACE_SECONDS: decimal({
    meaning: 'how long an event may take before it counts as lost, 1 to 600',
    ...{ unit: 'seconds', least: 1, most: 600, unlessSet: 30 },
  }),
  STOCKBRIDGE_INVESTIGATION_REMIND_HOURS: hours(
    24,
    'after how long an [investigation](../investigations.md) that nobody moves on is reminded of, and again; 0: never',
  ),
  STOCKBRIDGE_INVESTIGATION_ESCALATE_HOURS: hours(72, 'after how long it is escalated, once; 0: never'),
  STOCKBRIDGE_INVESTIGATION_WEBHOOK_URL: z
    .string()
    .refine(isWebhookAddress, {
      error:
        'is no address that is taken: set it to one that begins with https:// (http:// on loopback only), without a user or password in it.',
    })
    .transform((given) => new URL(given))
    .optional()
    .register(settingMeanings, {
      meaning:
        'who is told of every step of an investigation, besides the topic; https, http on loopback only',
      // What the address holds may be secret.
      kind: 'secret',
    }),
  STOCKBRIDGE_INVESTIGATION_WEBHOOK_SECRET: text().register(settingMeanings, {
    meaning: 'signs what is sent there (HMAC-SHA256)',
    kind: 'secret',
  }),
  STOCKBRIDGE_ENV: text().register(settingMeanings, {
    meaning:
      '`development` lets people [say who they are](../access.md#on-a-laptop), on a laptop. An app in Azure does not start with it',
    kind: 'plain',
  }),
  ...telemetrySettings.shape,
  ...hostSettings,
  ...identitySettings,
});

/** At most a year. */
function hours(unlessSet: number, meaning: string) {
  return decimal({ meaning, unit: 'hours', least: 0, zero: 'never', most: 24 * 366, unlessSet });
}
