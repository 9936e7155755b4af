import type { Item } from '../../../shared/contracts/master-data.ts';
import type { MasterDataChanges } from '../../../shared/contracts/master-data-changes.ts';
import type { Enrolment, MasterDataState, MasterDataStore } from '../core/device-store.ts';
import { gtinOf } from '../core/gtin.ts';
import { json, number, text } from './rows.ts';
import { AS_OF, putSetting, setting } from './settings-table.ts';
import type { Sql } from './sql.ts';

const FORGET = 'DELETE FROM item; DELETE FROM barcode; DELETE FROM location';

const MAKE_STALE = 'UPDATE item SET is_stale = 1; UPDATE location SET is_stale = 1';
const FORGET_STALE = `
  DELETE FROM barcode WHERE item_id IN (SELECT item_id FROM item WHERE is_stale = 1);
  DELETE FROM item WHERE is_stale = 1;
  DELETE FROM location WHERE is_stale = 1`;

/** Which device this is, its items and its locations. */
export function masterDataTables(sql: Sql): MasterDataStore {
  /** Counting 50,000 items reads them all, and every upload asks. */
  let known: MasterDataState | undefined;
  return {
    enrolment: () => setting(sql, 'enrolment'),
    enrol(enrolment) {
      known = undefined;
      sql.transaction(() => enrol(sql, enrolment));
    },
    masterData() {
      known ??= masterData(sql);
      return known;
    },
    putMasterData(page, at) {
      known = undefined;
      sql.transaction(() => putPage(sql, page, at));
    },
    item(itemId) {
      const [row] = sql.all('SELECT content FROM item WHERE item_id = ?', itemId);
      return row && json<Item>(row, 'content');
    },
    itemsOfCode: (code) =>
      sql
        .all(
          `SELECT content FROM item WHERE item_id = ?1
             OR item_id IN (SELECT item_id FROM barcode WHERE code = ?2) ORDER BY item_id`,
          code,
          gtinOf(code) ?? code,
        )
        .map((row) => json<Item>(row, 'content')),
    hasLocation: ({ warehouseId, locationId }) =>
      sql.all('SELECT 1 FROM location WHERE location_id = ? AND warehouse_id = ?', locationId, warehouseId)
        .length > 0,
    placesOf: (locationId) =>
      sql
        .all('SELECT warehouse_id FROM location WHERE location_id = ? ORDER BY warehouse_id', locationId)
        .map((row) => ({ warehouseId: text(row, 'warehouse_id'), locationId })),
  };
}

function enrol(sql: Sql, enrolment: Enrolment): void {
  const before = setting(sql, 'enrolment');
  putSetting(sql, 'enrolment', enrolment);
  if (before && isSameSet(before.warehouseIds, enrolment.warehouseIds)) return;
  sql.script(`${FORGET}; DELETE FROM position; DELETE FROM pick_task; DELETE FROM recount_task`);
  for (const name of ['master-data', ...AS_OF] as const) putSetting(sql, name, undefined);
}

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one) => others.includes(one));
}

function masterData(sql: Sql): MasterDataState {
  const [counted] = sql.all(
    'SELECT (SELECT count(*) FROM item) AS items, (SELECT count(*) FROM location) AS locations',
  );
  const known = setting(sql, 'master-data') ?? { version: 0 };
  return {
    ...known,
    items: counted ? number(counted, 'items') : 0,
    locations: counted ? number(counted, 'locations') : 0,
  };
}

function putPage(sql: Sql, page: MasterDataChanges, syncedAt: string): void {
  if (page.reset) sql.script(MAKE_STALE);
  for (const item of page.items) putItem(sql, item);
  for (const { warehouseId, locationId } of page.locations)
    sql.run(
      'INSERT OR REPLACE INTO location (location_id, warehouse_id) VALUES (?, ?)',
      locationId,
      warehouseId,
    );
  if (!page.hasMore) sql.script(FORGET_STALE);
  putSetting(sql, 'master-data', {
    version: page.version,
    ...(page.mark !== undefined && { mark: page.mark }),
    limits: page.limits,
    syncedAt,
  });
}

function putItem(sql: Sql, item: Item): void {
  const { itemId, barcodes = [] } = item;
  sql.run('INSERT OR REPLACE INTO item (item_id, content) VALUES (?, ?)', itemId, JSON.stringify(item));
  sql.run('DELETE FROM barcode WHERE item_id = ?', itemId);
  for (const code of new Set(barcodes.map((barcode) => gtinOf(barcode) ?? barcode)))
    sql.run('INSERT INTO barcode (code, item_id) VALUES (?, ?)', code, itemId);
}
