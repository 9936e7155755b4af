import { atpDaysQuerySchema } from '../contracts/atp.ts';
import type { Content, Route } from './route.ts';

/** The rule of the lowest projected quantity from that day on. */
const BY_DATE =
  'With `from` or `to` (UTC days, both included) also by day: the lowest projected quantity from that day on, out of what is there, expected receipts and the demand of backorders.';

const ofWarehouse = {
  itemId: 'ITEM-12345',
  warehouseId: 'WH-001',
  onHand: 450,
  tentative: 10,
  confirmed: 40,
  safetyStock: 20,
  atp: 380,
  atRisk: 120,
  version: 7,
  asOf: '2024-11-18T10:00:00.000Z',
};

const { warehouseId: _warehouseId, version: _version, ...sums } = ofWarehouse;
const ofItem: Content = { schema: 'ItemAtp', example: { ...sums, warehouses: [ofWarehouse] } };
const pairs = [
  { itemId: 'ITEM-12345', warehouseId: 'WH-001' },
  { itemId: 'ITEM-12345', warehouseId: 'WH-002' },
];

/** Available to promise, now. */
export const ATP_ROUTES: readonly Route[] = [
  {
    operationId: 'atp-item',
    method: 'get',
    path: 'items/{itemId}/atp',
    tag: 'ATP',
    summary: 'ATP of an item over all warehouses.',
    description: BY_DATE,
    query: atpDaysQuerySchema,
    answers: { 200: { description: 'The sums, and one entry a warehouse.', content: ofItem } },
    problems: { 404: 'The cloud knows no stock of the item.' },
  },
  {
    operationId: 'atp-warehouse',
    method: 'get',
    path: 'items/{itemId}/warehouses/{warehouseId}/atp',
    tag: 'ATP',
    summary: 'ATP of an item in one warehouse.',
    description: `On hand − safety stock − tentative − confirmed. Below zero it stops new holds and revokes nothing. ${BY_DATE}`,
    query: atpDaysQuerySchema,
    answers: {
      200: { description: 'What is there.', content: { schema: 'WarehouseAtp', example: ofWarehouse } },
    },
    problems: { 404: 'The cloud knows no stock of the item in the warehouse.' },
  },
  {
    operationId: 'atp-query',
    method: 'post',
    path: 'atp/query',
    tag: 'ATP',
    summary: 'ATP of up to 500 pairs of item and warehouse.',
    body: { schema: 'AtpQuery', example: { pairs } },
    answers: {
      200: {
        description: 'One answer a pair, in the order asked.',
        content: {
          schema: 'AtpQueryResult',
          example: {
            results: [
              { ...ofWarehouse, found: true },
              { ...pairs[1], found: false },
            ],
          },
        },
      },
    },
  },
];
