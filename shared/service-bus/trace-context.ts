import type { TraceContext } from '../contracts/trace-context.ts';

export type { TraceContext } from '../contracts/trace-context.ts';

/** The trace context as application properties of a message. */
export function traceProperties({ traceparent, tracestate }: TraceContext): Record<string, string> {
  return {
    traceparent,
    ...(tracestate === undefined ? {} : { tracestate }),
    // The Azure SDKs' older name of the same; set here, so that they do not add one of their own.
    'Diagnostic-Id': traceparent,
  };
}
