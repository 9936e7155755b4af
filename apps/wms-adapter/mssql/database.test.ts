import { afterAll, beforeAll, describe, vi } from 'vitest';
import type { Database } from '../database.ts';
import { describeDatabase } from '../database-contract.ts';
import { openSqlServerDatabase } from './database.ts';
import { createTestDatabase, emptyTables, RETRY, SKIPPED, type TestDatabase } from './test-database.ts';

// A server on a machine that does other work at the same time takes a multiple of what the embedded database takes.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

describe.skipIf(SKIPPED !== undefined)(`On SQL Server${SKIPPED ? `, skipped: ${SKIPPED}` : ''}`, () => {
  let server: TestDatabase;
  let database: Database;
  const open = async () => {
    database = await openSqlServerDatabase(await server.open(), RETRY);
    return database;
  };

  beforeAll(async () => {
    server = await createTestDatabase();
    await open();
  });
  afterAll(async () => {
    await database?.close();
    await server?.drop();
  });

  // The tests share the connections, whose plans are costly to make anew on some servers.
  describeDatabase('SQL Server', async () => {
    await emptyTables(server);
    return {
      database,
      async reopen() {
        await database.close();
        return await open();
      },
      async dispose() {},
    };
  });
});
