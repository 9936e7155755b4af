import { SpanKind } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';

/** What names a request to Application Insights ("ai.operation.name", `ContextTagKeys`). */
const OPERATION_NAME = 'ai.operation.name';

/**
 * The exporter, told the names of spans that handle messages: to Application Insights they are requests, and that of
 * @azure/monitor-opentelemetry-exporter 1.0.0-beta.45 names none but those that answer calls.
 */
export function withConsumerNames<Exporter extends SpanExporter>(exporter: Exporter): Exporter {
  const send = exporter.export.bind(exporter);
  exporter.export = (spans, done) => send(spans.map(named), done);
  return exporter;
}

function named(span: ReadableSpan): ReadableSpan {
  if (span.kind !== SpanKind.CONSUMER) return span;
  const attributes = { ...span.attributes, [OPERATION_NAME]: span.name };
  // Another destination is told the same span.
  return Object.create(span, { attributes: { value: attributes } });
}
