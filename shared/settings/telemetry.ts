import { z } from 'zod';
import { address } from './connections.ts';
import { settingMeanings, text } from './setting.ts';

/** Where telemetry goes; `shared/telemetry/settings.ts` reads them, and the SDK the rest of the standard's own. */
export const telemetrySettings = z.object({
  APPLICATIONINSIGHTS_CONNECTION_STRING: z
    .string()
    .regex(/(^|;)\s*InstrumentationKey=[^;]+/i, {
      error:
        'is no connection string of Application Insights: it must read InstrumentationKey=…;IngestionEndpoint=https://…',
    })
    .optional()
    .register(settingMeanings, {
      meaning: '[telemetry](../telemetry.md) goes to this Application Insights',
      kind: 'secret',
    }),
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: text().register(settingMeanings, {
    meaning:
      '`Authorization=AAD`: it is sent by the identity that signs in (`AZURE_CLIENT_ID`). The Functions host reads it too, and wants a user-assigned one named: `ClientId=…;Authorization=AAD`',
    needed: 'with an Application Insights that takes no key',
    kind: 'identity',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: address('http://127.0.0.1:4318').register(settingMeanings, {
    meaning: 'it goes to this collector, by OTLP over HTTP',
    kind: 'plain',
  }),
  STOCKBRIDGE_TELEMETRY_DIR: text().register(settingMeanings, {
    meaning: 'it goes to files in this folder',
    kind: 'plain',
  }),
  OTEL_METRIC_EXPORT_INTERVAL: z
    .string()
    .default('10000')
    .refine((given) => /^\d{3,9}$/.test(given) && Number(given) >= 100, {
      error: 'set it to whole milliseconds, 100 or more.',
    })
    .transform(Number)
    .register(settingMeanings, {
      meaning: 'how often metrics are exported, at least 100',
      unit: 'milliseconds',
      unlessSet: '10000',
      kind: 'plain',
    }),
  OTEL_SDK_DISABLED: text().register(settingMeanings, {
    meaning: '`true`: it goes nowhere, whatever else is set',
    unlessSet: '`false`',
    kind: 'plain',
  }),
});
