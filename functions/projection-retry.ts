import { app, type InvocationContext } from '@azure/functions';
import { projectBatch } from '../shared/projection/project-batch.ts';
import { PROJECTION_SUBSCRIPTION } from '../shared/service-bus/inventory-message.ts';
import { PROJECTION_RETRY_QUEUE } from '../shared/service-bus/retry-queue.ts';
import { figures } from './composition/figures.ts';
import { services } from './composition/services.ts';
import { observeProjection } from './edge/observe-projection.ts';
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
  const messages = batchMessages(bodies, context, PROJECTION_SUBSCRIPTION);
  const report = await observeProjection(messages, context, () =>
    projectBatch(messages, services.projection, services.options),
  );
  figures.record(report);
}
