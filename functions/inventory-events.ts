import { app, type InvocationContext } from '@azure/functions';
import { projectBatch } from '../shared/projection/project-batch.ts';
import { INVENTORY_EVENTS_TOPIC, PROJECTION_SUBSCRIPTION } from '../shared/service-bus/inventory-message.ts';
import { figures } from './composition/figures.ts';
import { services } from './composition/services.ts';
import { observeProjection } from './edge/observe-projection.ts';
import { batchMessages, RAW_BATCH } from './edge/service-bus-batch.ts';

const options = {
  ...RAW_BATCH,
  connection: 'ServiceBusConnection',
  topicName: INVENTORY_EVENTS_TOPIC,
  subscriptionName: PROJECTION_SUBSCRIPTION,
  handler: project,
};

/** Every warehouse transaction, folded into the stock documents in Cosmos DB. */
app.serviceBusTopic('inventory-events', options);

async function project(bodies: unknown, context: InvocationContext): Promise<void> {
  const messages = batchMessages(bodies, context, options.subscriptionName);
  const report = await observeProjection(messages, context, () =>
    projectBatch(messages, services.projection, services.options),
  );
  figures.record(report);
}
