import { functionsAppSettings } from '../../shared/settings/functions-app.ts';
import { checkHostJson } from '../../shared/settings/host-json.ts';
import { parseSettings } from '../../shared/settings/setting.ts';
import { tellUnknown } from '../../shared/settings/unknown.ts';
import type { Environment } from '../../shared/settings.ts';

/**
 * Looks at settings and `host.json` before anything is made of them; a setting that does nothing is told.
 *
 * @throws {SettingError} for the first that is wrong
 */
export function checkStart(environment: Environment): void {
  checkHostJson(import.meta.dirname, environment);
  parseSettings(environment, functionsAppSettings);
  for (const line of tellUnknown(environment)) console.warn(line);
}
