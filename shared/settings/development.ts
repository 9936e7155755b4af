import { z } from 'zod';
import { settingMeanings, text } from './setting.ts';

/** Settings of the command line, `npx stockbridge`, besides the connections that `rebuild` and `reconcile` need. */
export const commandLineSettings = z.object({
  STOCKBRIDGE_FUNCTIONS_URL: text().register(settingMeanings, {
    meaning: 'where the functions app answers',
    unlessSet: "the laptop's",
    kind: 'plain',
  }),
  STOCKBRIDGE_KEY: text().register(settingMeanings, {
    meaning: 'a function key of the app; `STOCKBRIDGE_FUNCTIONS_KEY` is the same',
    needed: 'with an app in Azure',
    kind: 'secret',
  }),
  STOCKBRIDGE_FUNCTIONS_KEY: text().register(settingMeanings, {
    meaning: 'see `STOCKBRIDGE_KEY`',
    kind: 'secret',
  }),
  WmsAdapterUrl: text().register(settingMeanings, {
    meaning: 'where the WMS adapter answers',
    unlessSet: "the laptop's",
    kind: 'plain',
  }),
  STOCKBRIDGE_ADAPTER_KEY: text().register(settingMeanings, {
    meaning: "the administrator's key of the adapter",
    needed: 'but on a laptop',
    kind: 'secret',
  }),
});

const port = (of: string, unlessSet: number) =>
  text().register(settingMeanings, { meaning: `port of ${of}`, unlessSet: String(unlessSet), kind: 'plain' });

/** Settings of the laptop stack, which `local/stack/settings.ts` reads. */
export const laptopSettings = z.object({
  STOCKBRIDGE_DATA: text().register(settingMeanings, {
    meaning: 'folder that everything lies in',
    unlessSet: '`.stockbridge`',
    kind: 'plain',
  }),
  STOCKBRIDGE_PLAY: text().register(settingMeanings, {
    meaning: '0: the sample day is not played, and no damage is planted',
    unlessSet: '1',
    kind: 'plain',
  }),
  STOCKBRIDGE_PLAY_RATE: text().register(settingMeanings, {
    meaning: 'how fast it is played',
    unit: 'transactions a second',
    unlessSet: '50',
    kind: 'plain',
  }),
  STOCKBRIDGE_SERVICEBUS_PORT: port('Service Bus', 5672),
  STOCKBRIDGE_COSMOS_PORT: port('Cosmos DB', 8081),
  STOCKBRIDGE_BLOB_PORT: port('blobs', 10000),
  STOCKBRIDGE_QUEUE_PORT: port('queues of Storage', 10001),
  STOCKBRIDGE_TABLE_PORT: port('tables', 10002),
  STOCKBRIDGE_FUNCTIONS_PORT: port('the Functions host', 7071),
  STOCKBRIDGE_ADAPTER_PORT: port('the WMS adapter', 7080),
});

/** What the commands of a deployment read, besides what the parameters of an environment ask for (docs/operations/pipelines.md). */
export const deploymentSettings = z.object({
  DURABLE_BACKEND: text().register(settingMeanings, {
    meaning:
      'backend of Durable Functions that `npm run package` packages for: `azureStorage` or `durableTaskScheduler`, as the parameter `durableBackend`',
    unlessSet: '`azureStorage`',
    kind: 'plain',
  }),
  STOCKBRIDGE_OWNER: text().register(settingMeanings, {
    meaning: 'tag `owner` of every resource',
    unlessSet: '`stockbridge`',
    kind: 'plain',
  }),
});

/** Settings of the tests. */
export const testSettings = z.object({
  STOCKBRIDGE_TEST_SQL: text().register(settingMeanings, {
    meaning:
      'connection string of a SQL Server, whose login may create databases: the tests of [SQL Server](../sql-server.md) run',
    kind: 'secret',
  }),
  STOCKBRIDGE_TEST_STACK: text().register(settingMeanings, {
    meaning:
      '1: whole-system tests take a stack that runs already, such as that of [`npm run start:func`](../local-stack.md), by the ports of the laptop stack',
    kind: 'plain',
  }),
  STOCKBRIDGE_TEST_NODE: text().register(settingMeanings, {
    meaning: 'path of the Node that runs the packaged functions app, instead of that of the repository',
    kind: 'plain',
  }),
  STOCKBRIDGE_CHROMIUM: text().register(settingMeanings, {
    meaning: 'path of the browser of the browser tests',
    unlessSet: 'the one that is installed',
    kind: 'plain',
  }),
  STOCKBRIDGE_SHOTS: text().register(settingMeanings, {
    meaning: 'folder that the browser tests put pictures of all screens and pages in, to look at them',
    kind: 'plain',
  }),
  STOCKBRIDGE_PICTURES: text().register(settingMeanings, {
    meaning:
      'folder of the pictures of the docs, `docs/pictures`: the browser tests make those of scanner and console anew',
    kind: 'plain',
  }),
  STOCKBRIDGE_SEED: text().register(settingMeanings, {
    meaning: 'seed of the campaign of orders',
    unlessSet: 'another each time',
    kind: 'plain',
  }),
  STOCKBRIDGE_PROPERTY_RUNS: text().register(settingMeanings, {
    meaning: 'how many times as many runs a property is tried',
    unlessSet: '1',
    kind: 'plain',
  }),
});
