import { app, type InvocationContext } from '@azure/functions';
import { INVENTORY_EVENTS_TOPIC, PROJECTION_SUBSCRIPTION } from '../shared/service-bus/inventory-message.ts';
import { projectMessages } from './edge/project-messages.ts';
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
  await projectMessages(batchMessages(bodies, context, options.subscriptionName), context);
}
