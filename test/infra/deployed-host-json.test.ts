import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deployedHostJson, readDurableBackend } from '../../local/package/host-json.ts';

const repository = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(repository, file), 'utf8');
const source = read('host.json');

describe('The host.json that is deployed', () => {
  test('is the one of the repository where the storage of the host keeps orchestrations', () => {
    expect(deployedHostJson(source, 'azureStorage')).toBe(source);
  });

  test('names the Durable Task Scheduler that Bicep makes, and nothing else differs', () => {
    const deployed = JSON.parse(deployedHostJson(source, 'durableTaskScheduler'));
    const { hubName, storageProvider } = deployed.extensions.durableTask;
    const bicep = read('infra/main.bicep');
    expect(bicep).toContain(`taskHubName: '${hubName}'`);
    expect(bicep).toContain(`${storageProvider.connectionStringName}: 'Endpoint=`);
    expect(storageProvider.type).toBe('azureManaged');

    const expected = JSON.parse(source);
    Object.assign(expected.extensions.durableTask, { hubName, storageProvider });
    expect(deployed).toEqual(expected);
  });
});

describe('DURABLE_BACKEND', () => {
  test('is the storage of the host where it is not set', () => {
    expect(readDurableBackend({})).toBe('azureStorage');
    expect(readDurableBackend({ DURABLE_BACKEND: 'durableTaskScheduler' })).toBe('durableTaskScheduler');
  });

  test('of another name ends the packaging with one line', () => {
    expect(() => readDurableBackend({ DURABLE_BACKEND: 'netherite' })).toThrow(
      'DURABLE_BACKEND is netherite: it must be azureStorage or durableTaskScheduler.',
    );
  });
});
