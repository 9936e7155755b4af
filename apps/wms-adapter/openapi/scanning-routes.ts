import { positionQuerySchema } from '../http/positions.ts';
import { ANOTHER_WAREHOUSE } from './refusals.ts';
import type { Route } from './route.ts';

const transactionId = '9b2f6a0e-6a55-4c0e-9d5b-0b6f3a4f8c01';

/** A pick of 50 from the position of the published event. */
export const pick = {
  transactionId,
  type: 'pick',
  itemId: 'ITEM-12345',
  warehouseId: 'WH-001',
  locationId: 'A-05-02',
  lotNumber: 'LOT-2024-089',
  quantity: 50,
  scannedAt: '2024-11-18T09:59:58.400Z',
  sequence: 17,
  scannerId: 'SCANNER-08',
  userId: 'warehouse_user_23',
};

/** Posting scans, and reading positions. */
export const SCANNING_ROUTES: readonly Route[] = [
  {
    operationId: 'transactions-post',
    method: 'post',
    path: 'transactions',
    tag: 'Scanning',
    summary: 'Book one transaction, or up to 500.',
    description:
      'Posted again, the same scan is a `duplicate` and is not booked twice. `scannedAt` is corrected by the clocks that the call tells. Nothing is lost that was answered with `applied`, `duplicate` or `exception`.',
    body: {
      schema: 'Transactions',
      example: [pick, { ...pick, transactionId: 'c7b7f4f4-0f6a-4e1e-8a3e-6a9b8f6d2a02', itemId: 'ITEM-9' }],
    },
    answers: {
      200: {
        description: 'One result a transaction, in their order.',
        content: {
          schema: 'TransactionResults',
          example: {
            results: [
              { transactionId, outcome: 'applied', position: { onHand: 450, version: 8 } },
              {
                transactionId: 'c7b7f4f4-0f6a-4e1e-8a3e-6a9b8f6d2a02',
                outcome: 'rejected',
                problem: {
                  type: 'urn:stockbridge:problem:transaction-rejected',
                  title: 'The transaction was not booked',
                  status: 422,
                  detail: 'itemId: unknown item ITEM-9',
                  errors: [{ pointer: '/itemId', detail: 'unknown item ITEM-9' }],
                },
              },
            ],
          },
        },
      },
    },
  },
  {
    operationId: 'positions-list',
    method: 'get',
    path: 'positions',
    tag: 'Scanning',
    summary: 'What is where.',
    description:
      'By warehouse, item, location, lot. A device of several warehouses has to name one; one of a single warehouse sees that.',
    query: positionQuerySchema,
    answers: {
      200: {
        description: 'A page of positions.',
        content: {
          schema: 'Positions',
          example: {
            positions: [
              {
                positionId: 'WH-001|ITEM-12345|A-05-02|LOT-2024-089',
                itemId: 'ITEM-12345',
                warehouseId: 'WH-001',
                locationId: 'A-05-02',
                lotNumber: 'LOT-2024-089',
                onHand: 450,
                reserved: 40,
                version: 8,
              },
            ],
          },
        },
      },
    },
    problems: { 403: ANOTHER_WAREHOUSE },
  },
];
