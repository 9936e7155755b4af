import { buildAsyncApi } from './build-document.ts';
import type { Application } from './bus.ts';

/** What the cloud does on the bus. */
export const CLOUD: Application = {
  info: {
    title: 'Stockbridge on the bus',
    version: '1.0.0',
    description:
      'What the functions app takes from Azure Service Bus and sends there. Bodies are JSON in UTF-8 and have at most 64 KiB; quantities are whole pieces, times ISO 8601 UTC. Everything is delivered at least once, in any order.',
  },
  operations: {
    'fold-inventory-events': {
      action: 'receive',
      channel: 'inventory-events/atp-projection',
      summary: 'Fold every event into stock and ATP.',
    },
    'journal-inventory-events': {
      action: 'receive',
      channel: 'inventory-events/journal',
      summary: 'Keep every event, the refused as well, as the audit trail.',
    },
    'replay-inventory-events': {
      action: 'send',
      channel: 'inventory-events',
      summary: 'Send what was parked or dead-lettered again, to the subscription it came from.',
    },
    'schedule-projection-retry': {
      action: 'send',
      channel: 'projection-retry',
      summary: 'Put off what cannot be written now.',
    },
    'retry-projection': {
      action: 'receive',
      channel: 'projection-retry',
      summary: 'Fold it when its time has come.',
    },
    'ask-warehouses': {
      action: 'send',
      channel: 'allocation-requests',
      summary: 'Ask a warehouse to reserve for an order line, or to release.',
      reply: 'allocation-decisions/allocation',
    },
    'replay-requests': {
      action: 'send',
      channel: 'allocation-requests',
      summary: 'Send a request that a warehouse could not read again, when somebody asks for it.',
    },
    'settle-decisions': {
      action: 'receive',
      channel: 'allocation-decisions/allocation',
      summary: 'Settle what a warehouse decided on its order line.',
    },
    'replay-decisions': {
      action: 'send',
      channel: 'allocation-decisions',
      summary: 'Send a decision that was parked or dead-lettered again.',
    },
    'tell-stock-changes': {
      action: 'send',
      channel: 'stock-changes',
      summary: 'Name items whose stock changed while somebody waits for it.',
    },
    'follow-stock-changes': {
      action: 'receive',
      channel: 'stock-changes',
      summary: 'Serve backorders and watch thresholds.',
    },
    'tell-atp-changes': {
      action: 'send',
      channel: 'atp-changes',
      summary: 'Tell that an item’s ATP crossed a threshold.',
    },
    'tell-investigations': {
      action: 'send',
      channel: 'investigations',
      summary: 'Tell of each step of an investigation.',
    },
    'look-at-adapters': {
      action: 'receive',
      channel: 'adapter-status',
      summary: 'Look at what the adapters tell of themselves, without taking it.',
    },
  },
};

/** The cloud's side of the bus as an AsyncAPI 3.0 document. */
export function cloudAsyncApi(): Record<string, unknown> {
  return buildAsyncApi(CLOUD);
}
