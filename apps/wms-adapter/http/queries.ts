import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { itemIdSchema, locationIdSchema, warehouseIdSchema } from '../../../shared/contracts/identifiers.ts';
import { fieldErrors } from '../../../shared/http/problem-details.ts';
import { type Database, InvalidCursorError, type Page } from '../database.ts';
import { ProblemException } from './problem.ts';

const DEFAULT_LIMIT = 1_000;
const MAX_LIMIT = 5_000;

const pageQuerySchema = z.object({
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

/**
 * `GET /positions` in the order (warehouse, item, location, lot), and `GET /ledger`: every event ever published, in
 * commit order, from the WMS's own books. Both are read page by page: `next` of one is `after` of the following, and
 * is missing on the last.
 */
export function queryRoutes(database: Database): Hono {
  return new Hono()
    .get('/positions', async (context) => {
      const { rows, ...next } = await page(() => database.positions(read(context, positionQuerySchema)));
      return context.json({ positions: rows, ...next });
    })
    .get('/ledger', async (context) => {
      const { rows, ...next } = await page(() => database.events(read(context, pageQuerySchema)));
      return context.json({ events: rows, ...next });
    });
}

function read<Schema extends z.ZodType>(context: Context, schema: Schema): z.output<Schema> {
  const query = context.req.query();
  const parsed = schema.safeParse(query);
  if (!parsed.success) {
    const errors = fieldErrors(parsed.error, query);
    const detail = errors.map((error) => `${error.pointer.slice(1)}: ${error.detail}`).join('; ');
    throw new ProblemException(400, 'The query is not valid', { detail });
  }
  return parsed.data;
}

async function page<Row>(readPage: () => Promise<Page<Row>>): Promise<Page<Row>> {
  try {
    return await readPage();
  } catch (error) {
    if (error instanceof InvalidCursorError) {
      throw new ProblemException(400, 'The query is not valid', { detail: `after: ${error.message}` });
    }
    throw error;
  }
}
