import { type Environment, SettingError } from '../settings.ts';

/** Where telemetry goes; to each of them that is set. */
export type TelemetrySettings = {
  /** Connection string of Application Insights. */
  readonly applicationInsights: string | undefined;
  /** It takes no key (local authentication is off): the identity of the process signs in there. */
  readonly byIdentity: boolean;
  /** True where an OTLP endpoint is set; the exporters read the standard settings of OpenTelemetry themselves. */
  readonly otlp: boolean;
  /** Folder of files. */
  readonly folder: string | undefined;
  /** How often metrics are exported. Milliseconds. */
  readonly metricIntervalMs: number;
};

/** As the Functions host reads it ("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", app settings reference). */
const BY_IDENTITY = /(^|;)\s*Authorization\s*=\s*AAD\s*(;|$)/i;

/** Milliseconds. */
const METRIC_INTERVAL = '10000';

/**
 * Reads where telemetry goes; undefined where it goes nowhere.
 *
 * @throws {SettingError}
 */
export function readTelemetrySettings(environment: Environment): TelemetrySettings | undefined {
  const set = (name: string) => environment[name]?.trim() || undefined;
  const applicationInsights = set('APPLICATIONINSIGHTS_CONNECTION_STRING');
  const otlp = set('OTEL_EXPORTER_OTLP_ENDPOINT') !== undefined;
  const folder = set('STOCKBRIDGE_TELEMETRY_DIR');
  const isDisabled = set('OTEL_SDK_DISABLED')?.toLowerCase() === 'true';
  if (isDisabled || !(applicationInsights || otlp || folder)) return undefined;
  if (applicationInsights && !/(^|;)\s*InstrumentationKey=[^;]+/i.test(applicationInsights)) {
    throw new SettingError(
      'APPLICATIONINSIGHTS_CONNECTION_STRING is no connection string of Application Insights: it must read InstrumentationKey=…;IngestionEndpoint=https://…',
    );
  }
  const text = set('OTEL_METRIC_EXPORT_INTERVAL') ?? METRIC_INTERVAL;
  const metricIntervalMs = Number(text);
  if (!Number.isInteger(metricIntervalMs) || metricIntervalMs < 100) {
    throw new SettingError(
      `OTEL_METRIC_EXPORT_INTERVAL is "${text}": set it to whole milliseconds, 100 or more.`,
    );
  }
  const byIdentity = BY_IDENTITY.test(set('APPLICATIONINSIGHTS_AUTHENTICATION_STRING') ?? '');
  return { applicationInsights, byIdentity, otlp, folder, metricIntervalMs };
}
