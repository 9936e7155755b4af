import { z } from 'zod';
import { itemIdSchema, lineIdSchema, MAX_PIECES, orderIdSchema, warehouseIdSchema } from './identifiers.ts';
import { queryNumber } from './query-number.ts';

/** Lines in one order or cart. */
export const MAX_LINES = 200;
export const MAX_PRIORITY = 1000;

const piecesWantedSchema = z.int().min(1).max(MAX_PIECES);

/** Of an installation: a transactional batch takes the stocks of an item in all of them beside forty of its lines. */
export const MAX_WAREHOUSES = 50;

const warehousesSchema = z.array(warehouseIdSchema).min(1).max(MAX_WAREHOUSES);

/** What an order wants of one item, and what it accepts. */
export const orderedLineSchema = z
  .object({
    lineId: lineIdSchema,
    itemId: itemIdSchema,
    quantity: piecesWantedSchema.describe('Pieces.'),
    wantedDate: z.iso
      .date()
      .optional()
      .describe('UTC day on which it is wanted; absent: as soon as possible.'),
    priority: z
      .int()
      .min(0)
      .max(MAX_PRIORITY)
      .default(0)
      .describe('Higher goes first, among backorders and when stock falls short; 0 unless told.'),
    allowedWarehouses: warehousesSchema.optional().describe('Only these may deliver; absent: all.'),
    preferredWarehouses: warehousesSchema
      .optional()
      .describe('These are asked first, other things being equal.'),
    allowSplit: z
      .boolean()
      .default(true)
      .describe('May be delivered by several warehouses, or part of it now and the rest later.'),
    allowBackorder: z
      .boolean()
      .default(true)
      .describe('What cannot be promised now waits for stock; otherwise it is rejected.'),
    leastQuantity: piecesWantedSchema
      .optional()
      .describe(
        'Fewer pieces than this from one warehouse are of no use; 1 unless told, and all of it without `allowSplit`.',
      ),
  })
  .superRefine((line, context) => {
    if (line.leastQuantity !== undefined && line.leastQuantity > line.quantity) {
      context.addIssue({
        code: 'custom',
        path: ['leastQuantity'],
        message: `must not exceed quantity (${line.quantity})`,
      });
    }
  });

export type OrderedLine = z.infer<typeof orderedLineSchema>;

const linesSchema = z
  .array(orderedLineSchema)
  .min(1)
  .max(MAX_LINES)
  .superRefine((lines, context) => {
    const seen = new Set<string>();
    for (const [index, { lineId }] of lines.entries()) {
      if (seen.has(lineId)) {
        context.addIssue({ code: 'custom', path: [index, 'lineId'], message: `occurs twice: ${lineId}` });
      }
      seen.add(lineId);
    }
  });

/** `POST /api/orders/{orderId}/allocations`. */
export const allocationOrderSchema = z.object({
  lines: linesSchema,
  allOrNothing: z
    .boolean()
    .default(false)
    .describe(
      'All lines in full, or nothing: until all are confirmed none reads confirmed, and none waits for stock.',
    ),
});

export type AllocationOrder = z.infer<typeof allocationOrderSchema>;

/** Seconds; a cart that is left behind must not keep stock from others for longer. */
export const MAX_HOLD_SECONDS = 3600;
const holdSecondsSchema = z.int().min(1).max(MAX_HOLD_SECONDS);

/** `PUT /api/holds/{holdId}`: stock kept for a cart until it becomes an order, is released or expires. */
export const holdSchema = z.object({ lines: linesSchema, expiresInSeconds: holdSecondsSchema });
export type Hold = z.infer<typeof holdSchema>;

/** `POST /api/holds/{holdId}/extension`: from now on. */
export const holdExtensionSchema = z.object({ expiresInSeconds: holdSecondsSchema });

/** `POST /api/holds/{holdId}/order`: the cart becomes this order; lines keep what they hold. */
export const holdConversionSchema = z.object({ orderId: orderIdSchema });

/** What a piece of an order can be; of a line or an order the first that applies to any piece. */
export const ALLOCATION_STATUSES = [
  'tentative',
  'releasing',
  'backordered',
  'confirmed',
  'fulfilled',
  'rejected',
  'released',
] as const;

export const allocationStatusSchema = z.enum(ALLOCATION_STATUSES);
export type AllocationStatus = z.infer<typeof allocationStatusSchema>;

const FIRST_STATUS = 'The first of these that applies to any piece.';

/** One allocation of a line: what was asked of a warehouse, and its answer. */
export const allocationSourceSchema = z.object({
  allocationId: z.string(),
  warehouseId: z.string(),
  quantity: z
    .int()
    .describe(
      'Pieces that stand: asked for while it is open, then as many as the warehouse keeps or has picked for it.',
    ),
  picked: z.int().describe('Of these, the pieces that were picked.'),
  status: allocationStatusSchema.describe('What it is now; as of a line.'),
});

/** A step on the way to where the line is now, oldest first. */
const reasonSchema = z.object({
  at: z.iso.datetime(),
  warehouseId: z.string().optional().describe('Absent where no single warehouse is meant.'),
  allocationId: z.string().optional(),
  step: z.string().describe('Such as `held`, `confirmed`, `rejected`, `reduced`, `released`, `backordered`.'),
  quantity: z.int(),
  detail: z.string().describe('A sentence for a person.'),
});

export const lineAllocationSchema = z.object({
  lineId: z.string(),
  itemId: z.string(),
  quantity: z.int().describe('Pieces wanted: the sum of the seven figures that follow.'),
  tentative: z.int().describe('Pieces held or still being placed; no warehouse has confirmed them.'),
  confirmed: z.int().describe('Pieces that a warehouse keeps for the line.'),
  backordered: z.int().describe('Pieces that wait for stock.'),
  fulfilled: z.int().describe('Pieces that were picked.'),
  releasing: z
    .int()
    .describe('Pieces taken back, and kept from others until the warehouse has released them.'),
  rejected: z.int().describe('Pieces that cannot be had, and may not wait.'),
  released: z.int().describe('Pieces that were given back.'),
  status: allocationStatusSchema.describe(FIRST_STATUS),
  promisedDate: z.iso
    .date()
    .nullable()
    .optional()
    .describe(
      'UTC day by which expected receipts cover what is backordered; null when none does, absent when nothing is.',
    ),
  sources: z.array(allocationSourceSchema),
  why: z.array(reasonSchema),
});

export type LineAllocation = z.infer<typeof lineAllocationSchema>;

/** `GET /api/orders/{orderId}/allocations`. The pieces of a line add up to its quantity. */
export const orderAllocationSchema = z.object({
  orderId: z.string(),
  status: allocationStatusSchema.describe(FIRST_STATUS),
  allOrNothing: z.boolean(),
  createdAt: z.iso.datetime(),
  lines: z.array(lineAllocationSchema),
});

export type OrderAllocation = z.infer<typeof orderAllocationSchema>;

/** `GET /api/holds/{holdId}`. */
export const holdStateSchema = z.object({
  holdId: z.string(),
  status: z
    .enum(['held', 'partly-held', 'ordered', 'released', 'expired'])
    .describe('`partly-held`: less than all of it, or nothing; `ordered`: it became order `orderId`.'),
  expiresAt: z.iso.datetime(),
  orderId: z.string().optional(),
  lines: z.array(
    z.object({
      lineId: z.string(),
      itemId: z.string(),
      quantity: z.int(),
      held: z.int(),
      sources: z.array(allocationSourceSchema),
    }),
  ),
});

export type HoldState = z.infer<typeof holdStateSchema>;

/** 202 of an order: where to look. */
export const acceptedOrderSchema = z.object({
  orderId: z.string(),
  status: allocationStatusSchema,
  links: z.object({ self: z.string(), cancel: z.string() }),
});

export const backorderSchema = z.object({
  orderId: z.string(),
  lineId: z.string(),
  itemId: z.string(),
  quantity: z.int().describe('Pieces that wait.'),
  priority: z.int().describe('As ordered: higher is served first.'),
  orderedAt: z.iso.datetime(),
  wantedDate: z.iso.date().optional(),
  promisedDate: z.iso
    .date()
    .nullable()
    .describe(
      'UTC day on which expected receipts cover it after those before it in the queue; null when none does.',
    ),
});

/** The query of `GET /api/backorders`. */
export const backordersQuerySchema = z.object({
  itemId: itemIdSchema.optional().describe('Only lines of this item.'),
  orderId: orderIdSchema.optional().describe('Only lines of this order.'),
  top: queryNumber(1, 200).default(50).describe('Lines in one answer, at most.'),
  continuationToken: z.string().max(400).optional().describe('Of the answer before, to go on from there.'),
});

export const backordersSchema = z.object({
  backorders: z.array(backorderSchema),
  continuationToken: z.string().optional(),
});

export type Backorder = z.infer<typeof backorderSchema>;
