/** W3C trace context of what caused something: headers `traceparent` and, if there is one, `tracestate`. */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string;
}
