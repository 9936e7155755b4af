import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadAppSettings } from './functions-host/settings/app-settings.ts';
import { HostStartError } from './functions-host/startup-error.ts';
import { functionAppSettings } from './stack/connections.ts';
import { exitOnError } from './stack/exit-on-error.ts';
import { runPartAlone } from './stack/part-alone.ts';
import { wmsFileUnlessSet } from './stack/parts.ts';
import { readDataFolder, readPorts } from './stack/settings.ts';
import { StackError } from './stack/start-error.ts';

// The Functions host alone, against a stack that runs elsewhere or in part. Settings come from the environment, then
// from the app's local.settings.json, then from the local stack.
await exitOnError(async () => {
  const folder = appFolder();
  const repository = join(import.meta.dirname, '..');
  const ports = readPorts(process.env);
  // An empty variable is one that is not set.
  for (const name of Object.keys(functionAppSettings(ports))) {
    if (process.env[name] === '') delete process.env[name];
  }
  const port = readLocalSettings(folder);
  const wmsFile = wmsFileUnlessSet(readDataFolder(process.env, repository));
  const ofStack = functionAppSettings(ports, wmsFile);
  for (const [name, value] of Object.entries(ofStack)) process.env[name] ??= value;
  if (port !== undefined) process.env.STOCKBRIDGE_FUNCTIONS_PORT ||= String(port);
  await runPartAlone('functions', repository);
});

/** Puts the values of the file into the environment where that has none. Returns its port, if it names one. */
function readLocalSettings(folder: string): number | undefined {
  const file = join(folder, 'local.settings.json');
  const source = existsSync(file) ? `${relative(process.cwd(), file)}, then ` : '';
  console.log(`Settings come from the environment, then ${source}those of the local stack.`);
  try {
    return loadAppSettings(folder).localHttpPort;
  } catch (error) {
    throw error instanceof HostStartError ? new StackError(error.message) : error;
  }
}

/** What the host will take for the app's folder. It says itself what is wrong with the command line. */
function appFolder(): string {
  const { values } = parseArgs({ options: { app: { type: 'string' } }, strict: false });
  return resolve(typeof values.app === 'string' ? values.app : '.');
}
