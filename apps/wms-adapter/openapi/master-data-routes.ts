import { MAX_PIECES } from '../../../shared/contracts/identifiers.ts';
import { MAX_TRANSACTIONS_PER_CALL } from '../../../shared/contracts/transaction.ts';
import { EARLIEST_SCAN, MAX_CLOCK_OFFSET_MS } from '../../../shared/domain/scan-time.ts';
import { MAX_BODY_BYTES } from '../http/json-body.ts';
import { masterDataQuerySchema } from '../http/master-data-changes.ts';
import { LOCK_DURATION_MS } from '../locks/location-lock.ts';
import type { Content, Route } from './route.ts';
import { ANOTHER_WAREHOUSE } from './scanning-routes.ts';

const details = { description: 'Teapot', barcodes: ['4006381333931'], maxQuantity: 500 };
const item = { itemId: 'ITEM-12345', ...details };
const location = { warehouseId: 'WH-001', locationId: 'A-05-02', description: 'Aisle A' };
const LOCATION = 'warehouses/{warehouseId}/locations/{locationId}';
const ADMINISTRATORS = 'Not with the key of a device.';
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
            items: [item],
            locations: [location],
            hasMore: false,
            warehouseIds: ['WH-001'],
            limits: {
              maxPieces: MAX_PIECES,
              transactionsPerCall: MAX_TRANSACTIONS_PER_CALL,
              bytesPerCall: MAX_BODY_BYTES,
              clockOffsetMs: MAX_CLOCK_OFFSET_MS,
              earliestScan: EARLIEST_SCAN,
              lockMs: LOCK_DURATION_MS,
            },
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
    problems: { 403: ADMINISTRATORS },
  },
  {
    operationId: 'items-put',
    method: 'put',
    path: 'items',
    tag: 'Master data',
    summary: 'Create or replace up to 500 items.',
    body: { schema: 'Items', example: [item] },
    answers: { 200: { description: 'They are stored.', content: stored } },
    problems: { 403: ADMINISTRATORS },
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
    problems: { 403: ADMINISTRATORS, 404: NO_WAREHOUSE },
  },
  {
    operationId: 'locations-put',
    method: 'put',
    path: 'locations',
    tag: 'Master data',
    summary: 'Create or replace up to 500 locations.',
    body: { schema: 'Locations', example: [location] },
    answers: { 200: { description: 'They are stored.', content: stored } },
    problems: { 403: ADMINISTRATORS, 404: NO_WAREHOUSE },
  },
];
