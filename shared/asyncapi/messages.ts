import { z } from 'zod';
import { adapterStatusSchema } from '../contracts/adapter-status.ts';
import { allocationDecisionSchema, allocationRequestSchema } from '../contracts/allocation-messages.ts';
import { warehouseIdSchema } from '../contracts/identifiers.ts';
import { inventoryEventSchema } from '../contracts/inventory-event.ts';
import { investigationNoticeSchema } from '../contracts/investigation.ts';
import { atpChangeSchema } from '../contracts/planning.ts';
import { stockChangeSchema } from '../contracts/stock-change.ts';
import type { Message } from './bus.ts';

/** CloudEvents 1.0 attributes in the AMQP binding's binary mode, in the form that JMS clients can read as well. */
const cloudEvent = {
  cloudEvents_specversion: z.literal('1.0'),
  cloudEvents_id: z.string(),
  cloudEvents_source: z.string(),
  cloudEvents_type: z.string(),
  cloudEvents_time: z.iso.datetime(),
  cloudEvents_subject: z.string(),
};

const trace = {
  traceparent: z.string().describe('W3C trace context of what caused it.'),
  tracestate: z.string().optional(),
  'Diagnostic-Id': z.string().describe('The same as `traceparent`, by the name that the Azure SDKs knew.'),
};

/** By which a message that is sent again remembers its first journey. */
const journey = {
  replayTo: z.string().describe('It is sent again, for this subscription only.'),
  stockbridge_firstEnqueuedAt: z.int().describe('Milliseconds UTC.'),
  stockbridge_firstSequenceNumber: z.string(),
  stockbridge_attempt: z
    .int()
    .min(1)
    .describe('How often it was sent again; the end of its message id, too.'),
};

const warehouseId = warehouseIdSchema.describe('Subscriptions of warehouses filter by it.');
const position = { itemId: 'ITEM-12345', warehouseId: 'WH-001' };
const allocation = { allocationId: 'ORD-1001:1:1', orderId: 'ORD-1001', lineId: '1', ...position };
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const at = '2024-11-18T11:00:00.000Z';
const investigationId = 'WH-001:ITEM-12345:1';
const noticeId = `${investigationId}#3`;

/** What the bus carries, by name. */
export const MESSAGES = {
  InventoryEvent: {
    title: 'Inventory event',
    description:
      'A warehouse transaction and the position that resulted, sent after the transaction is committed, and again when in doubt: repetition and order do no harm. A message without any application property is taken.',
    schema: inventoryEventSchema,
    properties: z.object({ ...cloudEvent, ...trace, ...journey }).partial(),
    messageId: '`{eventId}`; sent again `{eventId}#{attempt}`',
    subject: '`{itemId}`',
    example: {
      properties: {
        cloudEvents_specversion: '1.0',
        cloudEvents_id: 'evt-20241118-000123',
        cloudEvents_source: '/stockbridge/wms-adapter/WH-001',
        cloudEvents_type: 'stockbridge.InventoryAdjustment',
        cloudEvents_time: '2024-11-18T10:00:00.000Z',
        cloudEvents_subject: 'ITEM-12345',
        traceparent,
        'Diagnostic-Id': traceparent,
      },
      body: {
        eventId: 'evt-20241118-000123',
        timestamp: '2024-11-18T10:00:00.000Z',
        eventType: 'InventoryAdjustment',
        ...position,
        locationId: 'A-05-02',
        lotNumber: 'LOT-2024-089',
        quantityChange: -50,
        resultingOnHand: 450,
        transactionId: 'TRX-445566',
        scannerId: 'SCANNER-08',
        userId: 'warehouse_user_23',
        version: 8,
      },
    },
  },
  AllocationRequest: {
    title: 'Allocation request',
    description:
      'What the cloud asks of a warehouse: to reserve pieces for an order line, or to release them. It may come again, and in any order: the WMS decides once per allocation id, and a release is final even for an id never seen.',
    schema: allocationRequestSchema,
    properties: z.object({ warehouseId }).extend(z.object({ ...trace, ...journey }).partial().shape),
    messageId: '`{allocationId}|{kind}|{attempt}`; sent again `{allocationId}|{kind}|{attempt}#{attempt}`',
    subject: '`{itemId}`',
    example: {
      properties: { warehouseId: 'WH-001', traceparent, 'Diagnostic-Id': traceparent },
      body: {
        kind: 'request',
        ...allocation,
        quantity: 100,
        leastQuantity: 1,
        orderedAt: '2024-11-18T10:00:00.000Z',
        priority: 0,
      },
    },
  },
  AllocationDecision: {
    title: 'Allocation decision',
    description:
      "A warehouse's word on an allocation: its whole state, numbered, so that the highest number stands whatever order decisions arrive in and however often. It answers a request, and comes unasked when stock falls short or a pick is closed.",
    schema: allocationDecisionSchema,
    properties: z.object({ ...trace, ...journey }).partial(),
    messageId: '`{allocationId}|{sequence}`; sent again `{allocationId}|{sequence}#{attempt}`',
    subject: '`{itemId}`',
    example: {
      properties: { traceparent, 'Diagnostic-Id': traceparent },
      body: {
        ...allocation,
        sequence: 1,
        status: 'confirmed',
        quantity: 95,
        picked: 0,
        reason: 'insufficient-stock',
        decidedAt: '2024-11-18T10:00:02.250Z',
      },
    },
  },
  AtpChange: {
    title: 'ATP crossed a threshold',
    description:
      "An item's ATP fell below a threshold that was set for it, or reached it again. It may come again or late: of a threshold the highest `sequence` stands.",
    schema: atpChangeSchema,
    properties: z.object({ itemId: z.string().describe('A subscription may filter by it.'), ...cloudEvent }),
    messageId: '`{itemId}|{threshold}|{sequence}`',
    subject: '`{itemId}`',
    example: {
      properties: {
        itemId: 'ITEM-12345',
        cloudEvents_specversion: '1.0',
        cloudEvents_id: 'ITEM-12345|50|7',
        cloudEvents_source: '/stockbridge/atp',
        cloudEvents_type: 'stockbridge.AtpThresholdCrossed',
        cloudEvents_time: at,
        cloudEvents_subject: 'ITEM-12345',
      },
      body: { itemId: 'ITEM-12345', threshold: 50, below: true, atp: 48, previousAtp: 52, at, sequence: 7 },
    },
  },
  InvestigationNotice: {
    title: 'Step of an investigation',
    description: 'What happened to an investigation, and how it stands after that. At least once.',
    schema: investigationNoticeSchema,
    properties: z.object({
      warehouseId,
      action: z.string().describe('The action of the step; a subscription may filter by it.'),
      ...cloudEvent,
    }),
    messageId: '`{noticeId}`',
    subject: '`{investigationId}`',
    example: {
      properties: {
        warehouseId: 'WH-001',
        action: 'recount-asked',
        cloudEvents_specversion: '1.0',
        cloudEvents_id: noticeId,
        cloudEvents_source: '/stockbridge/investigations',
        cloudEvents_type: 'stockbridge.InvestigationChanged',
        cloudEvents_time: at,
        cloudEvents_subject: investigationId,
      },
      body: {
        noticeId,
        step: { at, by: 'ann.lee', action: 'recount-asked', detail: 'To be counted: A-05-02/LOT-2024-089.' },
        investigation: {
          investigationId,
          ...position,
          status: 'recount-asked',
          openedAt: '2024-11-18T10:15:32.000Z',
          changedAt: at,
          assignee: 'ann.lee',
          recount: {
            askedAt: at,
            askedBy: 'ann.lee',
            note: '',
            positions: [{ locationId: 'A-05-02', lotNumber: 'LOT-2024-089', sinceVersion: 8 }],
          },
          discrepancyCount: 1,
          stepCount: 3,
        },
      },
    },
  },
  StockChange: {
    title: 'Stock changed',
    description: 'Items whose stock changed while somebody waits for it, or watches its ATP.',
    schema: stockChangeSchema,
    properties: z.object({}),
    example: { properties: {}, body: { itemIds: ['ITEM-12345'] } },
  },
  AdapterStatus: {
    title: 'Status of a WMS adapter',
    description: 'How an adapter is, once a minute, for people to see. Nothing is decided by it.',
    schema: adapterStatusSchema,
    properties: z.object({}),
    subject: '`{adapterId}`',
    example: {
      properties: {},
      body: {
        adapterId: 'wms-1:7080',
        warehouseIds: ['WH-001'],
        database: 'ready',
        outbox: { unsent: 0, parked: 0, oldestAgeMs: 0 },
      },
    },
  },
} as const satisfies Record<string, Message>;

export type MessageName = keyof typeof MESSAGES;
