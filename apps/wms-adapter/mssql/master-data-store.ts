import type { Item, Location } from '../../../shared/contracts/master-data.ts';
import type { MasterData, MasterDataChanges, MasterDataQuery } from '../database.ts';
import { insertMissingRows, JSON_TEXT, jsonTexts, upsertRows } from './json-rows.ts';
import { ascii, integer, json } from './parameters.ts';
import type { Session, Statements } from './session.ts';

/** Items, locations and warehouses. */
export function createMasterDataStore(session: Session): MasterData {
  return {
    putItems: (items) => session.inTransaction((on) => putItems(on, items)),

    async item(itemId) {
      const [row] = await session.rows<ItemRow>(
        'SELECT item_id, details, version FROM wms.item WHERE item_id = @itemId',
        { itemId: ascii(itemId) },
      );
      return row && itemOf(row);
    },

    putLocations: (locations) => session.inTransaction((on) => putLocations(on, locations)),

    async location(warehouseId, locationId) {
      const [row] = await session.rows<LocationRow>(
        `SELECT warehouse_id, location_id, details, version FROM wms.location
          WHERE warehouse_id = @warehouseId AND location_id = @locationId`,
        { warehouseId: ascii(warehouseId), locationId: ascii(locationId) },
      );
      return row && locationOf(row);
    },

    addWarehouses: (warehouseIds) =>
      session.inTransaction(async (on) => {
        await drawVersions(on, 0);
        await on.rows(insertMissingRows('wms.warehouse', { warehouse_id: 'varchar(64)' }, 'warehouses'), {
          warehouses: json(warehouseIds.map((id) => ({ warehouse_id: id }))),
        });
      }),

    masterDataSince: (query) => readChanges(session, query),
  };
}

/** Those of the warehouses that do not exist, each once. */
export async function unknownWarehouses(on: Statements, warehouseIds: readonly string[]): Promise<string[]> {
  const rows = await on.rows<{ id: string }>(
    `SELECT DISTINCT k.id FROM ${jsonTexts('warehouses')} AS k
      WHERE NOT EXISTS (SELECT 1 FROM wms.warehouse AS w WHERE w.warehouse_id = k.id) ORDER BY k.id`,
    { warehouses: json(warehouseIds) },
  );
  return rows.map(({ id }) => id);
}

interface ItemRow {
  readonly item_id: string;
  readonly details: string;
  readonly version: string;
}

interface LocationRow {
  readonly warehouse_id: string;
  readonly location_id: string;
  readonly details: string;
  readonly version: string;
}

const ITEM = { item_id: 'varchar(64)', details: JSON_TEXT, version: 'bigint' };
const LOCATION = {
  warehouse_id: 'varchar(64)',
  location_id: 'varchar(64)',
  details: JSON_TEXT,
  version: 'bigint',
};

async function putItems(on: Statements, items: readonly Item[]): Promise<void> {
  // The last word on an item is what stays.
  const last = [...new Map(items.map((item) => [item.itemId, item])).values()];
  const version = await drawVersions(on, last.length);
  const rows = last.map(({ itemId, ...details }, index) => ({
    item_id: itemId,
    details,
    version: version + index + 1,
  }));
  await on.rows(
    upsertRows('wms.item', ITEM, 'items', { key: ['item_id'], updated: ['details', 'version'] }),
    {
      items: json(rows),
    },
  );
}

async function putLocations(on: Statements, locations: readonly Location[]): Promise<string[]> {
  const last = [...new Map(locations.map((one) => [`${one.warehouseId}|${one.locationId}`, one])).values()];
  const version = await drawVersions(on, last.length);
  const unknown = await unknownWarehouses(
    on,
    last.map(({ warehouseId }) => warehouseId),
  );
  if (unknown.length > 0) return unknown;
  const rows = last.map(({ warehouseId, locationId, ...details }, index) => ({
    warehouse_id: warehouseId,
    location_id: locationId,
    details,
    version: version + index + 1,
  }));
  await on.rows(
    upsertRows('wms.location', LOCATION, 'locations', {
      key: ['warehouse_id', 'location_id'],
      updated: ['details', 'version'],
    }),
    { locations: json(rows) },
  );
  return [];
}

/** The last version before those drawn. Whoever draws writes alone until its transaction ends. */
async function drawVersions(on: Statements, count: number): Promise<number> {
  const [row] = await on.rows<{ version: string }>(
    `UPDATE wms.master_data_version SET version = version + @count WHERE id = 1;
      SELECT version FROM wms.master_data_version WHERE id = 1;`,
    { count: integer(count) },
  );
  if (row === undefined) {
    throw new Error(
      'wms.master_data_version has lost its row: insert it as infra/sql/001-master-data.sql does',
    );
  }
  return Number(row.version) - count;
}

/** What is committed while it is read has a later version than `@latest`, and is left to the next call. */
const CHANGES = `
  DECLARE @latest bigint = (SELECT version FROM wms.master_data_version WHERE id = 1);
  SELECT TOP (@limit) i.item_id, i.details, i.version FROM wms.item AS i
    WHERE i.version > @version AND i.version <= @latest ORDER BY i.version;
  SELECT TOP (@limit) l.warehouse_id, l.location_id, l.details, l.version
    FROM (SELECT DISTINCT id FROM ${jsonTexts('warehouses')} AS given) AS k
    JOIN wms.location AS l ON l.warehouse_id = k.id AND l.version > @version AND l.version <= @latest
    ORDER BY l.version;`;

async function readChanges(session: Session, query: MasterDataQuery): Promise<MasterDataChanges> {
  const { version, warehouseIds, limit } = query;
  const [items, locations] = await session.recordsets<[ItemRow, LocationRow]>(CHANGES, {
    version: integer(version),
    warehouses: json(warehouseIds),
    limit: integer(limit + 1),
  });
  const changed = [...items, ...locations].sort((a, b) => Number(a.version) - Number(b.version));
  const page = changed.slice(0, limit);
  return {
    version: Number(page.at(-1)?.version ?? version),
    items: page.flatMap((row) => ('item_id' in row ? itemOf(row) : [])),
    locations: page.flatMap((row) => ('item_id' in row ? [] : locationOf(row))),
    hasMore: changed.length > limit,
  };
}

function itemOf({ item_id: itemId, details }: ItemRow): Item {
  return { itemId, ...JSON.parse(details) };
}

function locationOf(row: LocationRow): Location {
  const { warehouse_id: warehouseId, location_id: locationId, details } = row;
  return { warehouseId, locationId, ...JSON.parse(details) };
}
