import { randomBytes } from 'node:crypto';
import type { TraceContext } from '../../shared/service-bus/trace-context.ts';

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const MAX_TRACESTATE = 512;

/**
 * The trace context of a call (W3C Trace Context, level 1): the caller's trace with a span of the adapter's own, or a
 * new trace when the caller sent none or a broken one. `random` draws that many bytes.
 */
export function traceOf(
  traceparent: string | undefined,
  tracestate: string | undefined,
  random: (bytes: number) => Buffer = randomBytes,
): TraceContext {
  const span = random(8).toString('hex');
  const [, version, traceId, parentId, flags, rest] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  const valid =
    version !== undefined &&
    version !== 'ff' &&
    (version !== '00' || rest === undefined) &&
    !/^0+$/.test(traceId ?? '0') &&
    !/^0+$/.test(parentId ?? '0');
  if (!valid) {
    return { traceparent: `00-${random(16).toString('hex')}-${span}-01` };
  }
  const continued = { traceparent: `00-${traceId}-${span}-${flags}` };
  const keepState = tracestate !== undefined && tracestate !== '' && tracestate.length <= MAX_TRACESTATE;
  return keepState ? { ...continued, tracestate } : continued;
}
