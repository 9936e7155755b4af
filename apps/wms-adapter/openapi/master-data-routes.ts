import { masterDataQuerySchema, SCANNER_LIMITS } from '../http/master-data-changes.ts';
import { ANOTHER_WAREHOUSE, NOT_FOR_DEVICES } from './refusals.ts';
import type { Content, Route } from './route.ts';

const details = { description: 'Teapot', barcodes: ['4006381333931'], maxQuantity: 500, unitPrice: 12.5 };
const item = { itemId: 'ITEM-12345', ...details };
const location = { warehouseId: 'WH-001', locationId: 'A-05-02', description: 'Aisle A' };
const LOCATION = 'warehouses/{warehouseId}/locations/{locationId}';
const NO_WAREHOUSE = 'There is no such warehouse.';
const stored: Content = { schema: 'Stored', example: { stored: 1 } };

/** Items and locations. */
export const MASTER_DATA_ROUTES: readonly Route[] = [
  {
    operationId: 'master-data-changes',
    method: 'get',
    path: 'master-data',
    tag: 'Master data',
    summary: 'What was put since a version: for checking offline.',
    description:
      'Ask with the `version` of the answer before, at first with 0, until `hasMore` is false. Items of all warehouses, locations of the device’s, or of `warehouseId`.',
    query: masterDataQuerySchema,
    answers: {
      200: {
        description: 'A page of changes.',
        content: {
          schema: 'MasterDataChanges',
          example: {
            version: 2,
            mark: 'location|WH-001|A-05-02',
            items: [item],
            locations: [location],
            hasMore: false,
            scannerId: 'SCANNER-08',
            warehouseIds: ['WH-001'],
            limits: SCANNER_LIMITS,
          },
        },
      },
    },
    problems: { 403: ANOTHER_WAREHOUSE },
  },
  {
    operationId: 'item-read',
    method: 'get',
    path: 'items/{itemId}',
    tag: 'Master data',
    summary: 'An item.',
    answers: { 200: { description: 'As it was put.', content: { schema: 'Item', example: item } } },
    problems: { 404: 'There is no such item.' },
  },
  {
    operationId: 'item-put',
    method: 'put',
    path: 'items/{itemId}',
    tag: 'Master data',
    summary: 'Create or replace an item.',
    body: { schema: 'ItemDetails', example: details },
    answers: { 200: { description: 'It is stored.', content: { schema: 'Item', example: item } } },
    problems: { 403: NOT_FOR_DEVICES },
  },
  {
    operationId: 'items-put',
    method: 'put',
    path: 'items',
    tag: 'Master data',
    summary: 'Create or replace up to 500 items.',
    body: { schema: 'Items', example: [item] },
    answers: { 200: { description: 'They are stored.', content: stored } },
    problems: { 403: NOT_FOR_DEVICES },
  },
  {
    operationId: 'location-read',
    method: 'get',
    path: LOCATION,
    tag: 'Master data',
    summary: 'A location.',
    answers: { 200: { description: 'As it was put.', content: { schema: 'Location', example: location } } },
    problems: { 403: ANOTHER_WAREHOUSE, 404: 'There is no such location.' },
  },
  {
    operationId: 'location-put',
    method: 'put',
    path: LOCATION,
    tag: 'Master data',
    summary: 'Create or replace a location.',
    body: { schema: 'LocationDetails', example: { description: 'Aisle A' } },
    answers: { 200: { description: 'It is stored.', content: { schema: 'Location', example: location } } },
    problems: { 403: NOT_FOR_DEVICES, 404: NO_WAREHOUSE },
  },
  {
    operationId: 'locations-put',
    method: 'put',
    path: 'locations',
    tag: 'Master data',
    summary: 'Create or replace up to 500 locations.',
    body: { schema: 'Locations', example: [location] },
    answers: { 200: { description: 'They are stored.', content: stored } },
    problems: { 403: NOT_FOR_DEVICES, 404: NO_WAREHOUSE },
  },
];
