import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recordTelemetry } from '../../test/doubles/recorded-telemetry.ts';
import { logRecord } from './log.ts';
import { activeTrace, beginSpan, inSpan, recordSpan, traceIn } from './spans.ts';
import { isOn } from './state.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CALLER = { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01`, tracestate: 'vendor=1' };
const UNSAMPLED = { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-00` };

describe('where telemetry is on', () => {
  let telemetry: ReturnType<typeof recordTelemetry>;
  beforeEach(() => {
    telemetry = recordTelemetry();
  });
  afterEach(() => telemetry.stop());

  test('a span goes on in the trace of its caller, and what it does in its own', async () => {
    let told: ReturnType<typeof activeTrace>;
    await inSpan(
      'outer',
      { kind: 'server', parent: CALLER, attributes: { 'item.id': 'I-1' } },
      async (span) => {
        told = activeTrace();
        await inSpan('inner', {}, async () => undefined);
        span.add({ documents: 2 });
      },
    );
    const [inner, outer] = telemetry.spans();
    expect(outer?.spanContext().traceId).toBe(TRACE_ID);
    expect(outer?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(outer?.attributes).toEqual({ 'item.id': 'I-1', documents: 2 });
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
    expect(told).toEqual({
      traceparent: `00-${TRACE_ID}-${outer?.spanContext().spanId}-01`,
      tracestate: 'vendor=1',
    });
    expect(activeTrace()).toBeUndefined();
  });

  test('a failure is recorded on the span and thrown on', async () => {
    const failing = inSpan('fails', {}, () => Promise.reject(new Error('no such table')));
    await expect(failing).rejects.toThrow('no such table');
    expect(telemetry.spans('fails')[0]?.status).toMatchObject({ code: 2, message: 'no such table' });
  });

  test('a call that is answered 5xx has failed', async () => {
    for (const status of [200, 404, 503])
      await inSpan(`${status}`, { kind: 'server' }, async (span) => span.answered(status));
    const told = telemetry
      .spans()
      .map(({ attributes, status }) => [attributes['http.response.status_code'], status.code]);
    expect(told).toEqual([
      [200, 0],
      [404, 0],
      [503, 2],
    ]);
  });

  test('work that is over is recorded in the trace that caused it, linked to another', async () => {
    const times = { begun: 1_732_000_000_000, ended: 1_732_000_000_250 };
    await inSpan('batch', { parent: null }, async () => {
      recordSpan('event', { ...times, parent: CALLER, links: [activeTrace(), UNSAMPLED, undefined] });
      recordSpan('event', { ...times, parent: UNSAMPLED });
    });
    const [event, ...more] = telemetry.spans('event');
    const [batch] = telemetry.spans('batch');
    expect(more).toEqual([]);
    expect(event).toMatchObject({ startTime: [1_732_000_000, 0], endTime: [1_732_000_000, 250_000_000] });
    expect(event?.spanContext().traceId).toBe(TRACE_ID);
    expect(batch?.spanContext().traceId).not.toBe(TRACE_ID);
    expect(event?.links.map((link) => link.context.spanId)).toEqual([batch?.spanContext().spanId]);
  });

  test('work that is ended later is recorded then, and not before', () => {
    beginSpan('lost', { parent: null });
    const done = beginSpan('done', { parent: CALLER });
    expect(telemetry.spans()).toEqual([]);
    done?.end();
    const [span] = telemetry.spans();
    const { traceId, spanId } = span?.spanContext() ?? {};
    expect(traceId).toBe(TRACE_ID);
    expect(done?.trace).toEqual({ traceparent: `00-${TRACE_ID}-${spanId}-01`, tracestate: 'vendor=1' });
    expect(telemetry.spans('lost')).toEqual([]);
  });

  test.each([
    ['nothing', undefined],
    ['no trace', { traceparent: 'some' }],
    ['a trace of zeros', { traceparent: `00-${'0'.repeat(32)}-b7ad6b7169203331-01` }],
    ['version ff', { traceparent: CALLER.traceparent.replace(/^00/, 'ff') }],
  ])('a new trace begins with %s for a parent', async (_what, parent) => {
    await inSpan('begins', { parent }, async () => undefined);
    const [span] = telemetry.spans('begins');
    expect(span?.parentSpanContext).toBeUndefined();
    expect(span?.spanContext().traceId).not.toBe(TRACE_ID);
  });

  test('a record carries its ids and the trace it belongs to', async () => {
    await inSpan('books', { parent: CALLER }, async () =>
      logRecord('warn', 'scan-rejected', { 'item.id': 'I-1', version: null, reason: undefined }),
    );
    logRecord('info', 'elsewhere', {}, UNSAMPLED);
    const [first, second] = telemetry.records();
    expect(first).toMatchObject({
      severityText: 'WARN',
      body: 'scan-rejected',
      attributes: { 'item.id': 'I-1' },
      spanContext: { traceId: TRACE_ID, spanId: telemetry.spans('books')[0]?.spanContext().spanId },
    });
    expect(first?.attributes).not.toHaveProperty('version');
    expect(second?.spanContext).toMatchObject({ traceId: TRACE_ID, spanId: 'b7ad6b7169203331' });
  });
});

describe('where telemetry is off', () => {
  test('the work is done all the same, and nothing is told on', async () => {
    expect(isOn()).toBe(false);
    expect(beginSpan('nothing', { parent: CALLER })).toBeUndefined();
    expect(await inSpan('nothing', { parent: CALLER }, async () => activeTrace() ?? 'done')).toBe('done');
    await expect(inSpan('nothing', {}, () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  });
});

describe('a trace context in properties', () => {
  test.each([
    [undefined, undefined],
    [{ traceparent: 7 }, undefined],
    [{ ...CALLER, warehouseId: 'WH-001' }, CALLER],
    [{ traceparent: CALLER.traceparent }, { traceparent: CALLER.traceparent }],
  ])('%j holds %j', (properties, expected) => {
    expect(traceIn(properties)).toEqual(expected);
  });
});
