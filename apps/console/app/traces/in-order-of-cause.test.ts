import { expect, test } from 'vitest';
import type { TraceSpan } from '../../../../shared/contracts/traces.ts';
import { inOrderOfCause } from './in-order-of-cause.ts';

function span(spanId: string, parentSpanId?: string): TraceSpan {
  const what = { name: 'does', service: 'stockbridge-functions', attributes: {} };
  return {
    spanId,
    ...(parentSpanId && { parentSpanId }),
    ...what,
    startedAt: '2024-11-18T10:00:00.000Z',
    durationMs: 1,
  };
}

test('A span stands below its cause, and one whose cause is not there at the edge', () => {
  const spans = [
    span('order', 'elsewhere'),
    span('place', 'order'),
    span('other'),
    span('decide', 'place'),
    span('again', 'order'),
  ];
  const found = inOrderOfCause(spans).map((one) => [one.span.spanId, one.depth]);
  expect(found).toEqual([
    ['order', 0],
    ['place', 1],
    ['decide', 2],
    ['again', 1],
    ['other', 0],
  ]);
});
