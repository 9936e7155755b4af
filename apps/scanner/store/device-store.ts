import type { DeviceStore } from '../core/device-store.ts';
import { masterDataTables } from './master-data-tables.ts';
import { pickTable } from './pick-table.ts';
import { recountTable } from './recount-table.ts';
import { type Reserve, withReserve } from './room.ts';
import { scanTable } from './scan-table.ts';
import { prepareSchema } from './schema.ts';
import { signInTables } from './sign-in-tables.ts';
import type { Sql } from './sql.ts';
import { stockTable } from './stock-table.ts';

/**
 * What a device keeps, in SQLite; makes the tables, or brings them to this version of the app.
 * @param reserve room for the answers of the server, where the storage may become full
 * @throws Error for a database that a newer version of the app has written
 */
export function openDeviceStore(sql: Sql, reserve?: Reserve): DeviceStore {
  prepareSchema(sql);
  const store = {
    ...scanTable(sql),
    ...masterDataTables(sql),
    ...stockTable(sql),
    ...pickTable(sql),
    ...recountTable(sql),
    ...signInTables(sql),
    close: () => sql.close(),
  };
  return reserve ? withReserve(store, sql, reserve) : store;
}
