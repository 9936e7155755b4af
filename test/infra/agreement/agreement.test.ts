import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { ADAPTER } from '../../../apps/wms-adapter/openapi/bus-document.ts';
import { deployedHostJson } from '../../../local/package/host-json.ts';
import { CLOUD } from '../../../shared/asyncapi/cloud-document.ts';
import { ENTITIES } from '../../../shared/asyncapi/entities.ts';
import { MAX_WAREHOUSES } from '../../../shared/contracts/allocation.ts';
import { functionsAppSettings } from '../../../shared/settings/functions-app.ts';
import { checkHostJson } from '../../../shared/settings/host-json.ts';
import { settingMeanings } from '../../../shared/settings/setting.ts';
import { registeredFunctions } from '../../contracts/registered-functions.ts';
import { type Fields, isFields, isList, isUnknown, propertyAt } from '../bicep/value.ts';
import { namesOf } from '../deployed-resource.ts';
import type { Deployment } from '../deployment.ts';
import { deployments, everything, jsonOf, least, root, textOf, warehouses } from '../real-infra.ts';
import { createdEntities, describedEntities, entitySettings, usedEntities } from './bus.ts';
import { created, differences } from './created.ts';
import { busRoles, grantedRoles } from './roles.ts';
import { namesInCalls, productSource } from './source.ts';

const functions = await registeredFunctions();
const source = productSource(root);

describe.each(Object.entries({ least, everything }))(
  'What code uses and what Bicep makes agree (%s):',
  (name, deployment) => {
    test('topics, queues, subscriptions and their filters', () => {
      expect(differences(usedEntities(ENTITIES, warehouses), createdEntities(deployment))).toEqual([]);
    });

    test('limits of entities and subscriptions, as the one description has them', () => {
      const described = describedEntities(jsonOf('infra/service-bus/topology.json'), warehouses);
      expect(entitySettings(deployment, described)).toEqual(described);
    });

    test('triggers of functions', () => {
      const entities = createdEntities(deployment).map((one) => one.split(' ')[1]);
      expect(triggers.length).toBeGreaterThan(4);
      expect(triggers.filter((place) => !entities.includes(place))).toEqual([]);
    });

    test('database and containers of Cosmos DB, as the tests have them', () => {
      const { database, containers } = containersSchema.parse(jsonOf('infra/cosmos/containers.json'));
      const made = created(deployment, 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers');
      expect(
        made.map((one) => [namesOf(one).slice(1), propertyAt(one.fields, 'properties', 'resource')]),
      ).toEqual(containers.map((one) => [[database, one.id], one]));
      const opened = namesInCalls(source, 'container').map((id) => `container ${id}`);
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
      expect(differences(namesInCalls(source, 'table'), madeBy('tableServices/tables'))).toEqual([]);
      expect(differences(namesInCalls(source, 'blobContainer'), madeBy('blobServices/containers'))).toEqual(
        [],
      );
    });

    test('settings: every name is known, none is missing that is needed in Azure, and none is a secret written out', () => {
      const settings = settingsOf(deployment);
      const strangers = Object.keys(settings).filter(
        (one) => !(one in functionsAppSettings.shape) && !PLATFORM_SETTINGS.includes(one),
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

    test('roles of the functions app, of an adapter, and of operators', () => {
      const granted = grantedRoles(deployment);
      const of = (who: string) => granted.filter((one) => one.startsWith(`${who}: `));
      const app = 'functionsIdentity';
      const tables = created(deployment, 'Microsoft.Storage/storageAccounts/tableServices/tables').map(
        (one) => namesOf(one).at(-1),
      );
      const needed = [
        ...busRoles(app, CLOUD, ENTITIES, { warehouses, triggers }),
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
            ...busRoles(adapter, ADAPTER, ENTITIES, { warehouses, triggers: [] }),
            `${adapter}: Monitoring Metrics Publisher on components`,
          ],
          of(adapter),
        ),
      ).toEqual([]);
      const operators = 'operators';
      expect(differences(name === 'everything' ? rolesOfOperators(operators) : [], of(operators))).toEqual(
        [],
      );
    });
  },
);

test('No more warehouses are deployed than the app starts with', () => {
  const [, most] = /@maxLength\((\d+)\)\nparam warehouses array/.exec(textOf('infra/main.bicep') ?? '') ?? [];
  expect(most).toBe(String(MAX_WAREHOUSES));
});

test('The deployer of the pipelines may give the roles that are given, to whom they are given, and no others', () => {
  const assignments = deployments.flatMap((one) => created(one, 'Microsoft.Authorization/roleAssignments'));
  const conditions = assignments.map(({ fields }) => propertyAt(fields, 'properties', 'condition'));
  const [condition = ''] = conditions.filter((one) => typeof one === 'string');
  const [, roles = ''] =
    /@Request\[[\w./:]+RoleDefinitionId\] ForAnyOfAnyValues:GuidEquals \{([^}]+)\}/.exec(condition) ?? [];
  const [, kinds = ''] =
    /PrincipalType\] ForAnyOfAnyValues:StringEqualsIgnoreCase \{([^}]+)\}/.exec(condition) ?? [];
  const given = assignments.filter(({ file }) => file !== 'infra/pipeline.bicep').map(({ fields }) => fields);
  const givenRoles = given.map(
    (one) =>
      String(propertyAt(one, 'properties', 'roleDefinitionId'))
        .split('/')
        .at(-1) ?? '',
  );
  expect(new Set(roles.split(', '))).toEqual(new Set(givenRoles));
  const givenTo = given.map((one) => `'${propertyAt(one, 'properties', 'principalType')}'`);
  expect(new Set(kinds.split(', '))).toEqual(new Set(givenTo));
});

test('Functions that are always ready are registered', () => {
  const names = deployments.flatMap((deployment) =>
    created(deployment, 'Microsoft.Web/sites').flatMap(({ fields }) => {
      const path = ['properties', 'functionAppConfig', 'scaleAndConcurrency', 'alwaysReady'];
      const groups = propertyAt(fields, ...path);
      return isList(groups) ? groups.map((group) => String(propertyAt(group, 'name'))) : [];
    }),
  );
  const groups = ['http', 'durable', ...functions.map(({ metadata }) => `function:${metadata.name}`)];
  expect(names.length).toBeGreaterThan(2);
  expect(names.filter((name) => !groups.includes(name))).toEqual([]);
});

test('Alerts look at functions that are registered', () => {
  const registered = functions.map(({ metadata }) => metadata.name);
  const lists = [
    ...(textOf('infra/monitoring/alerts.json') ?? '').matchAll(/where Name (?:in \(([^)]*)\)|== ('[^']*'))/g),
  ];
  const asked = lists.flatMap(([, many, one]) =>
    [...(many ?? one ?? '').matchAll(/'([^']+)'/g)].map(([, name = '']) => name),
  );
  expect(asked.filter((name) => !name.startsWith('stockbridge.') && !registered.includes(name))).toEqual([]);
});

test.each([
  { backend: 'azureStorage', own: least, other: everything, says: 'package the app with' },
  { backend: 'durableTaskScheduler', own: everything, other: least, says: 'deploy the infrastructure with' },
] as const)(
  'An app packaged for $backend starts where Bicep made that, and tells what to do where it did not',
  ({ backend, own, other, says }) => {
    const folder = mkdtempSync(join(tmpdir(), 'deployed-host-json-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, 'host.json'), deployedHostJson(textOf('host.json') ?? '', backend));
    expect(() => checkHostJson(folder, environmentOf(own))).not.toThrow();
    expect(() => checkHostJson(folder, environmentOf(other))).toThrow(`: ${says} `);
  },
);

const hostSchema = z.object({
  logging: z.object({
    logLevel: z.record(z.string(), z.string()),
    applicationInsights: z.object({
      samplingSettings: z.object({ isEnabled: z.boolean(), excludedTypes: z.string() }),
    }),
  }),
});

describe('host.json', () => {
  const { logging } = hostSchema.parse(jsonOf('host.json'));

  test('has every record kept that an alert may look for', () => {
    expect(textOf('infra/monitoring/alerts.json')).toContain('AppTraces');
    const { isEnabled, excludedTypes } = logging.applicationInsights.samplingSettings;
    expect(isEnabled).toBe(true);
    expect(excludedTypes.split(';').toSorted()).toEqual(['Exception', 'Request', 'Trace']);
  });

  test('quietens functions one by one, and no record of runs', () => {
    const { logLevel } = logging;
    const quiet = Object.keys(logLevel).flatMap((one) => /^Function\.(.+)$/.exec(one)?.[1] ?? []);
    const names = functions.map(({ metadata }) => metadata.name);
    // A category stands for all that begin with it.
    expect(quiet.flatMap((one) => names.filter((name) => name.startsWith(one)))).toEqual(quiet);
    expect(quiet.length).toBeGreaterThan(0);
    // Runs (AppRequests) and their counts come as Information of Host.Results and Host.Aggregator.
    expect(logLevel.default).toBe('Information');
    expect(
      Object.keys(logLevel).filter((one) => /^(Function|Host(\.(Results|Aggregator))?)$/.test(one)),
    ).toEqual([]);
  });
});

const triggerSchema = z.object({
  connection: z.literal('ServiceBusConnection'),
  queueName: z.string().optional(),
  topicName: z.string().optional(),
  subscriptionName: z.string().optional(),
});

/** Queues and subscriptions that trigger functions. */
const triggers = functions.flatMap(({ metadata }) =>
  Object.values(metadata.bindings).flatMap((binding) => {
    if (binding.type !== 'serviceBusTrigger') return [];
    const { queueName, topicName, subscriptionName } = triggerSchema.parse(binding);
    return [queueName ?? `${topicName}/${subscriptionName}`];
  }),
);

const containersSchema = z.object({
  database: z.string(),
  containers: z.array(z.looseObject({ id: z.string() })),
});

/** What people need whose command line goes to the stores itself, as `rebuild` alone does. */
function rolesOfOperators(who: string): string[] {
  const tables = namesInCalls(productSource(root, 'apps/command-line'), 'table');
  return [
    ...tables.map((table) => `${who}: Storage Table Data Contributor on tables ${table}`),
    `${who}: Cosmos DB Built-in Data Contributor on dbs stockbridge`,
    // EVENTS of shared/service-bus/backlog.ts.
    ...['atp-projection', 'journal'].map(
      (one) => `${who}: Azure Service Bus Data Receiver on subscriptions inventory-events/${one}`,
    ),
    `${who}: Azure Service Bus Data Receiver on queues projection-retry`,
  ];
}

/** What the host, Functions and App Service read, and no code of the product. */
const PLATFORM_SETTINGS = [
  ...['AzureWebJobsStorage__accountName', 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING'],
  ...['OTEL_TRACES_SAMPLER', 'OTEL_TRACES_SAMPLER_ARG'],
  ...['WEBSITE_AUTH_AAD_ALLOWED_TENANTS', 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'],
];

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

/** A secret by its kind that holds none here: an address. */
const WITHOUT_SECRET = ['STOCKBRIDGE_INVESTIGATION_WEBHOOK_URL'];

function settingsOf(deployment: Deployment): Fields {
  const config = created(deployment, 'Microsoft.Web/sites/config').find(
    ({ fields }) => fields.name === 'appsettings',
  );
  const settings = config?.fields.properties;
  return isFields(settings) ? settings : {};
}

/** What the app finds set; of a value that only Azure knows, that there is one. */
function environmentOf(deployment: Deployment): Record<string, string> {
  const values = Object.entries(settingsOf(deployment));
  return Object.fromEntries(values.map(([name, value]) => [name, isUnknown(value) ? 'set' : String(value)]));
}
