import type { Entity } from './bus.ts';

/** Only what is new, or is sent again to this subscription. */
function ownReplays(subscription: string) {
  return { sql: `replayTo IS NULL OR replayTo = '${subscription}'` };
}

const ownWarehouse = { properties: { warehouseId: '{warehouseId}' } };

/** The topics and queues of the fabric; a test holds this table against `infra/service-bus/topology.json`. */
export const ENTITIES: Readonly<Record<string, Entity>> = {
  'inventory-events': {
    kind: 'topic',
    message: 'InventoryEvent',
    description: 'Every transaction of every warehouse.',
    subscriptions: {
      'atp-projection': {
        description: 'Events on their way into stock and ATP.',
        filter: ownReplays('atp-projection'),
      },
      journal: { description: 'Events on their way into the journal.', filter: ownReplays('journal') },
    },
  },
  'allocation-requests': {
    kind: 'topic',
    message: 'AllocationRequest',
    description: 'What the cloud asks of the warehouses.',
    subscriptions: {
      '{warehouseId}': { description: 'What is asked of one warehouse.', filter: ownWarehouse },
    },
  },
  'allocation-decisions': {
    kind: 'topic',
    message: 'AllocationDecision',
    description: 'What the warehouses answer.',
    subscriptions: { allocation: { description: 'Answers on their way to the orders.' } },
  },
  'atp-changes': {
    kind: 'topic',
    message: 'AtpChange',
    description:
      'Items whose ATP crossed a threshold (`PUT /api/items/{itemId}/atp-thresholds`), so that nobody need poll.',
    subscriptions: { oms: { description: 'For an OMS.' } },
  },
  investigations: {
    kind: 'topic',
    message: 'InvestigationNotice',
    description: 'What people and recounts do about what did not agree.',
    subscriptions: {
      '{warehouseId}': {
        description: 'What one warehouse is to do: its recounts begin and end here.',
        filter: ownWarehouse,
      },
      systems: { description: 'For other systems that follow them.' },
    },
  },
  'projection-retry': {
    kind: 'queue',
    message: 'InventoryEvent',
    description: 'Events that could not be written yet, each until its next try is due. The cloud’s own.',
  },
  'stock-changes': {
    kind: 'queue',
    message: 'StockChange',
    description: 'What backorders and thresholds are to be looked at again. The cloud’s own.',
  },
  'adapter-status': {
    kind: 'queue',
    message: 'AdapterStatus',
    description: 'How the WMS adapters are. Nobody receives it: it is looked at for 15 minutes.',
  },
};
