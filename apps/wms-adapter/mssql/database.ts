import type sql from 'mssql';
import type { RetryOptions } from '../../../shared/wms-sql/retrying.ts';
import type { Database } from '../database.ts';
import { createBooking } from './booking.ts';
import { createDeviceStore } from './device-store.ts';
import { createHistory } from './history.ts';
import { createMasterDataStore } from './master-data-store.ts';
import { migrate } from './migrations.ts';
import { createOutboxStore } from './outbox-store.ts';
import { createPages } from './pages.ts';
import { createRecountTaskStore } from './recount-task-store.ts';
import { createSession } from './session.ts';
import { createSignInStore } from './sign-in-store.ts';

/**
 * The WMS database on SQL Server, its tables brought to the version of this adapter. The pool is closed with it. Any number
 * of adapters may have the same database open.
 *
 * @throws {MigrationError} when the tables are of another version and cannot be changed; the pool is closed then
 */
export async function openSqlServerDatabase(
  pool: sql.ConnectionPool,
  retry: RetryOptions,
): Promise<Database> {
  const session = createSession(pool, retry);
  try {
    await migrate(session);
  } catch (error) {
    await session.close();
    throw error;
  }
  return {
    book: createBooking(session),
    ...createPages(session),
    ...createMasterDataStore(session),
    ...createHistory(session),
    ...createRecountTaskStore(session),
    ...createDeviceStore(session),
    ...createSignInStore(session),
    ...createOutboxStore(session),
    async ping() {
      await session.rows('UPDATE wms.booking_turn SET turn = turn WHERE id = 1');
    },
    close: () => session.close(),
  };
}
