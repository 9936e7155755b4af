import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readEnvironment } from './settings.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stockbridge-settings-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(file: string, text: string): Promise<void> {
  await writeFile(join(folder, file), text);
}

test('settings of the environment stand alone when they name a store', async () => {
  await write('local.settings.json', '{"Values": {"StorageConnection": "of the file"}}');
  const environment = { CosmosConnection__accountEndpoint: 'https://example' };
  expect(await readEnvironment(environment, folder)).toEqual({
    settings: environment,
    source: 'environment',
  });
});

test('without them the laptop’s are taken, the developer’s own file before the example, beneath the environment', async () => {
  await write('local.settings.example.json', '{"Values": {"StorageConnection": "example", "A": "1"}}');
  expect(await readEnvironment({ A: '2' }, folder)).toEqual({
    settings: { StorageConnection: 'example', A: '2' },
    source: 'local.settings.example.json',
  });
  await write('local.settings.json', '{"Values": {"StorageConnection": "own"}} // a comment');
  expect((await readEnvironment({}, folder)).settings.StorageConnection).toBe('own');
});

test('they are not taken for a stack on other ports, which a repair would miss', async () => {
  await write('local.settings.json', '{"Values": {"StorageConnection": "of the usual ports"}}');
  const environment = { STOCKBRIDGE_COSMOS_PORT: '18081' };
  await expect(readEnvironment(environment, folder)).rejects.toThrow('STOCKBRIDGE_COSMOS_PORT is set');
  const settings = { ...environment, CosmosConnection: 'AccountEndpoint=http://127.0.0.1:18081/' };
  expect((await readEnvironment(settings, folder)).source).toBe('environment');
});

test.each([
  ['ServiceBusConnection__fullyQualifiedNamespace', 'stockbridge.servicebus.windows.net'],
  ['STOCKBRIDGE_FUNCTIONS_URL', 'https://stockbridge.azurewebsites.net'],
  ['WmsAdapterUrl', 'https://wms.example.com:7080'],
])('they are not taken for another installation, which %s names', async (name, value) => {
  await write('local.settings.json', '{"Values": {"StorageConnection": "of the laptop"}}');
  await expect(readEnvironment({ [name]: value }, folder)).rejects.toThrow(`${name} is set`);
});

test('a part of this machine names no other installation', async () => {
  await write('local.settings.json', '{"Values": {"StorageConnection": "of the laptop"}}');
  const environment = { WmsAdapterUrl: 'https://localhost:7080', STOCKBRIDGE_FUNCTIONS_URL: 'no address' };
  expect((await readEnvironment(environment, folder)).source).toBe('local.settings.json');
});

test('a file of another form is named', async () => {
  await write('local.settings.json', '{"Values": {"StorageConnection": 7}}');
  await expect(readEnvironment({}, folder)).rejects.toThrow('local.settings.json is not in the form');
});
