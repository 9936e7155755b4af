import { historyQuerySchema } from '../contracts/history.ts';
import type { Route } from './route.ts';

const place = { locationId: 'A-05-02', lotNumber: 'LOT-2024-089' };
const who = { scannerId: 'SCANNER-08', userId: 'warehouse_user_23' };
const figures = { onHand: 447, version: 2 };

/** Which transactions made a figure. */
export const HISTORY_ROUTES: readonly Route[] = [
  {
    operationId: 'history',
    method: 'get',
    path: 'items/{itemId}/warehouses/{warehouseId}/history',
    tag: 'Operations',
    summary: 'Which transactions made the figure of an item in a warehouse.',
    description:
      'The journalled events of every position, by location, lot and version, each held against the one before, and between them what the reconciliation corrected (`kind` `correction`). `locationId` (and with it `lotNumber`; empty: what has no lot) narrows it. `limit` is 200 unless told, at most 1,000.',
    query: historyQuerySchema,
    answers: {
      200: {
        description: 'A page of it; `next` asks for the following one as `after`.',
        content: {
          schema: 'StockHistory',
          example: {
            itemId: 'ITEM-12345',
            warehouseId: 'WH-001',
            positions: [{ ...place, cloud: figures, journal: figures }],
            entries: [
              {
                eventId: 'evt-20241118-000122',
                transactionId: '7a1f4a52-6d33-4c5b-8f0e-5a0d7c1b2e90',
                eventType: 'InventoryReceipt',
                ...place,
                version: 1,
                quantityChange: 500,
                resultingOnHand: 500,
                scannedAt: '2024-11-18T09:58:00.000Z',
                timestamp: '2024-11-18T09:58:01.000Z',
                ...who,
              },
              {
                eventId: 'evt-20241118-000123',
                transactionId: '1c9b6c11-25c4-4d0c-9a53-0f6a86a0d7b4',
                eventType: 'InventoryPick',
                ...place,
                version: 2,
                quantityChange: -50,
                resultingOnHand: 450,
                scannedAt: '2024-11-18T10:00:00.000Z',
                timestamp: '2024-11-18T10:00:01.000Z',
                ...who,
                orderId: 'ORD-1001',
                lineId: '1',
                allocationId: 'ORD-1001:1:1',
                allocationPicked: 50,
              },
              {
                kind: 'correction',
                ...place,
                version: 2,
                timestamp: '2024-11-18T12:00:04.000Z',
                class: 'calculation-mismatch',
                runId: '20241118T120000000Z-k3x9',
                wms: figures,
                found: { onHand: 450, version: 2 },
                current: true,
              },
            ],
          },
        },
      },
    },
    problems: {
      400: 'A parameter is not valid, or no page of this history gave `after` as `next`.',
      404: 'Neither the cloud nor its journal know of the item in the warehouse.',
    },
  },
];
