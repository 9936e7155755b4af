import { app, type InvocationContext } from '@azure/functions';
import { PROJECTION_SUBSCRIPTION } from '../shared/service-bus/inventory-message.ts';
import { PROJECTION_RETRY_QUEUE } from '../shared/service-bus/retry-queue.ts';
import { projectMessages } from './edge/project-messages.ts';
import { batchMessages, RAW_BATCH } from './edge/service-bus-batch.ts';

const options = {
  ...RAW_BATCH,
  connection: 'ServiceBusConnection',
  queueName: PROJECTION_RETRY_QUEUE,
  handler: projectAgain,
};

/** What could not be written when it came, on its scheduled next try. */
app.serviceBusQueue('projection-retry', options);

async function projectAgain(bodies: unknown, context: InvocationContext): Promise<void> {
  await projectMessages(batchMessages(bodies, context, PROJECTION_SUBSCRIPTION), context);
}
