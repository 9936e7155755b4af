import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'jsonc-parser';
import { z } from 'zod';
import { type Environment, SettingError } from '../../shared/settings.ts';

/** Where the settings of a laptop's function app lie, the developer's own first. */
const LOCAL_FILES = ['local.settings.json', 'local.settings.example.json'];

const localSettingsSchema = z.object({ Values: z.record(z.string(), z.string()) });

/** What moves the stores of a laptop away from where such a file says they are (`docs/local-stack.md`). */
const MOVED = /^STOCKBRIDGE_(SERVICEBUS|COSMOS|BLOB|TABLE)_PORT$/;

/** What names the parts of an installation: one of another machine has stores of its own. */
const PARTS = /^(STOCKBRIDGE_FUNCTIONS_URL|WmsAdapterUrl)$/;

const REPOSITORY = join(import.meta.dirname, '../..');

/**
 * The settings to run with. Where the environment names neither Storage nor Cosmos DB, those of the laptop's function
 * app in `folder` are taken beneath the environment's, and `source` names the file.
 *
 * @throws {SettingError} when such a file is not in the form of `local.settings.json`, or is not of the stack whose ports, or
 *   of the installation whose parts, the environment names
 */
export async function readEnvironment(
  environment: Environment,
  folder = REPOSITORY,
): Promise<{ settings: Environment; source: string }> {
  const names = Object.keys(environment).filter((name) => environment[name]);
  if (names.some((name) => /^(StorageConnection|CosmosConnection)(__|$)/.test(name))) {
    return { settings: environment, source: 'environment' };
  }
  const moved = names.find((name) => MOVED.test(name));
  if (moved)
    throw new SettingError(
      `${moved} is set, and the settings of a laptop are of the usual ports: set StorageConnection, CosmosConnection and ServiceBusConnection to that stack's.`,
    );
  const other = names.find((name) => namesAnotherMachine(name, environment[name] ?? ''));
  if (other)
    throw new SettingError(
      `${other} is set, and the stores of a laptop are not that installation's: set StorageConnection, CosmosConnection and ServiceBusConnection as its functions app has them.`,
    );
  for (const file of LOCAL_FILES) {
    const text = await readFile(join(folder, file), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const parsed = localSettingsSchema.safeParse(parse(text, [], { allowTrailingComma: true }));
    if (!parsed.success) throw new SettingError(`${file} is not in the form {"Values": {"NAME": "text"}}.`);
    return { settings: { ...parsed.data.Values, ...environment }, source: file };
  }
  return { settings: environment, source: 'environment' };
}

function namesAnotherMachine(name: string, value: string): boolean {
  if (name.startsWith('ServiceBusConnection__')) return true;
  if (!PARTS.test(name) || !URL.canParse(value)) return false;
  return !/^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(new URL(value).hostname);
}
