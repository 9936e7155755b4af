import { describe, expect, test } from 'vitest';
import { SettingError } from '../settings.ts';
import { openServiceBus } from './connection.ts';

const connectionString =
  'Endpoint=sb://127.0.0.1:5672;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;';

describe('The Service Bus connection', () => {
  test('is built from a connection string', async () => {
    const client = await openServiceBus({ ServiceBusConnection: connectionString });
    expect(client.fullyQualifiedNamespace).toMatch(/^127\.0\.0\.1/);
    await client.close();
  });

  test('is built from a namespace with an identity', async () => {
    const namespace = 'stockbridge.servicebus.windows.net';
    const client = await openServiceBus({ ServiceBusConnection__fullyQualifiedNamespace: namespace });
    expect(client.fullyQualifiedNamespace).toBe(namespace);
    await client.close();
  });

  test('tells what to set when nothing is', async () => {
    const opening = openServiceBus({ ServiceBusConnection: ' ' });
    await expect(opening).rejects.toThrow(SettingError);
    await expect(opening).rejects.toThrow('set ServiceBusConnection__fullyQualifiedNamespace');
  });

  test('refuses what is no connection string without repeating its key', async () => {
    const opening = openServiceBus({ ServiceBusConnection: 'SharedAccessKey=topsecret' });
    await expect(opening).rejects.toThrow(/ServiceBusConnection is not a Service Bus connection string/);
    await expect(opening).rejects.not.toThrow(/topsecret/);
  });
});
