import { type Context, Hono } from 'hono';
import { z } from 'zod';
import {
  itemIdSchema,
  locationIdSchema,
  orderIdSchema,
  warehouseIdSchema,
} from '../../../shared/contracts/identifiers.ts';
import { fieldErrors } from '../../../shared/http/problem-details.ts';
import type { Allocation } from '../allocation/allocation.ts';
import { type Database, InvalidCursorError, type Page } from '../database.ts';
import { ProblemException } from './problem.ts';

const DEFAULT_LIMIT = 1_000;
const MAX_LIMIT = 5_000;

/** Where a page of a list begins and how long it is. */
export const pageQuerySchema = z.object({
  after: z.string().max(1_024).optional(),
  limit: z
    .string()
    .regex(/^\d{1,6}$/, `must be a whole number from 1 to ${MAX_LIMIT}`)
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= MAX_LIMIT, `must be a whole number from 1 to ${MAX_LIMIT}`)
    .default(DEFAULT_LIMIT),
});

const positionQuerySchema = pageQuerySchema.extend({
  itemId: itemIdSchema.optional(),
  warehouseId: warehouseIdSchema.optional(),
  locationId: locationIdSchema.optional(),
});

const allocationQuerySchema = pageQuerySchema.extend({
  itemId: itemIdSchema.optional(),
  warehouseId: warehouseIdSchema.optional(),
  orderId: orderIdSchema.optional(),
});

/**
 * `GET /positions` in the order (warehouse, item, location, lot); what is reserved of an item in a warehouse is spread
 * over its positions in that order. `GET /allocations` in the order in which they were first seen. `GET /ledger`: every
 * event ever published, in commit order, from the WMS's own books. All are read page by page: `next` of one is `after` of the following, and
 * is missing on the last.
 */
export function queryRoutes(database: Database): Hono {
  return new Hono()
    .get('/positions', async (context) => {
      const { rows, ...next } = await page(() => database.positions(readQuery(context, positionQuerySchema)));
      return context.json({ positions: rows, ...next });
    })
    .get('/allocations', async (context) => {
      const { rows, ...next } = await page(() =>
        database.allocations(readQuery(context, allocationQuerySchema)),
      );
      return context.json({ allocations: rows.map(allocationAnswer), ...next });
    })
    .get('/ledger', async (context) => {
      const { rows, ...next } = await page(() => database.events(readQuery(context, pageQuerySchema)));
      return context.json({ events: rows, ...next });
    });
}

function allocationAnswer({ decision: { status, sequence, decidedAt }, ...allocation }: Allocation) {
  const { allocationId, orderId, lineId, itemId, warehouseId, requested, reserved, picked } = allocation;
  const identity = { allocationId, orderId, lineId, itemId, warehouseId };
  return { ...identity, requested, reserved, picked, status, sequence, decidedAt };
}

/** The query of a call. @throws ProblemException 400 naming what is wrong with it. */
export function readQuery<Schema extends z.ZodType>(context: Context, schema: Schema): z.output<Schema> {
  const query = context.req.query();
  const parsed = schema.safeParse(query);
  if (!parsed.success) {
    const errors = fieldErrors(parsed.error, query);
    const detail = errors.map((error) => `${error.pointer.slice(1)}: ${error.detail}`).join('; ');
    throw new ProblemException(400, 'The query is not valid', { detail });
  }
  return parsed.data;
}

/** Reads a page. @throws ProblemException 400 for an `after` that no page gave out. */
export async function page<Row>(readPage: () => Promise<Page<Row>>): Promise<Page<Row>> {
  try {
    return await readPage();
  } catch (error) {
    if (error instanceof InvalidCursorError) {
      throw new ProblemException(400, 'The query is not valid', { detail: `after: ${error.message}` });
    }
    throw error;
  }
}
