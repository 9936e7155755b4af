import { CosmosClient } from '@azure/cosmos';
import { app } from '@azure/functions';
import { z } from 'zod';

const eventSchema = z.object({
  eventId: z.string(),
  timestamp: z.string(),
  itemId: z.string(),
  warehouseId: z.string(),
  quantityChange: z.number(),
});

type StockItem = {
  id: string;
  itemId: string;
  warehouseId: string;
  quantity: number;
  lastEventId: string;
  updatedAt: string;
};

// One client a process, as the guidance on managing connections in Azure Functions asks.
const client = new CosmosClient(process.env.CosmosConnection ?? '');
const container = client.database('stockbridge').container('stock');

/**
 * The projection as the public samples write it, to be measured beside ours: one message per invocation, read the
 * document, compute, upsert; no ETag, no batches, the host's default concurrency. In its favour it does without the
 * samples' log line per message, and its document is smaller than ours: no positions, no versions.
 */
app.serviceBusTopic('inventory-sample', {
  connection: 'ServiceBusConnection',
  topicName: 'inventory-events',
  subscriptionName: 'atp-projection',
  handler: async (message) => {
    const event = eventSchema.parse(typeof message === 'string' ? JSON.parse(message) : message);
    const { itemId, warehouseId } = event;
    const { resource } = await container.item(warehouseId, itemId).read<StockItem>();
    await container.items.upsert<StockItem>({
      id: warehouseId,
      itemId,
      warehouseId,
      quantity: (resource?.quantity ?? 0) + event.quantityChange,
      lastEventId: event.eventId,
      updatedAt: event.timestamp,
    });
  },
});
