import { InvocationContext } from '@azure/functions';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { projectBatch } from '../../shared/projection/project-batch.ts';
import { messageOf, someEvent, someMessage } from '../../test/doubles/fixtures.ts';
import { inMemoryQuarantine } from '../../test/doubles/quarantine-store.ts';
import { recordTelemetry } from '../../test/doubles/recorded-telemetry.ts';
import { inMemoryStock } from '../../test/doubles/stock-store.ts';
import { virtualRuntime } from '../../test/doubles/virtual-runtime.ts';
import { projectionPorts } from '../../test/parts/projection.ts';
import { observeProjection } from './observe-projection.ts';
import { tellingQuarantine } from './telling-quarantine.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${TRACE_ID}-b7ad6b7169203331-01`;

let telemetry: ReturnType<typeof recordTelemetry>;
beforeEach(() => {
  telemetry = recordTelemetry();
});
afterEach(() => telemetry.stop());

test('each event shows in the trace of its scan, linked to its batch, and all of it in the metrics', async () => {
  const runtime = virtualRuntime();
  const quarantine = tellingQuarantine(inMemoryQuarantine());
  const ports = projectionPorts({ stock: inMemoryStock().store, quarantine, runtime });
  const options = { warehouses: new Set(['WH-001']), patienceMs: 1_000 };
  const traced = someEvent({ scannedAt: '2024-11-18T09:59:58.000Z' });
  const late = someEvent({ locationId: 'B-01', scannedAt: '2024-11-18T09:00:00.000Z' });
  const ahead = someEvent({ locationId: 'B-01', version: 3, resultingOnHand: 30 });
  const wrong = someEvent({ version: 2, quantityChange: 5, resultingOnHand: 99 });
  const messages = [
    { ...messageOf(traced), applicationProperties: { traceparent } },
    messageOf(late),
    messageOf(ahead),
    { ...messageOf(wrong), applicationProperties: { traceparent } },
    someMessage({ body: Buffer.from('ann.smith'), applicationProperties: { traceparent } }),
  ];
  const context = new InvocationContext({ logHandler: () => undefined });
  const project = () => projectBatch(messages, ports, options);
  await observeProjection(messages, context, project);
  await observeProjection(messages, context, project);

  const [batch] = telemetry.spans('project batch');
  const events = telemetry.spans('project event');
  expect(batch?.attributes).toMatchObject({ 'messaging.batch.message_count': 5, documents: 1, parked: 1 });
  expect(events.map(({ attributes }) => attributes['event.id'])).toEqual([traced.eventId, wrong.eventId]);
  for (const event of events) {
    expect(event.spanContext().traceId).toBe(TRACE_ID);
    expect(event.links.map((link) => link.context.spanId)).toEqual([batch?.spanContext().spanId]);
    expect(event.attributes).toMatchObject({ 'item.id': 'ITEM-12345', 'warehouse.id': 'WH-001' });
  }

  const metrics = await telemetry.metrics();
  const valuesOf = (name: string, attribute: string) =>
    Object.fromEntries(
      metrics.get(name)?.points.map(({ attributes, value }) => [attributes[attribute], value]) ?? [],
    );
  expect(valuesOf('stockbridge.events', 'outcome')).toEqual({ projected: 4, parked: 2, known: 4 });
  expect(valuesOf('stockbridge.findings', 'kind')).toEqual({ gap: 1, 'calculation-mismatch': 1 });
  expect(valuesOf('stockbridge.parked', 'reason')).toEqual({ 'not-json': 2 });
  const latencies = metrics.get('stockbridge.latency')?.points ?? [];
  expect(latencies.filter(({ attributes }) => attributes.stage === 'scan_to_commit')).toEqual([
    { attributes: { stage: 'scan_to_commit', offline: false }, value: expect.objectContaining({ sum: 2 }) },
    { attributes: { stage: 'scan_to_commit', offline: true }, value: expect.objectContaining({ sum: 3600 }) },
  ]);
  expect(latencies).toContainEqual({
    attributes: { stage: 'commit_to_bus', offline: false },
    value: expect.objectContaining({ count: 4 }),
  });

  const records = telemetry.records().filter(({ body }) => body === 'calculation-mismatch');
  expect(records).toHaveLength(1);
  expect(records[0]).toMatchObject({
    attributes: { 'event.id': wrong.eventId, 'item.id': 'ITEM-12345', expected: 15, found: 99 },
    spanContext: { traceId: TRACE_ID },
  });
  const parked = telemetry.records().find(({ body }) => body === 'message-parked');
  expect(parked).toMatchObject({ attributes: { reason: 'not-json' }, spanContext: { traceId: TRACE_ID } });
  // What a message says of people stays in the quarantine.
  expect(JSON.stringify(parked?.attributes)).not.toContain('ann');
});
