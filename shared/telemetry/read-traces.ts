import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type OtlpRecord, type OtlpSpan, recordsOf, spansOf } from '../contracts/otlp-json.ts';
import type { Trace } from '../contracts/traces.ts';

const MOST_TRACES = 20;
/** Of a trace, and as many records. An upload of 500 scans has a span for each of their events. */
const MOST_SPANS = 200;

/** A trace, as W3C Trace Context writes its id. */
const TRACE_ID = /^[0-9a-f]{32}$/;

/**
 * The newest traces in the files of a folder (`file-exporters.ts`) in which a span or a record names an id as one of its
 * attributes, or the trace of that id. Looks through all files; those of one laptop are at most some hundred MB.
 */
export async function readTraces(folder: string, id: string): Promise<Trace[]> {
  const traceIds = TRACE_ID.test(id) ? [id] : await tracesThatName(folder, id);
  if (traceIds.length === 0) return [];
  const { spans, records } = await readSignals(folder, traceIds);
  return traceIds.flatMap((traceId) => {
    const own = spans.filter((span) => span.traceId === traceId);
    const told = records.filter((record) => record.traceId === traceId);
    return own.length > 0 ? [toTrace(traceId, own, told, id)] : [];
  });
}

/** The newest first. */
async function tracesThatName(folder: string, id: string): Promise<string[]> {
  const { spans, records } = await readSignals(folder, [JSON.stringify(id)]);
  const found = [
    ...spans.map((span) => ({ ...span, at: span.startTimeUnixNano })),
    ...records.map((record) => ({ ...record, at: record.timeUnixNano })),
  ].filter((one) => names(one, id) && TRACE_ID.test(one.traceId));
  const newestFirst = found.sort((a, b) => b.at - a.at).map(({ traceId }) => traceId);
  return [...new Set(newestFirst)].slice(0, MOST_TRACES);
}

function names({ attributes }: Pick<OtlpSpan, 'attributes'>, id: string): boolean {
  return Object.values(attributes).includes(id);
}

/** Of the lines that have one of these texts. */
async function readSignals(
  folder: string,
  texts: readonly string[],
): Promise<{ spans: OtlpSpan[]; records: OtlpRecord[] }> {
  const spans: OtlpSpan[] = [];
  const records: OtlpRecord[] = [];
  for (const file of await filesOf(folder)) {
    const lines = linesWith(await readFile(join(folder, file)).catch(() => NOTHING), texts);
    for (const line of lines) {
      if (file.includes('-traces-')) spans.push(...spansOf(line));
      else records.push(...recordsOf(line));
    }
  }
  return { spans, records };
}

/** None where there is no such folder yet: whatever writes first makes it. */
async function filesOf(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch(() => []);
  return files.filter((file) => /-(?:traces|logs)-.*\.jsonl$/.test(file));
}

/** A file that went in between, as files take turns. */
const NOTHING = Buffer.alloc(0);
const NEW_LINE = 10;

/** Whole lines: the last may be on its way. */
function* linesWith(bytes: Buffer, texts: readonly string[]): Generator<string> {
  let start = 0;
  for (let end = bytes.indexOf(NEW_LINE); end >= 0; end = bytes.indexOf(NEW_LINE, start)) {
    const line = bytes.subarray(start, end);
    if (texts.some((text) => line.includes(text))) yield line.toString('utf8');
    start = end + 1;
  }
}

function toTrace(
  traceId: string,
  spans: readonly OtlpSpan[],
  records: readonly OtlpRecord[],
  id: string,
): Trace {
  const startedAt = Math.min(...spans.map((span) => span.startTimeUnixNano));
  const endedAt = Math.max(...spans.map((span) => span.endTimeUnixNano));
  const parents = new Set(spans.map(({ parentSpanId }) => parentSpanId));
  const rank = (span: OtlpSpan) => (names(span, id) ? 0 : parents.has(span.spanId) ? 1 : 2);
  const shown = spans
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, MOST_SPANS)
    .sort((a, b) => a.startTimeUnixNano - b.startTimeUnixNano);
  const told = records.toSorted((a, b) => a.timeUnixNano - b.timeUnixNano).slice(0, MOST_SPANS);
  return {
    traceId,
    startedAt: isoOf(startedAt),
    durationMs: durationOf(startedAt, endedAt),
    spans: shown.map(toSpan),
    records: told.map(toRecord),
    more: shown.length < spans.length || told.length < records.length,
  };
}

/** SpanStatusCode.ERROR of OpenTelemetry. */
const FAILED = 2;

function toSpan(span: OtlpSpan): Trace['spans'][number] {
  const { spanId, parentSpanId, name, service, startTimeUnixNano, endTimeUnixNano, status, attributes } =
    span;
  return {
    ...{ spanId, name, service, attributes, startedAt: isoOf(startTimeUnixNano) },
    ...(parentSpanId && { parentSpanId }),
    durationMs: durationOf(startTimeUnixNano, endTimeUnixNano),
    ...(status.code === FAILED && { failure: status.message ?? 'It failed.' }),
  };
}

function toRecord({ timeUnixNano, severityText, body, service, attributes }: OtlpRecord) {
  return {
    at: isoOf(timeUnixNano),
    severity: severityText.toLowerCase(),
    message: String(body),
    ...{ service, attributes },
  };
}

/** To the microsecond: a double holds no more of a time since 1970. */
function durationOf(startedAt: number, endedAt: number): number {
  return Math.round((endedAt - startedAt) * 1_000) / 1_000;
}

function isoOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
