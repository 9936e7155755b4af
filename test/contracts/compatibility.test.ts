import { expect, test } from 'vitest';
import type { z } from 'zod';
import { transactionHash } from '../../apps/wms-adapter/booking/transaction-hash.ts';
import { canonicalHash } from '../../shared/canonical-hash.ts';
import { allocationOrderSchema, holdSchema } from '../../shared/contracts/allocation.ts';
import {
  allocationDecisionSchema,
  allocationRequestSchema,
} from '../../shared/contracts/allocation-messages.ts';
import { inventoryEventSchema } from '../../shared/contracts/inventory-event.ts';
import { investigationNoticeSchema } from '../../shared/contracts/investigation.ts';
import { transactionSchema } from '../../shared/contracts/transaction.ts';

/**
 * What others send, with no more than what had to be in it when it was published: none of these lines may change
 * (docs/versioning.md).
 */
const at = '2024-11-18T10:00:00.000Z';
const allocation = {
  ...{ allocationId: 'ORD-1:1:1', orderId: 'ORD-1', lineId: '1', itemId: 'ITEM-1', warehouseId: 'WH-001' },
};
const event = {
  eventId: 'evt-20241118-000123',
  timestamp: at,
  eventType: 'InventoryAdjustment',
  itemId: 'ITEM-12345',
  warehouseId: 'WH-001',
  locationId: 'A-05-02',
  lotNumber: 'LOT-2024-089',
  quantityChange: -50,
  resultingOnHand: 450,
  transactionId: 'TRX-445566',
  scannerId: 'SCANNER-08',
  userId: 'warehouse_user_23',
};
const transaction = {
  transactionId: '6f1d3f0e-6c0e-4d0e-9a43-0f3f3b9f2c11',
  type: 'pick',
  itemId: 'ITEM-1',
  warehouseId: 'WH-001',
  locationId: 'A-05-02',
  quantity: 1,
  scannedAt: at,
  scannerId: 'SCANNER-08',
  userId: 'ann',
};
const order = { lines: [{ lineId: '1', itemId: 'ITEM-1', quantity: 2 }] };
const hold = { ...order, expiresInSeconds: 900 };

const published: [string, z.ZodType, object][] = [
  ['an inventory event', inventoryEventSchema, event],
  [
    'a request for an allocation',
    allocationRequestSchema,
    { kind: 'request', ...allocation, quantity: 2, leastQuantity: 1, orderedAt: at, priority: 0 },
  ],
  ['a release of an allocation', allocationRequestSchema, { kind: 'release', ...allocation }],
  [
    'a decision',
    allocationDecisionSchema,
    { ...allocation, sequence: 1, status: 'confirmed', quantity: 2, picked: 0, decidedAt: at },
  ],
  [
    'a notice of an investigation',
    investigationNoticeSchema,
    {
      noticeId: 'WH-001:ITEM-1:1#1',
      step: { at, by: 'reconciliation', action: 'opened', detail: 'One found.' },
      investigation: {
        ...{ investigationId: 'WH-001:ITEM-1:1', warehouseId: 'WH-001', itemId: 'ITEM-1', status: 'opened' },
        ...{ openedAt: at, changedAt: at, discrepancyCount: 1, stepCount: 1 },
      },
    },
  ],
  ['a transaction', transactionSchema, transaction],
  ['an order', allocationOrderSchema, order],
  ['a cart', holdSchema, hold],
];

test.each(published)('%s as it was published first is taken', (_what, schema, body) => {
  expect(schema.safeParse(body).error).toBeUndefined();
});

test.each(published)(
  '%s of a later version, with a field that is not known yet, is taken',
  (_what, schema, body) => {
    expect(schema.safeParse({ ...body, 'a later field': { of: ['any', 'kind'] } }).error).toBeUndefined();
  },
);

/** Databases hold these: a field that a later version adds with a default would make of a repeated call another one. */
test.each([
  [
    'order',
    canonicalHash(allocationOrderSchema.parse(order)),
    'Ksi620DiXK6gC8ycvumilGzWOlSx9n1hlRyrAyheMGg=',
  ],
  ['cart', canonicalHash(holdSchema.parse(hold)), 'l9OYFEdO4ZPElh7sc5YfyZmnwUVACgL3QFqSJmlWfow='],
  [
    'transaction',
    transactionHash(transactionSchema.parse(transaction)),
    'uh8ZHqWkQDnkAtxvA03aH2ScN/iRw4RjLwnQWqsEpJA=',
  ],
])('the same %s, repeated after an upgrade, is known again', (_what, hash, expected) => {
  expect(hash).toBe(expected);
});
