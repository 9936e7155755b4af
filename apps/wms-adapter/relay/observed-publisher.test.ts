import { SpanStatusCode } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { someEvent } from '../../../test/doubles/fixtures.ts';
import { recordTelemetry } from '../../../test/doubles/recorded-telemetry.ts';
import { observedPublisher } from './observed-publisher.ts';
import type { OutboxEntry } from './outbox.ts';

let telemetry: ReturnType<typeof recordTelemetry>;
beforeEach(() => {
  telemetry = recordTelemetry();
});
afterEach(() => telemetry.stop());

test('A page of the outbox is a span, and what the bus took of it is counted; a look at the bus is neither', async () => {
  const publisher = observedPublisher({
    publish: async (entries) => ({
      sent: entries.slice(1).map(({ sequence }) => sequence),
      refused: [],
      failure: 'the bus is away',
    }),
    close: async () => undefined,
  });
  const trace = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
  const entries = [1, 2, 3].map(
    (sequence): OutboxEntry => ({ kind: 'event', sequence, trace, event: someEvent() }),
  );
  await publisher.publish(entries);
  await publisher.publish([]);
  expect(telemetry.spans()).toMatchObject([
    {
      name: 'publish outbox',
      attributes: { 'messaging.batch.message_count': 3, sent: 2 },
      status: { code: SpanStatusCode.ERROR, message: 'the bus is away' },
    },
  ]);
  const points = (await telemetry.metrics()).get('stockbridge.outbox.published')?.points;
  expect(points).toEqual([{ attributes: {}, value: 2 }]);
});
