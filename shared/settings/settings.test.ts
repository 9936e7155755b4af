import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SettingError } from '../settings.ts';
import { functionsAppSettings } from './functions-app.ts';
import { checkHostJson } from './host-json.ts';
import { parseSettings } from './setting.ts';
import { tellUnknown } from './unknown.ts';

const FIFTY_ONE_WAREHOUSES = Array.from({ length: 51 }, (_, index) => `W${index}`).join(',');

describe('The settings of the functions app', () => {
  test('may all be left out but the connections, which their readers ask for', () => {
    expect(parseSettings({ PATH: '/bin', STOCKBRIDGE_WAREHOUSES: ' ' }, functionsAppSettings)).toMatchObject({
      STOCKBRIDGE_WAREHOUSES: Array.from({ length: 8 }, (_, index) => `WH-00${index + 1}`),
      STOCKBRIDGE_RECONCILIATION_GRACE_SECONDS: 30,
    });
  });

  test.each([
    [
      'STOCKBRIDGE_WAREHOUSES',
      ',',
      'is ",": set it to warehouse ids separated by commas, such as WH-001,WH-002.',
    ],
    ['STOCKBRIDGE_WAREHOUSES', 'WH-001,|', 'is "WH-001,|": set it to warehouse ids'],
    [
      'STOCKBRIDGE_WAREHOUSES',
      FIFTY_ONE_WAREHOUSES,
      `is "${FIFTY_ONE_WAREHOUSES}": set it to at most 50 warehouse ids, and serve the others by another installation.`,
    ],
    [
      'ServiceBusConnection__fullyQualifiedNamespace',
      'sb://some.servicebus.windows.net/',
      'is "sb://some.servicebus.windows.net/": set it to a host without scheme and path, such as NAME.servicebus.windows.net.',
    ],
    [
      'CosmosConnection__accountEndpoint',
      'some.documents.azure.com:443',
      'is "some.documents.azure.com:443": set it to an address such as https://NAME.documents.azure.com.',
    ],
  ])('%s = %j stops the start with one line that says what to set', (name, value, line) => {
    const read = () => parseSettings({ [name]: value }, functionsAppSettings);
    expect(read).toThrow(SettingError);
    expect(read).toThrow(`${name} ${line}`);
  });
});

test.each(['STOCKBRIDGE_INVESTIGATION_WEBHOOK_SECRET', 'WmsSqlConnection'])(
  'A secret that App Service could not read stops the start: of %s nobody signs, or signs in, by the reference',
  (name) => {
    const reference = '@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/some)';
    const read = () => parseSettings({ [name]: reference }, functionsAppSettings);
    expect(read).toThrow(SettingError);
    expect(read).toThrow(`${name} is a reference to a secret that App Service could not read`);
  },
);

test('A name that looks like a setting and is none is told, with the one it may stand for', () => {
  const environment = {
    STOCKBRIDGE_INVESTIGATON_REMIND_HOURS: '2',
    ServiceBusConnection__fullyqualifiednamespace: 'x',
    STOCKBRIDGE_COLOUR: 'green',
    STOCKBRIDGE_PLAY: '0',
    CosmosConnection: 'known',
    HOME: '/root',
  };
  expect(tellUnknown(environment)).toEqual([
    'There is no setting STOCKBRIDGE_INVESTIGATON_REMIND_HOURS: it does nothing; is STOCKBRIDGE_INVESTIGATION_REMIND_HOURS meant?',
    'There is no setting ServiceBusConnection__fullyqualifiednamespace: it does nothing; is ServiceBusConnection__fullyQualifiedNamespace meant?',
    'There is no setting STOCKBRIDGE_COLOUR: it does nothing',
  ]);
});

describe('host.json', () => {
  const shipped = JSON.parse(readFileSync(join(import.meta.dirname, '../../host.json'), 'utf8'));

  /** An app with this host.json; what is given stands for what ships. */
  function appWith(path: readonly string[], value: unknown): string {
    const folder = mkdtempSync(join(tmpdir(), 'host-json-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const host = structuredClone(shipped);
    const [last = '', ...above] = path.toReversed();
    above.reduceRight((member, name) => member[name], host)[last] = value;
    writeFileSync(join(folder, 'host.json'), JSON.stringify(host));
    mkdirSync(join(folder, 'functions'));
    return join(folder, 'functions');
  }

  test('that ships is found above the file that asks, and taken', () => {
    expect(() => checkHostJson(import.meta.dirname, {})).not.toThrow();
    expect(() => checkHostJson(appWith(['functionTimeout'], '00:10:00'), {})).not.toThrow();
  });

  test.each<[readonly string[], unknown, string]>([
    [['version'], '3.0', 'host.json: version must be "2.0".'],
    [['functionTimeout'], 300, 'host.json: functionTimeout '],
    [['extensions', 'http', 'routePrefix'], '', 'routePrefix must be "api": callers know the addresses.'],
    [
      ['extensions', 'serviceBus', 'autoCompleteMessages'],
      false,
      'autoCompleteMessages must be true: a message is completed when its function has ended well.',
    ],
    [
      ['extensions', 'serviceBus', 'maxMessageBatchsize'],
      10,
      'host.json: extensions.serviceBus has maxMessageBatchsize, which is not known here.',
    ],
    [['extensions', 'durableTask', 'hubName'], undefined, 'hubName must be set'],
    [['extensions', 'durableTask', 'defaultVersion'], undefined, 'defaultVersion must be set'],
    [
      ['extensions', 'durableTask', 'versionFailureStrategy'],
      'Fail',
      'versionFailureStrategy must be "Reject"',
    ],
  ])('with %j as %j stops the start with one line', (path, value, line) => {
    const check = () => checkHostJson(appWith(path, value), {});
    expect(check).toThrow(SettingError);
    expect(check).toThrow(line);
    expect(check).not.toThrow(/\n/);
  });

  const SCHEDULER = 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING';
  const set = { [SCHEDULER]: 'Endpoint=https://some.durabletask.io;TaskHub=stockbridge' };

  test.each<[object | undefined, Record<string, string>, string | undefined]>([
    [undefined, {}, undefined],
    [{ partitionCount: 8 }, { [SCHEDULER]: '' }, undefined],
    [{ type: 'azureManaged' }, set, undefined],
    [{ type: 'azureManaged', connectionStringName: 'Own' }, { Own: 'Endpoint=…' }, undefined],
    [undefined, set, `Setting ${SCHEDULER} is set, and host.json does not name the Durable Task Scheduler`],
    [{ type: 'AzureStorage' }, set, 'package the app with DURABLE_BACKEND=durableTaskScheduler'],
    [
      { type: 'azureManaged' },
      {},
      `Setting ${SCHEDULER} is missing, and host.json names the Durable Task Scheduler`,
    ],
    [
      { type: 'azureManaged' },
      { [SCHEDULER]: '' },
      'deploy the infrastructure with durableBackend=durableTaskScheduler',
    ],
    [{ type: 'azureManaged', connectionStringName: 'Own' }, set, 'Setting Own is missing'],
  ])(
    'that keeps orchestrations by %j is taken where the environment has the same backend: with %j',
    (provider, environment, line) => {
      const check = () =>
        checkHostJson(appWith(['extensions', 'durableTask', 'storageProvider'], provider), environment);
      if (line === undefined) {
        expect(check).not.toThrow();
        return;
      }
      expect(check).toThrow(SettingError);
      expect(check).toThrow(line);
      expect(check).not.toThrow(/\n/);
    },
  );
});
