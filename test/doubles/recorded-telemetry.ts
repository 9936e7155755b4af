import { context, metrics, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { switchTelemetry } from '../../shared/telemetry/state.ts';

/** A point of a metric: its attributes, and the sum, last value or (of a histogram) count and sum. */
export type Point = { readonly attributes: Record<string, unknown>; readonly value: unknown };

/** Everything that this process records, until it is stopped. */
export function recordTelemetry() {
  const spans = new InMemorySpanExporter();
  const records = new InMemoryLogRecordExporter();
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const meterProvider = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }),
  );
  metrics.setGlobalMeterProvider(meterProvider);
  logs.setGlobalLoggerProvider(
    new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: records })] }),
  );
  switchTelemetry(true);
  return {
    spans: (name?: string): ReadableSpan[] =>
      spans.getFinishedSpans().filter((span) => name === undefined || span.name === name),
    records: () => records.getFinishedLogRecords(),
    /** Every metric by its name, with its unit. */
    metrics: async (): Promise<Map<string, { unit: string; points: Point[] }>> => {
      exporter.reset();
      await meterProvider.forceFlush();
      const found = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
      return new Map(
        found
          .flatMap((scope) => scope.metrics)
          .map(({ descriptor: { name, unit }, dataPoints }) => [
            name,
            { unit, points: dataPoints.map(({ attributes, value }) => ({ attributes, value })) },
          ]),
      );
    },
    stop: async () => {
      switchTelemetry(false);
      await meterProvider.shutdown();
      for (const api of [context, trace, metrics, logs]) api.disable();
    },
  };
}
