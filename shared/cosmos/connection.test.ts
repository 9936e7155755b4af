import { describe, expect, test } from 'vitest';
import { SettingError } from '../settings.ts';
import { openContainers } from './connection.ts';

describe('CosmosConnection', () => {
  test('opens what a connection string names', async () => {
    const CosmosConnection = 'AccountEndpoint=https://127.0.0.1:8081/;AccountKey=dG9wc2VjcmV0;';
    expect(await openContainers({ CosmosConnection })).toBeDefined();
  });

  test.each(['AccountKey=topsecret', 'AccountEndpoint=here;AccountKey=topsecret', 'topsecret'])(
    'that is %s is refused in one line that names the setting and holds no key',
    async (CosmosConnection) => {
      const opening = openContainers({ CosmosConnection });
      await expect(opening).rejects.toThrow(SettingError);
      await expect(opening).rejects.toThrow(/^CosmosConnection is not [^\n]*$/);
      await expect(opening).rejects.not.toThrow(/topsecret/);
    },
  );

  test('with an address that is none is refused by its name', async () => {
    const opening = openContainers({
      CosmosConnection__accountEndpoint: 'here',
    });
    await expect(opening).rejects.toThrow(SettingError);
    await expect(opening).rejects.toThrow('CosmosConnection__accountEndpoint is "here"');
  });
});
