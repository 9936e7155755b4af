import { backordersQuerySchema } from '../contracts/allocation.ts';
import type { Content, Route } from './route.ts';

const SAFETY_STOCK = 'items/{itemId}/warehouses/{warehouseId}/safety-stock';
const EXPECTED_RECEIPTS = 'items/{itemId}/warehouses/{warehouseId}/expected-receipts';
const THRESHOLDS = 'items/{itemId}/atp-thresholds';

const safetyStock: Content = {
  schema: 'SafetyStockState',
  example: { itemId: 'ITEM-12345', warehouseId: 'WH-001', quantity: 20 },
};

const receipt = {
  expectedReceiptId: 'ASN-2024-11-25',
  quantity: 500,
  expectedOn: '2024-11-25',
  received: 0,
  status: 'expected',
};
const expectedReceipt: Content = { schema: 'ExpectedReceiptState', example: receipt };
const thresholds: Content = { schema: 'AtpThresholds', example: { thresholds: [0, 50] } };
const noWarehouse = 'This installation does not serve the warehouse.';

/** What is planned, and who waits. */
export const PLANNING_ROUTES: readonly Route[] = [
  {
    operationId: 'safety-stock-set',
    method: 'put',
    path: SAFETY_STOCK,
    tag: 'Planning',
    summary: 'Set the pieces of an item that are never promised.',
    body: { schema: 'SafetyStock', example: { quantity: 20 } },
    answers: { 200: { description: 'It is set.', content: safetyStock } },
    problems: { 404: noWarehouse },
  },
  {
    operationId: 'safety-stock-read',
    method: 'get',
    path: SAFETY_STOCK,
    tag: 'Planning',
    summary: 'The pieces of an item that are never promised.',
    answers: { 200: { description: '0 unless it was set.', content: safetyStock } },
    problems: { 404: noWarehouse },
  },
  {
    operationId: 'expected-receipts-list',
    method: 'get',
    path: EXPECTED_RECEIPTS,
    tag: 'Planning',
    summary: 'Deliveries of an item that are announced to a warehouse.',
    answers: {
      200: {
        description: 'Those that are still open, by date; and the latest 100 that came in full.',
        content: { schema: 'ExpectedReceipts', example: { expectedReceipts: [receipt] } },
      },
    },
    problems: { 404: noWarehouse },
  },
  {
    operationId: 'expected-receipt-announce',
    method: 'put',
    path: `${EXPECTED_RECEIPTS}/{expectedReceiptId}`,
    tag: 'Planning',
    summary: 'Announce a delivery, or change one.',
    body: { schema: 'ExpectedReceipt', example: { quantity: 500, expectedOn: '2024-11-25' } },
    answers: {
      200: { description: 'It was known, and stands so now.', content: expectedReceipt },
      201: { description: 'It is announced.', content: expectedReceipt },
    },
    problems: { 404: noWarehouse, 409: 'More deliveries are open than can be kept.' },
  },
  {
    operationId: 'expected-receipt-withdraw',
    method: 'delete',
    path: `${EXPECTED_RECEIPTS}/{expectedReceiptId}`,
    tag: 'Planning',
    summary: 'Withdraw a delivery.',
    answers: { 204: { description: 'It is not expected.' } },
    problems: { 404: noWarehouse },
  },
  {
    operationId: 'atp-thresholds-set',
    method: 'put',
    path: THRESHOLDS,
    tag: 'Planning',
    summary: 'Set the figures of ATP at whose crossing a message goes out.',
    description: 'Topic `atp-changes` carries it, so that nobody need poll.',
    body: thresholds,
    answers: { 200: { description: 'They are set.', content: thresholds } },
  },
  {
    operationId: 'atp-thresholds-read',
    method: 'get',
    path: THRESHOLDS,
    tag: 'Planning',
    summary: 'The figures of ATP at whose crossing a message goes out.',
    answers: { 200: { description: 'None unless they were set.', content: thresholds } },
  },
  {
    operationId: 'atp-thresholds-remove',
    method: 'delete',
    path: THRESHOLDS,
    tag: 'Planning',
    summary: 'Send no such messages any more.',
    answers: { 204: { description: 'None are set.' } },
  },
  {
    operationId: 'backorders',
    method: 'get',
    path: 'backorders',
    tag: 'Planning',
    summary: 'What waits for stock, in the order in which it will be served.',
    query: backordersQuerySchema,
    answers: {
      200: {
        description: 'A page of them; `continuationToken` asks for the next.',
        content: {
          schema: 'Backorders',
          example: {
            backorders: [
              {
                orderId: 'ORD-1001',
                lineId: '1',
                itemId: 'ITEM-12345',
                quantity: 5,
                priority: 0,
                orderedAt: '2024-11-18T10:00:00.000Z',
                promisedDate: '2024-11-25',
              },
            ],
          },
        },
      },
    },
    problems: { 400: 'A parameter is not valid, or no list gave this token.' },
  },
];
