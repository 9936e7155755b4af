import { buildAsyncApi } from '../../../shared/asyncapi/build-document.ts';
import type { Application } from '../../../shared/asyncapi/bus.ts';

/** What the adapter does on the bus, and what any WMS in its place would do. */
export const ADAPTER: Application = {
  info: {
    title: 'Stockbridge WMS adapter on the bus',
    version: '1.0.0',
    description:
      'What the WMS adapter sends to Azure Service Bus and takes from there. Bodies are JSON in UTF-8 and have at most 64 KiB; quantities are whole pieces, times ISO 8601 UTC. Everything is delivered at least once, in any order.',
  },
  operations: {
    'publish-inventory-events': {
      action: 'send',
      channel: 'inventory-events',
      summary: 'Publish every transaction out of the outbox, after its commit.',
    },
    'decide-allocations': {
      action: 'receive',
      channel: 'allocation-requests/{warehouseId}',
      summary: 'Reserve or release, once per allocation id, and answer by the outbox.',
      reply: 'allocation-decisions',
    },
    'publish-decisions': {
      action: 'send',
      channel: 'allocation-decisions',
      summary: 'Publish every decision out of the outbox: answers, cuts, short closes.',
    },
    'take-recount-tasks': {
      action: 'receive',
      channel: 'investigations/{warehouseId}',
      summary: 'List for the scanners what an investigation wants counted, until it is.',
    },
    'tell-status': {
      action: 'send',
      channel: 'adapter-status',
      summary: 'Tell once a minute how the adapter is.',
    },
  },
};

/** The adapter's side of the bus as an AsyncAPI 3.0 document. */
export function adapterAsyncApi(): Record<string, unknown> {
  return buildAsyncApi(ADAPTER);
}
