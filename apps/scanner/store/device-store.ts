import type { DeviceStore } from '../core/device-store.ts';
import { keepLogShort } from './log.ts';
import { masterDataTables } from './master-data-tables.ts';
import { pickTable } from './pick-table.ts';
import { recountTable } from './recount-table.ts';
import { type Reserve, withReserve, writeIntoReserve } from './room.ts';
import { scanTable } from './scan-table.ts';
import { prepareSchema } from './schema.ts';
import { signInTables } from './sign-in-tables.ts';
import type { Sql } from './sql.ts';
import { stockTable } from './stock-table.ts';

/**
 * What a device keeps, in SQLite; makes the tables, or brings them to this version of the app.
 * @param reserve room for what has to be written where the storage is full
 * @throws Error for a database that a newer version of the app has written
 * @throws StorageFullError where there is no room for the tables of this version
 */
export function openDeviceStore(sql: Sql, reserve?: Reserve): DeviceStore {
  const prepare = () => prepareSchema(sql);
  if (reserve) writeIntoReserve(reserve, prepare);
  else prepare();
  const store = {
    ...scanTable(sql),
    ...masterDataTables(sql),
    ...stockTable(sql),
    ...pickTable(sql),
    ...recountTable(sql),
    ...signInTables(sql),
    keepLogShort: () => keepLogShort(sql),
    close: () => sql.close(),
  };
  return reserve ? withReserve(store, sql, reserve) : store;
}
