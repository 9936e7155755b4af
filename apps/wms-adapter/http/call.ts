import type { Context } from 'hono';
import type { Device } from '../../../shared/contracts/device.ts';
import type { DeviceClock } from '../../../shared/contracts/device-clock.ts';
import type { TraceContext } from '../../../shared/service-bus/trace-context.ts';
import { traceOf } from '../trace-context.ts';

/**
 * Who calls. `open`: anybody, in development on loopback, without a key. `administrator`: the adapter's own key, which the WMS and its
 * administrator have. Both may do everything.
 */
export type Caller =
  | { readonly kind: 'open' | 'administrator' }
  | { readonly kind: 'device'; readonly device: Device };

/** What is known of a call before its route is entered. */
export interface ApiEnvironment {
  Variables: {
    caller: Caller;
    /** When it arrived, by the server's clock. */
    receivedAt: Date;
    clock: DeviceClock;
  };
}

export type Call = Context<ApiEnvironment>;

/** The trace of a call: the caller's, or a new one. */
export function traceOfCall({ req }: Context): TraceContext {
  return traceOf(req.header('traceparent'), req.header('tracestate'));
}
