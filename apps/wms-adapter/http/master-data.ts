import { type Context, Hono } from 'hono';
import type { z } from 'zod';
import {
  itemDetailsSchema,
  itemSchema,
  itemsSchema,
  locationDetailsSchema,
  locationSchema,
  locationsSchema,
} from '../../../shared/contracts/master-data.ts';
import { fieldErrors } from '../../../shared/http/problem-details.ts';
import type { Database } from '../database.ts';
import { readBody, readOptionalBody } from './json-body.ts';
import { ProblemException } from './problem.ts';

/**
 * Items and locations, one by one and up to 500 in a call. Every PUT replaces the whole and may be repeated. An
 * item's `maxQuantity` is for the scanner's own check; the adapter books what was scanned.
 */
export function masterDataRoutes(database: Database): Hono {
  return new Hono()
    .put('/items', async (context) => {
      const items = await readBody(context, itemsSchema);
      await database.putItems(items);
      return context.json({ stored: items.length });
    })
    .put('/locations', async (context) => {
      const locations = await readBody(context, locationsSchema);
      await putLocations(database, locations);
      return context.json({ stored: locations.length });
    })
    .get('/items/:itemId', async (context) => {
      const item = await database.item(context.req.param('itemId'));
      return item ? context.json(item) : notFound(`item ${context.req.param('itemId')}`);
    })
    .put('/items/:itemId', async (context) => {
      const details = await readOptionalBody(context, itemDetailsSchema);
      const item = named(context, itemSchema, { ...details, ...context.req.param() });
      await database.putItems([item]);
      return context.json(item);
    })
    .get('/warehouses/:warehouseId/locations/:locationId', async (context) => {
      const { warehouseId, locationId } = context.req.param();
      const location = await database.location(warehouseId, locationId);
      return location
        ? context.json(location)
        : notFound(`location ${locationId} in warehouse ${warehouseId}`);
    })
    .put('/warehouses/:warehouseId/locations/:locationId', async (context) => {
      const details = await readOptionalBody(context, locationDetailsSchema);
      const location = named(context, locationSchema, { ...details, ...context.req.param() });
      await putLocations(database, [location]);
      return context.json(location);
    });
}

/** Checks the names that came in the path. */
function named<Schema extends z.ZodType>(context: Context, schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const detail = fieldErrors(parsed.error, value)
      .map((error) => `${error.pointer.slice(1)}: ${error.detail}`)
      .join('; ');
    throw new ProblemException(400, `The path ${context.req.path} holds no valid name`, { detail });
  }
  return parsed.data;
}

async function putLocations(database: Database, locations: Parameters<Database['putLocations']>[0]) {
  const unknown = await database.putLocations(locations);
  if (unknown.length > 0) {
    throw new ProblemException(404, 'Unknown warehouse', {
      detail: `there is no warehouse ${unknown.join(', ')}`,
    });
  }
}

function notFound(what: string): never {
  throw new ProblemException(404, 'Not found', { detail: `there is no ${what}` });
}
