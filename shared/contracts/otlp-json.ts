import { z } from 'zod';

/** What is read of export requests of the OpenTelemetry Protocol as JSON, a line each (`shared/telemetry/file-exporters.ts`). */

const valueSchema = z.union([
  z.object({ stringValue: z.string() }).transform(({ stringValue }) => stringValue),
  z.object({ boolValue: z.boolean() }).transform(({ boolValue }) => boolValue),
  z.object({ intValue: z.coerce.number() }).transform(({ intValue }) => intValue),
  z.object({ doubleValue: z.number() }).transform(({ doubleValue }) => doubleValue),
  // Lists and what may come yet.
  z.looseObject({}).transform((other) => JSON.stringify(other)),
]);

const attributesSchema = z
  .array(z.object({ key: z.string(), value: valueSchema }))
  .default([])
  .transform((pairs) => Object.fromEntries(pairs.map(({ key, value }) => [key, value])));

/** Nanoseconds since 1970, as milliseconds with a part. */
const timeSchema = z.coerce.number().transform((nanoseconds) => nanoseconds / 1e6);

const spanSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  startTimeUnixNano: timeSchema,
  endTimeUnixNano: timeSchema,
  status: z.object({ code: z.int().optional(), message: z.string().optional() }).default({}),
  attributes: attributesSchema,
});

const recordSchema = z.object({
  traceId: z.string().default(''),
  timeUnixNano: timeSchema,
  severityText: z.string().default(''),
  body: valueSchema.default(''),
  attributes: attributesSchema,
});

const resourceSchema = z.object({ attributes: attributesSchema });

const tracesSchema = z.object({
  resourceSpans: z.array(
    z.object({ resource: resourceSchema, scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })) }),
  ),
});

const logsSchema = z.object({
  resourceLogs: z.array(
    z.object({
      resource: resourceSchema,
      scopeLogs: z.array(z.object({ logRecords: z.array(recordSchema) })),
    }),
  ),
});

type OfService<Signal> = Signal & { readonly service: string };

export type OtlpSpan = OfService<z.infer<typeof spanSchema>>;
export type OtlpRecord = OfService<z.infer<typeof recordSchema>>;

/** The spans of a line of a file of traces. @throws {z.ZodError} for a line of something else */
export function spansOf(line: string): OtlpSpan[] {
  return tracesSchema
    .parse(JSON.parse(line))
    .resourceSpans.flatMap(({ resource, scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service: serviceOf(resource) }))),
    );
}

/** The records of a line of a file of logs. @throws {z.ZodError} for a line of something else */
export function recordsOf(line: string): OtlpRecord[] {
  return logsSchema
    .parse(JSON.parse(line))
    .resourceLogs.flatMap(({ resource, scopeLogs }) =>
      scopeLogs.flatMap(({ logRecords }) =>
        logRecords.map((record) => ({ ...record, service: serviceOf(resource) })),
      ),
    );
}

function serviceOf({ attributes }: z.infer<typeof resourceSchema>): string {
  return String(attributes['service.name'] ?? 'unknown');
}
