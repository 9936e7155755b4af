import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ADAPTER } from '../../apps/wms-adapter/openapi/bus-document.ts';
import { CLOUD } from '../../shared/asyncapi/cloud-document.ts';
import { ENTITIES } from '../../shared/asyncapi/entities.ts';
import { functionsAppSettings } from '../../shared/settings/functions-app.ts';
import { settingMeanings } from '../../shared/settings/setting.ts';
import { INSTRUMENTS } from '../../shared/telemetry/metrics.ts';
import { registeredFunctions } from '../contracts/registered-functions.ts';
import { createdEntities, usedEntities } from './agreement/bus.ts';
import { created, differences, namesOf, propertyAt } from './agreement/created.ts';
import { BUILT_IN_ROLES, busRoles, grantedRoles } from './agreement/roles.ts';
import { anchorsOf, runbookProblem } from './agreement/runbooks.ts';
import { namesInCalls, productSource } from './agreement/source.ts';
import { openArmTypes } from './arm/types.ts';
import { openFiles } from './bicep/files.ts';
import type { Fields } from './bicep/value.ts';
import { isFields } from './bicep/value.ts';
import { checkBicep } from './check-bicep.ts';
import { describeFindings } from './finding.ts';
import { azdParameters, bicepParameters } from './parameters.ts';

const root = join(import.meta.dirname, '../..');
const files = openFiles(root);
const types = openArmTypes(join(root, '../shared/data/arm-types'));
const page = (file: string) => files.text(file);
const json = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));

/** Of these no types are published beside the others: their names and properties are not checked. */
const UNTYPED = [
  'Microsoft.Network/privateDnsZones@2024-06-01',
  'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01',
];

/** Everything that can be switched on is. */
const EVERYTHING: Fields = {
  environmentName: 'prod',
  location: 'westeurope',
  zoneRedundant: true,
  alwaysReady: [{ name: 'http', instanceCount: 2 }],
  nodeArguments: '--max-old-space-size=1024',
  allowedCallers: ['203.0.113.0/24'],
  durableBackend: 'durableTaskScheduler',
  durableSkuName: 'Dedicated',
  durableCapacityUnits: 3,
  serviceBusSkuName: 'Premium',
  serviceBusReplicaLocation: 'northeurope',
  serviceBusAllowedAddresses: ['203.0.113.7'],
  cosmosSecondaryLocation: 'northeurope',
  geoRedundantJournal: true,
  subscribers: [{ topic: 'atp-changes', subscription: 'oms', principalId: 'an-oms' }],
  operatorsGroupId: 'operators',
  signInClientId: '00000000-0000-0000-0000-000000000001',
  wmsSqlServer: 'wms.example.test',
  wmsSqlLogin: 'keyVault',
  wmsConnection: 'vpn',
  wmsAddressPrefixes: ['10.1.0.0/24'],
  vpnDeviceAddress: '203.0.113.9',
  vpnSharedKey: 'given when deployed',
  vnetEnabled: true,
  dnsServers: ['10.1.0.4'],
  adapterAddressPrefixes: ['10.2.0.0/24'],
  investigationWebhookUrl: 'https://hooks.example.test',
  investigationWebhookSigned: true,
  alertEmailAddresses: ['ops@example.test'],
  adapterTelemetry: true,
  monthlyBudget: 100,
};

const functions = await registeredFunctions();

const ofFiles = globSync('infra/**/*.bicepparam', { cwd: root }).map((file) => bicepParameters(file, files));
const azd = azdParameters('infra/main.parameters.json', 'infra/main.bicep', files);
const main = Object.fromEntries(
  [...ofFiles, azd]
    .filter(({ of }) => of === 'infra/main.bicep')
    .map(({ given }, index) => [`parameters ${index + 1}`, given]),
);
const { findings, deployments } = checkBicep({
  files,
  types,
  untyped: UNTYPED,
  paths: globSync('infra/**/*.bicep', { cwd: root }),
  deployed: {
    'infra/main.bicep': { least: { environmentName: 'dev' }, everything: EVERYTHING, ...main },
    'infra/pipeline.bicep': { pipeline: { environmentName: 'dev', repository: 'owner/name' } },
  },
});
const { least, everything } = deployments;
if (!least || !everything) throw new Error('infra/main.bicep was not deployed');
const warehouses = Array.from({ length: 8 }, (_unused, index) => `WH-00${index + 1}`);

describe('The Bicep of infra/', () => {
  test('parses, refers to what is there, and keeps to the rules of docs/security', () => {
    expect(
      describeFindings([...findings, ...azd.findings, ...ofFiles.flatMap((one) => one.findings)]),
    ).toEqual([]);
  });

  test.skipIf(!types)(
    'was held against the published types of its resources, but for those that are named',
    () => {
      const all = Object.values(deployments).flatMap(({ resources }) => resources);
      const untyped = new Set(
        all
          .map(({ type, apiVersion }) => `${type}@${apiVersion}`)
          .filter((one) => {
            const [type = '', version = ''] = one.split('@');
            return !types?.find(type, version);
          }),
      );
      expect([...untyped].sort()).toEqual(UNTYPED.toSorted());
    },
  );

  test('deploys every alert, and every resource, when all is switched on', () => {
    const off = everything.resources.filter(
      ({ isDeployed, symbol }) => isDeployed === false && symbol !== 'adapterTrust',
    );
    expect(off.map(({ file, symbol }) => `${file} ${symbol}`)).toEqual([
      'infra/app/wms-path.bicep expressRouteConnection',
    ]);
  });
});

describe.each(Object.entries({ least, everything }))(
  'What code uses and what Bicep makes agree (%s):',
  (name, deployment) => {
    test('topics, queues, subscriptions and their filters', () => {
      expect(differences(usedEntities(ENTITIES, warehouses), createdEntities(deployment))).toEqual([]);
    });

    test('triggers of functions', () => {
      const entities = createdEntities(deployment).map((one) => one.split(' ').slice(0, 2).join(' '));
      const lost = functions.flatMap(({ metadata }) =>
        Object.values(metadata.bindings).flatMap((binding) => {
          if (binding.type !== 'serviceBusTrigger') return [];
          const { queueName, topicName, subscriptionName } = triggerSchema.parse(binding);
          const entity = queueName ? `queue ${queueName}` : `subscription ${topicName}/${subscriptionName}`;
          return entities.includes(entity) ? [] : [`${metadata.name}: ${entity}`];
        }),
      );
      expect(functions.length).toBeGreaterThan(20);
      expect(lost).toEqual([]);
    });

    test('database and containers of Cosmos DB, as the tests have them', () => {
      const { database, containers } = containersSchema.parse(json('infra/cosmos/containers.json'));
      const made = created(deployment, 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers');
      expect(
        made.map((one) => [namesOf(one).slice(1), propertyAt(one.fields, 'properties', 'resource')]),
      ).toEqual(containers.map((one) => [[database, one.id], one]));
      const opened = namesInCalls(productSource(root), 'container').map((id) => `container ${id}`);
      expect(
        differences(
          opened,
          containers.map(({ id }) => `container ${id}`),
        ),
      ).toEqual([]);
    });

    test('tables and blob containers of the product', () => {
      const madeBy = (type: string) =>
        created(deployment, `Microsoft.Storage/storageAccounts/${type}`)
          .filter(({ file }) => file.endsWith('data-storage.bicep'))
          .map((one) => namesOf(one).at(-1) ?? '');
      const source = productSource(root);
      expect(differences(namesInCalls(source, 'table'), madeBy('tableServices/tables'))).toEqual([]);
      expect(differences(namesInCalls(source, 'blobContainer'), madeBy('blobServices/containers'))).toEqual(
        [],
      );
    });

    test('settings: every name is known, none is missing that is needed in Azure, and none is a secret written out', () => {
      const settings = settingsOf(deployment);
      const strangers = Object.keys(settings).filter(
        (one) => !(one in functionsAppSettings.shape) && !PLATFORM_SETTINGS.test(one),
      );
      expect(strangers).toEqual([]);
      const missing = NEEDED_IN_AZURE.filter((one) => !(one in settings));
      expect(missing).toEqual([]);
      const secrets = Object.entries(functionsAppSettings.shape).filter(
        ([, schema]) => settingMeanings.get(schema)?.kind === 'secret',
      );
      const written = secrets.filter(([one]) => {
        const value = settings[one];
        return (
          typeof value === 'string' &&
          !value.startsWith('@Microsoft.KeyVault(') &&
          !WITHOUT_SECRET.includes(one)
        );
      });
      expect(written.map(([one]) => one)).toEqual([]);
    });

    test('roles of the functions app and of an adapter', () => {
      const granted = grantedRoles(deployment);
      const of = (who: string) => granted.filter((one) => one.startsWith(`${who}: `));
      const app = 'functionsIdentity';
      const tables = created(deployment, 'Microsoft.Storage/storageAccounts/tableServices/tables').map(
        (one) => namesOf(one).at(-1),
      );
      const needed = [
        ...busRoles(app, CLOUD, ENTITIES, { warehouses, isTriggered: true }),
        // Dead letters of what it asked (shared/service-bus/dead-letter-queue.ts).
        ...warehouses.map(
          (one) => `${app}: Azure Service Bus Data Receiver on subscriptions allocation-requests/${one}`,
        ),
        ...tables.map((table) => `${app}: Storage Table Data Contributor on tables ${table}`),
        `${app}: Storage Blob Data Contributor on containers parked`,
        // The host: package, keys and timers, task hub.
        ...['Blob Data Owner', 'Queue Data Contributor', 'Table Data Contributor'].map(
          (role) => `${app}: Storage ${role} on storageAccounts`,
        ),
        `${app}: Cosmos DB Built-in Data Contributor on dbs stockbridge`,
        `${app}: Key Vault Secrets User on vaults`,
        `${app}: Monitoring Metrics Publisher on components`,
        ...(name === 'everything' ? [`${app}: Durable Task Data Contributor on taskHubs stockbridge`] : []),
      ];
      expect(differences(needed, of(app))).toEqual([]);
      const adapter = 'adapterIdentities';
      expect(
        differences(
          [
            ...busRoles(adapter, ADAPTER, ENTITIES, { warehouses, isTriggered: false }),
            `${adapter}: Monitoring Metrics Publisher on components`,
          ],
          of(adapter),
        ),
      ).toEqual([]);
    });
  },
);

describe('Roles', () => {
  test('of people and of other systems change nothing on the bus', () => {
    const ofOthers = grantedRoles(everything).filter((one) =>
      /^(operators|an-oms): Azure Service Bus/.test(one),
    );
    expect(ofOthers.filter((one) => !one.includes('Data Receiver'))).toEqual([]);
    expect(ofOthers.filter((one) => one.startsWith('an-oms'))).toEqual([
      'an-oms: Azure Service Bus Data Receiver on subscriptions atp-changes/oms',
    ]);
  });

  test('are those whose ids Azure has', () => {
    const ids = Object.values(z.record(z.string(), z.guid()).parse(json('infra/app/roles.json')));
    expect(ids.filter((id) => !BUILT_IN_ROLES[id])).toEqual([]);
  });
});

describe('Alerts', () => {
  const alerts = [
    ...created(everything, 'Microsoft.Insights/scheduledQueryRules'),
    ...created(everything, 'Microsoft.Insights/metricAlerts'),
  ];
  const runbooks = alerts.map((alert) => {
    const actions = propertyAt(alert.fields, 'properties', 'actions');
    const rule = Array.isArray(actions)
      ? propertyAt(actions[0], 'webHookProperties')
      : propertyAt(actions, 'customProperties');
    return String(propertyAt(rule, 'runbook'));
  });

  test('name a runbook each, which is there', () => {
    expect(runbooks.length).toBeGreaterThan(20);
    expect(runbooks.map((link) => runbookProblem(link, page)).filter(Boolean)).toEqual([]);
  });

  test('have every section of the page of alerts', () => {
    const sections = anchorsOf(page('docs/operations/alerts.md') ?? '').slice(1);
    const used = runbooks.map((link) => link.split('#')[1] ?? '');
    expect(sections.filter((section) => !used.includes(section))).toEqual([]);
  });

  test('and the workbook look at metrics that code reports', () => {
    const reported: readonly string[] = Object.values(INSTRUMENTS).map(({ name }) => name);
    const texts = ['infra/monitoring/alerts.json', 'infra/monitoring/workbook.json'].map(
      (file) => page(file) ?? '',
    );
    const asked = texts.flatMap((text) =>
      [...text.matchAll(/'(stockbridge\.[a-z_.]+)'/g)].map(([, name = '']) => name),
    );
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter((name) => !reported.includes(name))).toEqual([]);
  });

  test('look at functions that are registered', () => {
    const registered = functions.map(({ metadata }) => metadata.name);
    const lists = [
      ...(page('infra/monitoring/alerts.json') ?? '').matchAll(/where Name (?:in \(([^)]*)\)|== ('[^']*'))/g),
    ];
    const asked = lists.flatMap(([, many, one]) =>
      [...(many ?? one ?? '').matchAll(/'([^']+)'/g)].map(([, name = '']) => name),
    );
    expect(asked.filter((name) => !name.startsWith('stockbridge.') && !registered.includes(name))).toEqual(
      [],
    );
  });
});

const triggerSchema = z.object({
  connection: z.literal('ServiceBusConnection'),
  queueName: z.string().optional(),
  topicName: z.string().optional(),
  subscriptionName: z.string().optional(),
});

const containersSchema = z.object({
  database: z.string(),
  containers: z.array(z.looseObject({ id: z.string() })),
});

/** What the host, Functions and App Service read, and no code of the product. */
const PLATFORM_SETTINGS =
  /^(AzureFunctionsJobHost__|OTEL_TRACES_SAMPLER(_ARG)?$|WEBSITE_AUTH_|OVERRIDE_USE_MI_FIC_|DURABLE_TASK_SCHEDULER_CONNECTION_STRING$)/;

/** Addresses of systems, each with the identity that signs in. */
const NEEDED_IN_AZURE = [
  ...Object.keys(functionsAppSettings.shape).filter((name) =>
    /^(AzureWebJobsStorage|ServiceBusConnection|CosmosConnection|StorageConnection)__/.test(name),
  ),
  ...[
    'AZURE_CLIENT_ID',
    'APPLICATIONINSIGHTS_CONNECTION_STRING',
    'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
    'STOCKBRIDGE_WAREHOUSES',
  ],
];

/** Secrets by their kind that hold none here: an address, and a login that is an identity. */
const WITHOUT_SECRET = ['STOCKBRIDGE_INVESTIGATION_WEBHOOK_URL'];

function settingsOf(deployment: Parameters<typeof created>[0]): Fields {
  const config = created(deployment, 'Microsoft.Web/sites/config').find(
    ({ fields }) => fields.name === 'appsettings',
  );
  const settings = config?.fields.properties;
  return isFields(settings) ? settings : {};
}

if (!existsSync(join(root, '../shared/data/arm-types'))) {
  console.log('../shared/data/arm-types is not there: the types of resources are not checked.');
}
