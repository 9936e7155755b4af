import { z } from 'zod';
import { utcTimestampSchema } from './identifiers.ts';

/** The query of `GET /api/traces`. */
export const tracesQuerySchema = z.object({
  id: z
    .string()
    .min(1)
    .max(200)
    .describe(
      'Of an event, transaction, order, allocation, message, scanner or run of the reconciliation that a span or a record names; or of the trace itself.',
    ),
});

const attributesSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const spanSchema = z.object({
  spanId: z.string(),
  parentSpanId: z
    .string()
    .optional()
    .describe('The span that caused it; it is not among these where another program keeps it.'),
  name: z.string(),
  service: z.string().describe('Such as `stockbridge-wms-adapter`.'),
  startedAt: utcTimestampSchema,
  durationMs: z.number(),
  failure: z.string().optional().describe('Why it failed, where it did.'),
  attributes: attributesSchema,
});

export type TraceSpan = z.infer<typeof spanSchema>;

const recordSchema = z.object({
  at: utcTimestampSchema,
  severity: z.string(),
  message: z.string(),
  service: z.string(),
  attributes: attributesSchema,
});

export type TraceRecord = z.infer<typeof recordSchema>;

export const traceSchema = z.object({
  traceId: z.string(),
  startedAt: utcTimestampSchema,
  durationMs: z.number().describe('From the beginning of its first span to the end of its last.'),
  spans: z.array(spanSchema).describe('The earliest first; at most 200, those that name the id among them.'),
  records: z.array(recordSchema).describe('The earliest first; at most 200.'),
  more: z.boolean().describe('True when it has spans or records that are left out.'),
});

export type Trace = z.infer<typeof traceSchema>;

/** The answer to `GET /api/traces`. */
export const tracesSchema = z.object({
  recorded: z
    .boolean()
    .describe('False where there are no files of traces to look into: not on a laptop, or telemetry is off.'),
  traces: z.array(traceSchema).describe('The newest first; at most 20.'),
});

export type Traces = z.infer<typeof tracesSchema>;
