import { countPublished } from '../../../shared/telemetry/metrics.ts';
import { inSpan } from '../../../shared/telemetry/spans.ts';
import type { Publisher } from './publisher.ts';

/** Publishes in a span for each page, and counts what the bus took. A look whether the bus answers is no page. */
export function observedPublisher(publisher: Publisher): Publisher {
  return {
    publish(entries) {
      if (entries.length === 0) return publisher.publish(entries);
      const attributes = {
        'messaging.system': 'servicebus',
        'messaging.operation.type': 'send',
        'messaging.batch.message_count': entries.length,
      };
      return inSpan('publish outbox', { kind: 'producer', parent: null, attributes }, async (span) => {
        const report = await publisher.publish(entries);
        const { sent, refused, failure } = report;
        span.add({ sent: sent.length, refused: refused.length });
        if (failure !== undefined) span.fail(failure);
        countPublished(sent.length);
        return report;
      });
    },
    close: () => publisher.close(),
  };
}
