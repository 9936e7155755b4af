import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { HostStartError } from '../startup-error.ts';
import { parseJsonFile } from './json-file.ts';

const localSettingsSchema = z.object({
  IsEncrypted: z.boolean().optional(),
  Values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  Host: z.object({ LocalHttpPort: z.int().optional() }).loose().optional(),
});

/** The app's settings: the process environment, then `Values` of `local.settings.json`. */
export interface AppSettings {
  /** Value of a setting, whatever the case of its name; `:` and `__` both separate levels. */
  get(name: string): string | undefined;
  /**
   * Replaces each `%NAME%` by that setting.
   * @param usedBy what asks, for the message: `schedule of function reconcile`.
   * @throws HostStartError when a setting is missing.
   */
  resolve(text: string, usedBy: string): string;
  /** Port from `Host.LocalHttpPort`. */
  localHttpPort: number | undefined;
  /** Members of `Host` this host does not act on, for a warning. */
  ignoredHostOptions: string[];
}

/**
 * Reads `local.settings.json` (optional) and puts its values into `environment` where that has none, as Core Tools does,
 * so that the app finds them in `process.env` too.
 * @throws HostStartError when the file is not what it should be.
 */
export function loadAppSettings(
  appFolder: string,
  environment: NodeJS.ProcessEnv = process.env,
): AppSettings {
  const file = join(appFolder, 'local.settings.json');
  const local = existsSync(file) ? parseJsonFile(file, readFileSync(file, 'utf8'), localSettingsSchema) : {};
  if (local.IsEncrypted) {
    throw new HostStartError(
      `not supported: ${file} is encrypted; run "func settings decrypt" or set "IsEncrypted": false.`,
    );
  }
  for (const [name, value] of Object.entries(local.Values ?? {})) environment[name] ??= String(value);
  const { LocalHttpPort, ...ignored } = local.Host ?? {};
  return {
    ...settingsOf(environment),
    localHttpPort: LocalHttpPort,
    ignoredHostOptions: Object.keys(ignored),
  };
}

/** Look-up and `%NAME%` resolution over a plain set of variables. */
export function settingsOf(environment: NodeJS.ProcessEnv): Pick<AppSettings, 'get' | 'resolve'> {
  const normalise = (name: string) => name.replaceAll(':', '__').toLowerCase();
  const get = (name: string) => {
    if (environment[name] !== undefined) return environment[name];
    const wanted = normalise(name);
    const found = Object.keys(environment).find((key) => normalise(key) === wanted);
    return found === undefined ? undefined : environment[found];
  };
  const resolve = (text: string, usedBy: string) =>
    text.replace(/%([^%]+)%/g, (_, name: string) => {
      const value = get(name);
      if (value === undefined) {
        throw new HostStartError(
          `Setting "${name}" is missing: the ${usedBy} is "${text}". Add "${name}" to Values in local.settings.json or set it in the environment.`,
        );
      }
      return value;
    });
  return { get, resolve };
}

/** True when `AzureWebJobs.NAME.Disabled` is set to true or 1. */
export function isFunctionDisabled(settings: Pick<AppSettings, 'get'>, functionName: string): boolean {
  const value =
    settings.get(`AzureWebJobs.${functionName}.Disabled`) ??
    settings.get(`AzureWebJobs__${functionName}__Disabled`);
  return value === '1' || value?.toLowerCase() === 'true';
}
