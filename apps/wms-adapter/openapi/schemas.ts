import { z } from 'zod';
import { outboxFiguresSchema } from '../../../shared/contracts/adapter-status.ts';
import {
  deviceDetailsSchema,
  deviceSchema,
  registeredDeviceSchema,
  userDetailsSchema,
  userSchema,
} from '../../../shared/contracts/device.ts';
import {
  itemIdSchema,
  locationIdSchema,
  pieceCountSchema,
  referenceSchema,
  scannerIdSchema,
  userIdSchema,
  warehouseIdSchema,
} from '../../../shared/contracts/identifiers.ts';
import { inventoryEventSchema } from '../../../shared/contracts/inventory-event.ts';
import {
  lockExtensionSchema,
  lockRequestSchema,
  lockTakeOverSchema,
  runningLockSchema,
  runningLocksSchema,
} from '../../../shared/contracts/location-lock.ts';
import {
  itemDetailsSchema,
  itemSchema,
  itemsSchema,
  locationDetailsSchema,
  locationSchema,
  locationsSchema,
} from '../../../shared/contracts/master-data.ts';
import { masterDataChangesSchema } from '../../../shared/contracts/master-data-changes.ts';
import { pickListSchema } from '../../../shared/contracts/pick-list.ts';
import { wmsPositionsSchema } from '../../../shared/contracts/position.ts';
import {
  explainedPositionSchema,
  ledgerEntrySchema,
  positionHistorySchema,
  recountsSchema,
  shortfallsSchema,
} from '../../../shared/contracts/position-history.ts';
import { recountTasksSchema } from '../../../shared/contracts/recount-task.ts';
import { signInAnswerSchema, signInRequestSchema } from '../../../shared/contracts/sign-in.ts';
import {
  MAX_TRANSACTIONS_PER_CALL,
  transactionProblemSchema,
  transactionResultSchema,
  transactionResultsSchema,
  transactionSchema,
} from '../../../shared/contracts/transaction.ts';
import type { Parameters } from '../../../shared/openapi/api.ts';

const next = z.string().optional().describe('There is more: hand it back as `after`.');

const allocationSchema = z.object({
  allocationId: z.string(),
  orderId: z.string(),
  lineId: z.string(),
  itemId: z.string(),
  warehouseId: z.string(),
  requested: pieceCountSchema,
  reserved: pieceCountSchema.describe('Pieces, those picked included.'),
  picked: pieceCountSchema,
  status: z.enum(['confirmed', 'rejected', 'reduced', 'released']),
  sequence: z.int().min(1).describe('The number of the last decision on it.'),
  decidedAt: z.string(),
});

const receptionSchema = z
  .object({ starting: z.int(), connected: z.int(), away: z.int() })
  .describe('Warehouses, by how their subscription is.');

const healthSchema = z.object({
  status: z.enum(['ready', 'not-ready']),
  missing: z.array(z.string()).optional(),
  database: z.enum(['ready', 'does-not-answer']),
  bus: z.enum(['starting', 'connected', 'away']),
  allocationRequests: receptionSchema,
  investigations: receptionSchema,
  outbox: outboxFiguresSchema.optional(),
});

/** An allocation as it is answered. */
export type AllocationAnswer = z.infer<typeof allocationSchema>;

/** Health as it is answered. */
export type HealthAnswer = z.infer<typeof healthSchema>;

/** The bodies of the adapter's API, by the name they have in its OpenAPI document. */
export const SCHEMAS = {
  Allocations: z.object({ allocations: z.array(allocationSchema), next }),
  AsyncApi: z.looseObject({ asyncapi: z.string() }),
  Device: deviceSchema,
  DeviceDetails: deviceDetailsSchema,
  Devices: z.object({ devices: z.array(deviceSchema), next }),
  Events: z.object({ events: z.array(inventoryEventSchema), next }),
  ExplainedPosition: explainedPositionSchema,
  Health: healthSchema,
  InventoryEvent: inventoryEventSchema,
  Item: itemSchema,
  ItemDetails: itemDetailsSchema,
  Items: itemsSchema,
  LedgerEntry: ledgerEntrySchema,
  Live: z.object({ status: z.literal('live') }),
  Location: locationSchema,
  LocationDetails: locationDetailsSchema,
  Locations: locationsSchema,
  Lock: runningLockSchema,
  LockExtension: lockExtensionSchema,
  LockRequest: lockRequestSchema,
  LockTakeOver: lockTakeOverSchema,
  Locks: runningLocksSchema,
  MasterDataChanges: masterDataChangesSchema,
  OpenApi: z.looseObject({ openapi: z.string() }),
  PickList: pickListSchema,
  PositionHistory: positionHistorySchema,
  Positions: wmsPositionsSchema,
  ProblemDetails: transactionProblemSchema,
  Recounts: recountsSchema,
  RecountTasks: recountTasksSchema,
  RegisteredDevice: registeredDeviceSchema,
  Shortfalls: shortfallsSchema,
  SignIn: signInRequestSchema,
  SignedIn: signInAnswerSchema,
  Stored: z.object({ stored: z.int().min(0) }),
  Transaction: transactionSchema,
  TransactionResult: transactionResultSchema,
  TransactionResults: transactionResultsSchema,
  Transactions: z.union([transactionSchema, z.array(transactionSchema).max(MAX_TRANSACTIONS_PER_CALL)]),
  User: userSchema,
  UserDetails: userDetailsSchema,
  Users: z.object({ users: z.array(userSchema), next }),
} satisfies Record<string, z.ZodType>;

export type SchemaName = keyof typeof SCHEMAS;

/** The parameters of paths, by name. */
export const PATH_PARAMETERS: Parameters = {
  positionId: {
    schema: z.string().meta({ examples: ['WH-001|ITEM-12345|A-05-02|LOT-2024-089'] }),
    description: '`warehouse|item|location|lot`, percent-encoded; the lot is empty for stock without one.',
  },
  lockId: { schema: referenceSchema, description: 'A lock of a location.' },
  itemId: { schema: itemIdSchema, description: 'An item.' },
  warehouseId: { schema: warehouseIdSchema, description: 'A warehouse.' },
  locationId: { schema: locationIdSchema, description: 'A location of the warehouse.' },
  scannerId: { schema: scannerIdSchema, description: 'A device.' },
  userId: { schema: userIdSchema, description: 'Who scans.' },
};
