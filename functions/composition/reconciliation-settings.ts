import { type Environment, SettingError } from '../../shared/settings.ts';

export type ReconciliationSettings = {
  /** How long an event may take before it counts as lost. Milliseconds. */
  readonly graceMs: number;
};

const GRACE_SETTING = 'STOCKBRIDGE_RECONCILIATION_GRACE_SECONDS';
const MAX_GRACE_SECONDS = 600;

/**
 * How reconciliation goes about it, but for where the WMS is.
 *
 * @throws {SettingError}
 */
export function readReconciliationSettings(environment: Environment): ReconciliationSettings {
  const text = environment[GRACE_SETTING]?.trim() || '30';
  const seconds = Number(text);
  if (!(seconds >= 1 && seconds <= MAX_GRACE_SECONDS))
    throw new SettingError(
      `${GRACE_SETTING} is "${text}": set it to seconds from 1 to ${MAX_GRACE_SECONDS}.`,
    );
  return { graceMs: seconds * 1_000 };
}
