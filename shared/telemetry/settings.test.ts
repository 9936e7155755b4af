import { describe, expect, test } from 'vitest';
import { SettingError } from '../settings.ts';
import { readTelemetrySettings } from './settings.ts';

const KEY =
  'InstrumentationKey=00000000-0000-0000-0000-000000000000;IngestionEndpoint=https://example.invalid/';

describe('telemetry goes', () => {
  test.each([
    [{}],
    [{ STOCKBRIDGE_TELEMETRY_DIR: ' ' }],
    [{ STOCKBRIDGE_TELEMETRY_DIR: '/tmp/some', OTEL_SDK_DISABLED: 'true' }],
  ])('nowhere with %j', (environment) => {
    expect(readTelemetrySettings(environment)).toBeUndefined();
  });

  test('to each destination that is set', () => {
    const environment = {
      APPLICATIONINSIGHTS_CONNECTION_STRING: KEY,
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
      STOCKBRIDGE_TELEMETRY_DIR: '/tmp/some',
      OTEL_METRIC_EXPORT_INTERVAL: '60000',
    };
    expect(readTelemetrySettings(environment)).toEqual({
      applicationInsights: KEY,
      byIdentity: false,
      otlp: 'http://127.0.0.1:4318',
      folder: '/tmp/some',
      metricIntervalMs: 60_000,
    });
  });

  test.each([
    ['Authorization=AAD', true],
    ['ClientId=00000000-0000-0000-0000-000000000000;Authorization=AAD', true],
    ['authorization = aad', true],
    ['', false],
    ['Authorization=other', false],
  ])(
    'to an Application Insights that takes no key, by the identity of the process, with %j: %j',
    (text, expected) => {
      const environment = {
        APPLICATIONINSIGHTS_CONNECTION_STRING: KEY,
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: text,
      };
      expect(readTelemetrySettings(environment)?.byIdentity).toBe(expected);
    },
  );

  test.each(['127.0.0.1:4318', 'localhost:4318', 'grpc://127.0.0.1:4317', 'http://127.0.0.1:99999'])(
    'not to %j, which is no address',
    (address) => {
      expect(() => readTelemetrySettings({ OTEL_EXPORTER_OTLP_ENDPOINT: address })).toThrow(
        new SettingError(
          `OTEL_EXPORTER_OTLP_ENDPOINT is "${address}": set it to an address such as http://127.0.0.1:4318.`,
        ),
      );
    },
  );

  test.each([
    [{ APPLICATIONINSIGHTS_CONNECTION_STRING: 'a-key' }, /APPLICATIONINSIGHTS_CONNECTION_STRING.*must read/],
    [
      { STOCKBRIDGE_TELEMETRY_DIR: '/tmp/some', OTEL_METRIC_EXPORT_INTERVAL: 'often' },
      /OTEL_METRIC_EXPORT_INTERVAL is "often"/,
    ],
  ])('not with %j, which is refused in one line', (environment, message) => {
    expect(() => readTelemetrySettings(environment)).toThrow(SettingError);
    expect(() => readTelemetrySettings(environment)).toThrow(message);
  });
});
