import { app, type InvocationContext } from '@azure/functions';
import { followChanges } from '../shared/allocation/follow-changes.ts';
import type { OrderLine } from '../shared/domain/order-line.ts';
import { STOCK_CHANGES_QUEUE } from '../shared/service-bus/stock-changes.ts';
import { inSpan } from '../shared/telemetry/spans.ts';
import { allocationPorts } from './edge/allocation-ports.ts';
import { WITH_ORCHESTRATIONS } from './edge/orchestrations.ts';
import { batchMessages, RAW_BATCH } from './edge/service-bus-batch.ts';

const options = {
  ...RAW_BATCH,
  connection: 'ServiceBusConnection',
  queueName: STOCK_CHANGES_QUEUE,
  ...WITH_ORCHESTRATIONS,
  handler: follow,
};

/** Items whose stock changed while somebody waits for it: backorders are served, thresholds are watched. */
app.serviceBusQueue('stock-changes', options);

async function follow(bodies: unknown, context: InvocationContext): Promise<void> {
  const messages = batchMessages(bodies, context, options.queueName);
  const { refusals, ...counts } = await followChanges(messages, {
    ...allocationPorts(context),
    around: inTraceOfOrder,
  });
  context.debug('followed', counts);
  if (refusals.length > 0)
    context.warn(
      `${refusals.length} messages of ${options.queueName} name no items; the first: ${refusals[0]}`,
    );
}

/** In the trace of the order, so that one that is sampled stays whole; the events that made stock free are linked. */
function inTraceOfOrder(
  { orderId, lineId, itemId, trace }: OrderLine,
  causes: readonly string[],
  start: () => Promise<void>,
): Promise<void> {
  const attributes = { 'order.id': orderId, 'line.id': lineId, 'item.id': itemId };
  const links = causes.map((traceparent) => ({ traceparent }));
  return inSpan('serve backorder', { kind: 'consumer', parent: trace, links, attributes }, start);
}
