import { describe, expect, test } from 'vitest';
import { SettingError } from '../settings.ts';
import { openStorage } from './connection.ts';

describe('StorageConnection', () => {
  test('opens what a connection string names', async () => {
    const StorageConnection =
      'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=dG9wc2VjcmV0;EndpointSuffix=core.windows.net';
    expect(await openStorage({ StorageConnection })).toBeDefined();
  });

  test.each(['AccountKey=topsecret', 'AccountName=a;AccountKey=topsecret', 'topsecret'])(
    'that is %s is refused in one line that names the setting and holds no key',
    async (StorageConnection) => {
      const opening = openStorage({ StorageConnection });
      await expect(opening).rejects.toThrow(SettingError);
      await expect(opening).rejects.toThrow(/^StorageConnection is not [^\n]*$/);
      await expect(opening).rejects.not.toThrow(/topsecret/);
    },
  );

  test('with an address that is none is refused by its name', async () => {
    const opening = openStorage({
      StorageConnection__tableServiceUri: 'here',
      StorageConnection__blobServiceUri: 'https://a.blob.core.windows.net',
    });
    await expect(opening).rejects.toThrow(SettingError);
    await expect(opening).rejects.toThrow('StorageConnection__tableServiceUri is "here"');
  });
});
