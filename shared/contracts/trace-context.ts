import { z } from 'zod';

/** Header `traceparent` of version 00 (W3C Trace Context). */
export const traceparentSchema = z.string().regex(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/);

/** W3C trace context of what caused something: headers `traceparent` and, if there is one, `tracestate`. */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string;
}
