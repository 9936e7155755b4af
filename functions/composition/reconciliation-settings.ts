import { functionsAppSettings } from '../../shared/settings/functions-app.ts';
import { parseSettings } from '../../shared/settings/setting.ts';
import type { Environment } from '../../shared/settings.ts';

export type ReconciliationSettings = {
  /** How long an event may take before it counts as lost. Milliseconds. */
  readonly graceMs: number;
};

const settings = functionsAppSettings.pick({ STOCKBRIDGE_RECONCILIATION_GRACE_SECONDS: true });

/**
 * How reconciliation goes about it, but for where the WMS is.
 *
 * @throws {SettingError}
 */
export function readReconciliationSettings(environment: Environment): ReconciliationSettings {
  const { STOCKBRIDGE_RECONCILIATION_GRACE_SECONDS: seconds } = parseSettings(environment, settings);
  return { graceMs: seconds * 1_000 };
}
