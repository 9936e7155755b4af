import type { Context } from 'hono';
import type { DeviceClock } from '../../../shared/contracts/device-clock.ts';
import type { TraceContext } from '../../../shared/service-bus/trace-context.ts';
import { activeTrace, traceIn } from '../../../shared/telemetry/spans.ts';
import type { Caller } from '../devices/caller.ts';
import { traceOf } from '../trace-context.ts';

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

/** The trace that a caller says its call belongs to. */
export function traceOfCaller({ req }: Context): TraceContext | undefined {
  return traceIn({ traceparent: req.header('traceparent'), tracestate: req.header('tracestate') });
}

/** The trace of a call: that of its span or, without telemetry, the caller's or a new one. */
export function traceOfCall({ req }: Context): TraceContext {
  return activeTrace() ?? traceOf(req.header('traceparent'), req.header('tracestate'));
}
