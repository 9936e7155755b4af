import { globSync } from 'node:fs';
import { join } from 'node:path';
import { installCoreModule } from '../../local/functions-host/app/core-module.ts';

const root = join(import.meta.dirname, '../..');

/** Settings that let the app start; nothing connects before its first use. */
const SETTINGS = {
  ServiceBusConnection:
    'Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=Root;SharedAccessKey=none;UseDevelopmentEmulator=true;',
  CosmosConnection: 'AccountEndpoint=http://127.0.0.1:1/;AccountKey=bm9uZQ==',
  StorageConnection:
    'DefaultEndpointsProtocol=http;AccountName=none;AccountKey=bm9uZQ==;BlobEndpoint=http://127.0.0.1:1/none;TableEndpoint=http://127.0.0.1:1/none;',
};

/** The functions of the app, loaded as a host loads it, where people sign in as developers do. */
export async function registeredFunctions() {
  Object.assign(process.env, SETTINGS, { STOCKBRIDGE_ENV: 'development' });
  const { functions } = installCoreModule(() => {});
  for (const file of globSync('functions/*.ts', { cwd: root })) {
    if (!file.endsWith('.test.ts')) await import(join(root, file));
  }
  return [...functions.values()];
}
