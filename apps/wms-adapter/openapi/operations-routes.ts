import { DOCUMENT_ROUTES } from '../../../shared/openapi/document-routes.ts';
import { allocationQuerySchema } from '../http/books.ts';
import { pageQuerySchema } from '../http/pages.ts';
import { NOT_FOR_DEVICES } from './refusals.ts';
import type { Route } from './route.ts';

const warehouses = { starting: 0, connected: 7, away: 1 };

/** Health, the books and the documents. */
export const OPERATIONS_ROUTES: readonly Route[] = [
  {
    operationId: 'health',
    method: 'get',
    path: 'health',
    tag: 'Operations',
    summary: 'Whether scans can be booked.',
    description: 'A bus that is away is told and makes nothing unready: events wait in the outbox.',
    isAnonymous: true,
    needsNothing: true,
    answers: {
      200: {
        description: 'They can.',
        content: {
          schema: 'Health',
          example: {
            status: 'ready',
            database: 'ready',
            bus: 'connected',
            allocationRequests: warehouses,
            investigations: warehouses,
            outbox: { unsent: 3, parked: 0, oldestAgeMs: 120 },
          },
        },
      },
      503: {
        description: 'They cannot; `missing` names what is not there.',
        content: {
          schema: 'Health',
          example: {
            status: 'not-ready',
            missing: ['database'],
            database: 'does-not-answer',
            bus: 'connected',
            allocationRequests: warehouses,
            investigations: warehouses,
          },
        },
      },
    },
  },
  {
    operationId: 'health-live',
    method: 'get',
    path: 'health/live',
    tag: 'Operations',
    summary: 'Whether the adapter runs.',
    isAnonymous: true,
    needsNothing: true,
    answers: {
      200: { description: 'It does.', content: { schema: 'Live', example: { status: 'live' } } },
    },
  },
  ...DOCUMENT_ROUTES,
  {
    operationId: 'ledger',
    method: 'get',
    path: 'ledger',
    tag: 'Operations',
    summary: 'Every event ever published, in commit order.',
    query: pageQuerySchema,
    answers: {
      200: {
        description: 'A page of events.',
        content: {
          schema: 'Events',
          example: {
            events: [
              {
                eventId: 'evt-20241118-000123',
                timestamp: '2024-11-18T10:00:00.000Z',
                eventType: 'InventoryPick',
                itemId: 'ITEM-12345',
                warehouseId: 'WH-001',
                locationId: 'A-05-02',
                lotNumber: 'LOT-2024-089',
                quantityChange: -50,
                resultingOnHand: 450,
                transactionId: '9b2f6a0e-6a55-4c0e-9d5b-0b6f3a4f8c01',
                scannerId: 'SCANNER-08',
                userId: 'warehouse_user_23',
                schemaVersion: 1,
                version: 8,
              },
            ],
          },
        },
      },
    },
    problems: { 403: NOT_FOR_DEVICES },
  },
  {
    operationId: 'allocations',
    method: 'get',
    path: 'allocations',
    tag: 'Operations',
    summary: 'What is reserved for orders, first seen first.',
    query: allocationQuerySchema,
    answers: {
      200: {
        description: 'A page of allocations.',
        content: {
          schema: 'Allocations',
          example: {
            allocations: [
              {
                allocationId: 'ORD-1001:1:1',
                orderId: 'ORD-1001',
                lineId: '1',
                itemId: 'ITEM-12345',
                warehouseId: 'WH-001',
                requested: 100,
                reserved: 95,
                picked: 0,
                status: 'confirmed',
                sequence: 1,
                decidedAt: '2024-11-18T10:00:02.250Z',
              },
            ],
          },
        },
      },
    },
    problems: { 403: NOT_FOR_DEVICES },
  },
];
