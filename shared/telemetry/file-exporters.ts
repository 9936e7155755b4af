import { mkdirSync } from 'node:fs';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import {
  JsonLogsSerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import type { LogRecordExporter } from '@opentelemetry/sdk-logs';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import { SettingError } from '../settings.ts';
import { type RotatingFile, rotatingFile } from './rotating-file.ts';

/** Of each signal of each service: at most 64 MB. */
const ROTATION = { maxBytes: 16_000_000, keep: 4 };

/**
 * Exporters to files `{service}-{traces|metrics|logs}-….jsonl`: a line is an OTLP export request as JSON
 * (OpenTelemetry Protocol File Exporter, https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/).
 *
 * @throws {SettingError} where the folder cannot be made
 */
export function fileExporters(folder: string, service: string) {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new SettingError(`STOCKBRIDGE_TELEMETRY_DIR is "${folder}", which cannot be made: ${why}`);
  }
  const file = (signal: string) => rotatingFile(folder, `${service}-${signal}`, ROTATION);
  return {
    traces: fileExporter(file('traces'), JsonTraceSerializer) satisfies SpanExporter,
    metrics: fileExporter(file('metrics'), JsonMetricsSerializer) satisfies PushMetricExporter,
    logs: fileExporter(file('logs'), JsonLogsSerializer) satisfies LogRecordExporter,
  };
}

type Serializer<Signal> = { serializeRequest(signal: Signal): Uint8Array | undefined };

function fileExporter<Signal>(file: RotatingFile, { serializeRequest }: Serializer<Signal>) {
  const written: { last: Promise<void> } = { last: Promise.resolve() };
  return {
    export(signal: Signal, done: (result: ExportResult) => void): void {
      const line = serializeRequest(signal);
      written.last = file.append(line ?? '{}').then(
        () => done({ code: ExportResultCode.SUCCESS }),
        (error: Error) => done({ code: ExportResultCode.FAILED, error }),
      );
    },
    forceFlush: () => written.last,
    shutdown: () => written.last,
  };
}
