import {
  type Attributes,
  type Context,
  context,
  createTraceState,
  isSpanContextValid,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import type { TraceContext } from '../contracts/trace-context.ts';
import { isOn, SCOPE } from './state.ts';

/** What a span says of its work: ids by the names of `docs/telemetry.md`. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

export type SpanDescription = {
  /** `server` answers a call, `producer` sends, `consumer` handles what was sent; `internal` unless told. */
  readonly kind?: 'server' | 'producer' | 'consumer' | 'internal';
  /** What caused it, in another process or earlier. The active span unless told; `null` begins a trace. */
  readonly parent?: TraceContext | null | undefined;
  /** Other traces that it belongs to. Those that are not sampled are left out. */
  readonly links?: readonly (TraceContext | undefined)[];
  readonly attributes?: SpanAttributes;
};

/** What the work of a span may still add to it. */
export type OpenSpan = {
  add(attributes: SpanAttributes): void;
  /** The status that a call was answered with; one of 5xx is a failure. */
  answered(status: number): void;
  /** Marks it as failed, for work that does not throw. */
  fail(why: string): void;
};

/**
 * Does the work inside a span, which is the active one meanwhile; a failure is recorded and thrown on. Where telemetry
 * is off, only the work is done.
 */
export async function inSpan<Result>(
  name: string,
  description: SpanDescription,
  work: (span: OpenSpan) => Promise<Result>,
): Promise<Result> {
  if (!isOn()) return work(NO_SPAN);
  const parent = parentOf(description);
  const span = trace.getTracer(SCOPE).startSpan(name, optionsOf(description), parent);
  try {
    return await context.with(trace.setSpan(parent, span), work, undefined, openSpan(span));
  } catch (error) {
    openSpan(span).fail(error instanceof Error ? error.message : String(error));
    throw error;
  } finally {
    span.end();
  }
}

/**
 * Records work that is over, begun and ended at these milliseconds UTC, in the trace of what caused it. Nothing where
 * telemetry is off, or that trace is not sampled.
 */
export function recordSpan(
  name: string,
  { begun, ended, ...description }: SpanDescription & { readonly begun: number; readonly ended: number },
): void {
  if (!isOn()) return;
  const parent = parentOf(description);
  if (trace.getSpanContext(parent)?.traceFlags === TraceFlags.NONE) return;
  const options = { ...optionsOf(description), startTime: Math.min(begun, ended) };
  trace.getTracer(SCOPE).startSpan(name, options, parent).end(ended);
}

/** Begins work whose end is told later. What is never ended is not recorded. Undefined where telemetry is off. */
export function beginSpan(
  name: string,
  description: SpanDescription,
): { readonly trace: TraceContext; end(): void } | undefined {
  if (!isOn()) return undefined;
  const span = trace.getTracer(SCOPE).startSpan(name, optionsOf(description), parentOf(description));
  return { trace: traceContextOf(span.spanContext()), end: () => span.end() };
}

/** The active span as what follows from it is told; undefined outside of any, and where telemetry is off. */
export function activeTrace(): TraceContext | undefined {
  const active = isOn() ? trace.getActiveSpan()?.spanContext() : undefined;
  return active && isSpanContextValid(active) ? traceContextOf(active) : undefined;
}

/** Adds to the active span, by whomever it was begun. */
export function describeWork(attributes: SpanAttributes): void {
  if (isOn()) trace.getActiveSpan()?.setAttributes(attributes as Attributes);
}

/** The trace context that properties of a message or headers of a call hold; undefined where they hold none. */
export function traceIn(properties: Readonly<Record<string, unknown>> | undefined): TraceContext | undefined {
  const { traceparent, tracestate } = properties ?? {};
  if (typeof traceparent !== 'string') return undefined;
  return typeof tracestate === 'string' ? { traceparent, tracestate } : { traceparent };
}

/** Where a record of a trace belongs; the active context for none. */
export function contextOf(from: TraceContext | undefined): Context {
  const remote = from && spanContextOf(from);
  return remote ? trace.setSpanContext(ROOT_CONTEXT, remote) : context.active();
}

const NO_SPAN: OpenSpan = { add: () => undefined, answered: () => undefined, fail: () => undefined };

function openSpan(span: Span): OpenSpan {
  const fail = (message: string) => void span.setStatus({ code: SpanStatusCode.ERROR, message });
  return {
    add: (attributes) => void span.setAttributes(attributes as Attributes),
    answered(status) {
      span.setAttribute('http.response.status_code', status);
      if (status >= 500) fail(`answered ${status}`);
    },
    fail,
  };
}

function parentOf({ parent }: SpanDescription): Context {
  return parent === null ? ROOT_CONTEXT : contextOf(parent);
}

const KINDS = {
  server: SpanKind.SERVER,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;

function optionsOf({ kind = 'internal', links = [], attributes = {} }: SpanDescription) {
  return {
    kind: KINDS[kind],
    links: links.flatMap(linkTo),
    attributes: attributes as Attributes,
  };
}

function linkTo(to: TraceContext | undefined): Link[] {
  const remote = to && spanContextOf(to);
  return remote && remote.traceFlags !== TraceFlags.NONE ? [{ context: remote }] : [];
}

/** Version 00 of W3C Trace Context; of a later one what it shares with it. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

function spanContextOf({ traceparent, tracestate }: TraceContext): SpanContext | undefined {
  const [, traceId = '', spanId = '', flags = '0'] = TRACEPARENT.exec(traceparent) ?? [];
  const found: SpanContext = {
    ...{ traceId, spanId, isRemote: true },
    traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED,
    ...(tracestate !== undefined && { traceState: createTraceState(tracestate) }),
  };
  return isSpanContextValid(found) ? found : undefined;
}

function traceContextOf({ traceId, spanId, traceFlags, traceState }: SpanContext): TraceContext {
  const traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  const tracestate = traceState?.serialize();
  return tracestate ? { traceparent, tracestate } : { traceparent };
}
