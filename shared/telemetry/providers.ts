import { context, metrics, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordExporter } from '@opentelemetry/sdk-logs';
import {
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { processIdentity } from '../identity.ts';
import { withConsumerNames } from './consumer-names.ts';
import { watchExports } from './export-watch.ts';
import { withBuckets } from './histogram-buckets.ts';
import { refusingWarnings } from './sdk-warnings.ts';
import type { TelemetrySettings } from './settings.ts';
import type { Service } from './start.ts';

/** Where the three signals of one destination go. */
type Exporters = {
  /** Names it for people. */
  readonly at: string;
  readonly traces: SpanExporter;
  readonly metrics: PushMetricExporter;
  readonly logs: LogRecordExporter;
};

/** Spans that may wait for an exporter; the projection makes as many as its batches have messages. */
const SPAN_QUEUE = { maxQueueSize: 16_384, maxExportBatchSize: 1_024, scheduledDelayMillis: 2_000 };
const EXPORT_TIMEOUT_MS = 5_000;
/** What has not been exported by then is lost. Milliseconds. */
const STOP_TIMEOUT_MS = 5_000;

/**
 * Registers providers that export to every destination of the settings; answers what ends them.
 *
 * @param tell told when a destination does not take what is exported, and when it does again
 * @throws {SettingError}
 */
export async function registerProviders(
  settings: TelemetrySettings,
  { name }: Service,
  tell: (line: string) => void,
): Promise<() => Promise<void>> {
  const destinations = await exportersOf(settings, name);
  for (const destination of destinations) watchExports(destination, tell);
  const resource = defaultResource().merge(
    resourceFromAttributes({
      'service.name': name,
      'service.namespace': 'stockbridge',
      'service.instance.id': crypto.randomUUID(),
    }),
  );
  const spanProcessors = destinations.map(({ traces }) => new BatchSpanProcessor(traces, SPAN_QUEUE));
  const tracerProvider = refusingWarnings(() => new BasicTracerProvider({ resource, spanProcessors }));
  const meterProvider = new MeterProvider({
    resource,
    readers: destinations.map(
      (to) =>
        new PeriodicExportingMetricReader({
          exporter: to.metrics,
          exportIntervalMillis: settings.metricIntervalMs,
          exportTimeoutMillis: Math.min(EXPORT_TIMEOUT_MS, settings.metricIntervalMs),
        }),
    ),
  });
  const loggerProvider = new LoggerProvider({
    resource,
    processors: destinations.map((to) => new BatchLogRecordProcessor({ exporter: to.logs })),
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(tracerProvider);
  metrics.setGlobalMeterProvider(meterProvider);
  logs.setGlobalLoggerProvider(loggerProvider);
  return async () => {
    const ended = Promise.allSettled(
      [tracerProvider, meterProvider, loggerProvider].map((provider) => provider.shutdown()),
    );
    const timeout = new Promise((resolve) => setTimeout(resolve, STOP_TIMEOUT_MS).unref());
    await Promise.race([ended, timeout]);
    for (const api of [context, trace, metrics, logs]) api.disable();
  };
}

/** Each is loaded only where it is wanted. */
async function exportersOf(
  { folder, otlp, applicationInsights, byIdentity }: TelemetrySettings,
  service: string,
): Promise<Exporters[]> {
  const exporters: Exporters[] = [];
  if (folder) {
    const { fileExporters } = await import('./file-exporters.ts');
    exporters.push({ at: folder, ...fileExporters(folder, service) });
  }
  if (otlp) exporters.push(await otlpExporters(otlp));
  if (applicationInsights) exporters.push(await azureExporters(applicationInsights, byIdentity));
  return exporters;
}

/** To any collector that takes OTLP over HTTP; address, headers and time-outs by OpenTelemetry's own settings. */
async function otlpExporters(endpoint: string): Promise<Exporters> {
  const [{ OTLPTraceExporter }, { OTLPMetricExporter }, { OTLPLogExporter }] = await Promise.all([
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/exporter-metrics-otlp-http'),
    import('@opentelemetry/exporter-logs-otlp-http'),
  ]);
  return refusingWarnings(() => ({
    // An address may have a name and a password in it.
    at: new URL(endpoint).origin,
    ...{ traces: new OTLPTraceExporter(), metrics: new OTLPMetricExporter(), logs: new OTLPLogExporter() },
  }));
}

async function azureExporters(connectionString: string, byIdentity: boolean): Promise<Exporters> {
  const { AzureMonitorTraceExporter, AzureMonitorMetricExporter, AzureMonitorLogExporter } = await import(
    '@azure/monitor-opentelemetry-exporter'
  );
  const options = { connectionString, ...(byIdentity && { credential: await processIdentity() }) };
  return {
    at: 'Application Insights',
    traces: withConsumerNames(new AzureMonitorTraceExporter(options)),
    metrics: withBuckets(new AzureMonitorMetricExporter(options)),
    logs: new AzureMonitorLogExporter(options),
  };
}
