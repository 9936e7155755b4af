import { app, type InvocationContext } from '@azure/functions';
import { journalBatch } from '../shared/journal/journal-batch.ts';
import { INVENTORY_EVENTS_TOPIC, JOURNAL_SUBSCRIPTION } from '../shared/service-bus/inventory-message.ts';
import { services } from './composition/services.ts';
import { batchMessages, RAW_BATCH } from './edge/service-bus-batch.ts';

const options = {
  ...RAW_BATCH,
  connection: 'ServiceBusConnection',
  topicName: INVENTORY_EVENTS_TOPIC,
  subscriptionName: JOURNAL_SUBSCRIPTION,
  handler: journal,
};

/** Every accepted and every refused event, kept in Table storage. */
app.serviceBusTopic('journal', options);

async function journal(bodies: unknown, context: InvocationContext): Promise<void> {
  await journalBatch(
    batchMessages(bodies, context, options.subscriptionName),
    services.journal,
    services.options,
  );
}
