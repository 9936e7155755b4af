import { figuresQuerySchema, LATENCY_BOUNDS, SLOT_MS } from '../contracts/figures.ts';
import { bucketOf, emptyHistogram } from '../domain/latency-histogram.ts';
import type { Route } from './route.ts';

const latencies = emptyHistogram().with(bucketOf(700), 120);
const figures = {
  ...{ events: 120, committed: latencies, scanned: latencies, offline: 0, parked: 0 },
  scannedLatency: { p50: 725, p99: 799 },
  committedLatency: { p50: 725, p99: 799 },
};

/** How much, and how fast. */
export const FIGURES_ROUTES: readonly Route[] = [
  {
    operationId: 'figures',
    method: 'get',
    path: 'figures',
    tag: 'Operations',
    summary: 'How many events became visible in the last minutes, and how long after their scan.',
    query: figuresQuerySchema,
    answers: {
      200: {
        description: 'By slots of ten seconds, and in total.',
        content: {
          schema: 'Figures',
          example: {
            from: '2024-11-18T09:45:00.000Z',
            slotMs: SLOT_MS,
            bounds: [...LATENCY_BOUNDS],
            slots: [{ at: '2024-11-18T09:59:50.000Z', ...figures }],
            total: figures,
          },
        },
      },
    },
  },
  {
    operationId: 'backlog',
    method: 'get',
    path: 'backlog',
    tag: 'Operations',
    summary: 'What waits on the bus, where and since when; and how the WMS adapters are.',
    answers: {
      200: {
        description: 'As they were a few seconds ago at the most.',
        content: {
          schema: 'Backlog',
          example: {
            at: '2024-11-18T10:00:00.000Z',
            places: [
              { place: 'inventory-events/atp-projection', waiting: 12, atLeast: false, oldestSeconds: 0.3 },
            ],
            adapters: [{ warehouseId: 'WH-001', state: 'ready', heardAt: '2024-11-18T09:59:31.000Z' }],
            unreadPlaces: [],
          },
        },
      },
    },
  },
  {
    operationId: 'allocation-counts',
    method: 'get',
    path: 'allocations/counts',
    tag: 'Operations',
    summary: 'How many lines of orders and carts there are, by state.',
    answers: {
      200: {
        description: 'Of all items and warehouses.',
        content: {
          schema: 'AllocationCounts',
          example: {
            at: '2024-11-18T10:00:00.000Z',
            counts: [
              { state: 'backordered', lines: 17 },
              { state: 'confirmed', lines: 240 },
            ],
            settled: {
              since: '2024-11-17T10:00:00.000Z',
              counts: [{ state: 'fulfilled', lines: 912 }],
            },
          },
        },
      },
    },
  },
  {
    operationId: 'item-promises',
    method: 'get',
    path: 'items/{itemId}/promises',
    tag: 'Operations',
    summary: 'Which orders and carts hold pieces of an item, or wait for them.',
    answers: {
      200: {
        description: 'None, too, where the item is not known.',
        content: {
          schema: 'OpenPromises',
          example: {
            itemId: 'ITEM-12345',
            promises: [
              {
                ...{ orderId: 'ORD-1001', lineId: '1', state: 'confirmed', quantity: 100, backordered: 0 },
                ...{ priority: 0, orderedAt: '2024-11-18T10:00:00.000Z' },
                sources: [
                  {
                    ...{ allocationId: 'ORD-1001:1:1', warehouseId: 'WH-001', quantity: 100, picked: 40 },
                    status: 'confirmed',
                  },
                ],
              },
            ],
            more: false,
          },
        },
      },
    },
  },
];
