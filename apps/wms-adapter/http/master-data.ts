import { Hono } from 'hono';
import { itemIdSchema, locationIdSchema, warehouseIdSchema } from '../../../shared/contracts/identifiers.ts';
import {
  itemDetailsSchema,
  itemsSchema,
  locationDetailsSchema,
  locationsSchema,
} from '../../../shared/contracts/master-data.ts';
import type { Database } from '../database.ts';
import type { ApiEnvironment, Call } from './call.ts';
import { jsonAnswer } from './json-answer.ts';
import { readBody, readOptionalBody } from './json-body.ts';
import { pathName } from './path-name.ts';
import { administratorsOnly, checkWarehouse } from './permissions.ts';
import { ProblemException } from './problem.ts';

/**
 * Items and locations, one by one and up to 500 in a call. Every PUT replaces the whole and may be repeated. An
 * item's `maxQuantity` is for the scanner's own check; the adapter books what was scanned. Devices may only read.
 */
export function masterDataRoutes(
  database: Pick<Database, 'putItems' | 'item' | 'putLocations' | 'location'>,
): Hono<ApiEnvironment> {
  return new Hono<ApiEnvironment>()
    .put('/items', administratorsOnly, async (context) => {
      const items = await readBody(context, itemsSchema);
      await database.putItems(items);
      return jsonAnswer(context, { stored: items.length });
    })
    .put('/locations', administratorsOnly, async (context) => {
      const locations = await readBody(context, locationsSchema);
      await putLocations(database, locations);
      return jsonAnswer(context, { stored: locations.length });
    })
    .get('/items/:itemId', async (context) => {
      const itemId = pathName(context, 'itemId', itemIdSchema);
      return jsonAnswer(context, (await database.item(itemId)) ?? notFound(`item ${itemId}`));
    })
    .put('/items/:itemId', administratorsOnly, async (context) => {
      const itemId = pathName(context, 'itemId', itemIdSchema);
      const item = { ...(await readOptionalBody(context, itemDetailsSchema)), itemId };
      await database.putItems([item]);
      return jsonAnswer(context, item);
    })
    .get('/warehouses/:warehouseId/locations/:locationId', async (context) => {
      const { warehouseId, locationId } = locationNames(context);
      checkWarehouse(context.get('caller'), warehouseId);
      const location = await database.location(warehouseId, locationId);
      const what = `location ${locationId} in warehouse ${warehouseId}`;
      return jsonAnswer(context, location ?? notFound(what));
    })
    .put('/warehouses/:warehouseId/locations/:locationId', administratorsOnly, async (context) => {
      const names = locationNames(context);
      const location = { ...(await readOptionalBody(context, locationDetailsSchema)), ...names };
      await putLocations(database, [location]);
      return jsonAnswer(context, location);
    });
}

function locationNames(context: Call): { warehouseId: string; locationId: string } {
  return {
    warehouseId: pathName(context, 'warehouseId', warehouseIdSchema),
    locationId: pathName(context, 'locationId', locationIdSchema),
  };
}

async function putLocations(
  database: Pick<Database, 'putLocations'>,
  locations: Parameters<Database['putLocations']>[0],
): Promise<void> {
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
