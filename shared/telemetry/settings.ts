import { parseSettings } from '../settings/setting.ts';
import { telemetrySettings } from '../settings/telemetry.ts';
import type { Environment } from '../settings.ts';

/** Where telemetry goes; to each of them that is set. */
export type TelemetrySettings = {
  /** Connection string of Application Insights. */
  readonly applicationInsights: string | undefined;
  /** It takes no key (local authentication is off): the identity of the process signs in there. */
  readonly byIdentity: boolean;
  /** Address of an OTLP endpoint; the exporters read it, and the other standard settings of OpenTelemetry, themselves. */
  readonly otlp: string | undefined;
  /** Folder of files. */
  readonly folder: string | undefined;
  /** How often metrics are exported. Milliseconds. */
  readonly metricIntervalMs: number;
};

/** As the Functions host reads it ("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", app settings reference). */
const BY_IDENTITY = /(^|;)\s*Authorization\s*=\s*AAD\s*(;|$)/i;

/**
 * Reads where telemetry goes; undefined where it goes nowhere.
 *
 * @throws {SettingError}
 */
export function readTelemetrySettings(environment: Environment): TelemetrySettings | undefined {
  const {
    APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsights,
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: authentication = '',
    OTEL_EXPORTER_OTLP_ENDPOINT: otlp,
    STOCKBRIDGE_TELEMETRY_DIR: folder,
    OTEL_METRIC_EXPORT_INTERVAL: metricIntervalMs,
    OTEL_SDK_DISABLED: disabled,
  } = parseSettings(environment, telemetrySettings);
  if (disabled?.toLowerCase() === 'true' || !(applicationInsights || otlp || folder)) return undefined;
  const byIdentity = BY_IDENTITY.test(authentication);
  return { applicationInsights, byIdentity, otlp, folder, metricIntervalMs };
}
