/** W3C trace context of what caused a message: headers `traceparent` and, if there is one, `tracestate`. */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string;
}

/** The trace context as application properties of a message. */
export function traceProperties({ traceparent, tracestate }: TraceContext): Record<string, string> {
  return {
    traceparent,
    ...(tracestate === undefined ? {} : { tracestate }),
    // The Azure SDKs' older name of the same; set here, so that they do not add one of their own.
    'Diagnostic-Id': traceparent,
  };
}
