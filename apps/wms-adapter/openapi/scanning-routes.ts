import { SIGN_IN_REFUSED } from '../../../shared/contracts/sign-in.ts';
import { pickListQuerySchema } from '../http/pick-list.ts';
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
                  errors: [{ pointer: '/itemId', detail: 'unknown item ITEM-9', code: 'unknown-item' }],
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
  {
    operationId: 'pick-list',
    method: 'get',
    path: 'pick-list',
    tag: 'Scanning',
    summary: 'What is to be picked for orders.',
    description:
      'By priority, then by the age of the order. Where it lies, `GET /positions` tells. A device of several warehouses has to name one.',
    query: pickListQuerySchema,
    answers: {
      200: {
        description: 'A page of what is reserved and not picked.',
        content: {
          schema: 'PickList',
          example: {
            picks: [
              {
                allocationId: 'ORD-1001:1:1',
                orderId: 'ORD-1001',
                lineId: '1',
                itemId: 'ITEM-12345',
                warehouseId: 'WH-001',
                open: 40,
                priority: 0,
                orderedAt: '2024-11-18T08:30:00.000Z',
              },
            ],
          },
        },
      },
    },
    problems: { 403: ANOTHER_WAREHOUSE },
  },
  {
    operationId: 'sign-in',
    method: 'post',
    path: 'sign-in',
    tag: 'Scanning',
    summary: 'Who has this badge and PIN.',
    description:
      'For a device that is handed to a person. Nothing is kept open: the answer says for how long the device may go by it, also offline.',
    body: { schema: 'SignIn', example: { badge: 'BADGE-0023', pin: '271828' } },
    answers: {
      200: {
        description: 'Somebody who is active and works in a warehouse of the device.',
        content: {
          schema: 'SignedIn',
          example: {
            userId: 'warehouse_user_23',
            name: 'Ann',
            role: 'worker',
            warehouseIds: ['WH-001'],
            validForMs: 43_200_000,
          },
        },
      },
    },
    problems: {
      401: `Nobody who may work on this device has this badge and PIN (\`type\` ${SIGN_IN_REFUSED}, whatever the reason); or the key is not valid.`,
      429: 'Five attempts with the badge were wrong within five minutes, or 50 within a day; or 30 with the device within five minutes.',
    },
  },
];
