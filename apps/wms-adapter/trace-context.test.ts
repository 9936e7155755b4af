import { describe, expect, test } from 'vitest';
import { traceOf } from './trace-context.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CALLER = `00-${TRACE_ID}-b7ad6b7169203331-00`;
const random = (bytes: number) => Buffer.alloc(bytes, 0xab);
const OWN_SPAN = 'abababababababab';
const NEW_TRACE = { traceparent: `00-${'ab'.repeat(16)}-${OWN_SPAN}-01` };

describe('The trace context of a call', () => {
  test('continues the trace of the caller with a span of its own, keeping flags and state', () => {
    expect(traceOf(CALLER, 'vendor=1', random)).toEqual({
      traceparent: `00-${TRACE_ID}-${OWN_SPAN}-00`,
      tracestate: 'vendor=1',
    });
  });

  test('reads the known part of a later version', () => {
    expect(traceOf(`01-${TRACE_ID}-b7ad6b7169203331-01-more`, undefined, random)).toEqual({
      traceparent: `00-${TRACE_ID}-${OWN_SPAN}-01`,
    });
  });

  test.each([
    ['none', undefined],
    ['an empty one', ''],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
    ['a span id of zeros', `00-${TRACE_ID}-${'0'.repeat(16)}-01`],
    ['upper case', CALLER.toUpperCase()],
    ['the forbidden version', CALLER.replace('00', 'ff')],
    ['something after the flags of version 00', `${CALLER}-more`],
  ])('starts a new trace, without state, for %s', (_what, traceparent) => {
    expect(traceOf(traceparent, 'vendor=1', random)).toEqual(NEW_TRACE);
  });

  test('drops a state that is too long to carry', () => {
    expect(traceOf(CALLER, 'x'.repeat(513), random)).not.toHaveProperty('tracestate');
  });
});
