import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Database, ItemStock, ItemWarehouse } from '../../apps/wms-adapter/database.ts';
import { openSqlServerDatabase } from '../../apps/wms-adapter/mssql/database.ts';
import {
  createTestDatabase,
  emptyTables,
  RETRY,
  type TestDatabase,
} from '../../apps/wms-adapter/mssql/test-database.ts';
import { openSqliteDatabase } from '../../apps/wms-adapter/sqlite/database.ts';
import type { WmsSql } from '../../shared/ports/wms-sql.ts';
import { mssqlWmsSql } from '../../shared/wms-sql/wms-sql-reader.ts';
import { openWmsSqlite } from '../../shared/wms-sqlite/wms-sqlite-reader.ts';
import { openMemoryDatabase } from '../doubles/adapter-database/database.ts';
import { emptyMemory } from '../doubles/adapter-database/memory.ts';
import type { Figures } from '../doubles/adapter-database/positions.ts';
import { writeStocks } from '../doubles/adapter-database/stocks.ts';
import { readMemory } from '../doubles/adapter-database/wms-reader.ts';

/** A WMS database that is empty at first, and the reader under test on it. */
export type WmsUnderTest = {
  readonly wms: WmsSql;
  /** The adapter's, through which it is filled. */
  readonly database: Database;
  /** No position tells any more when it came to be as it is. */
  forgetTimes(): Promise<void>;
  /** Totals of an item that has no position. */
  addStock(stock: ItemWarehouse & ItemStock): Promise<void>;
  /** The decision on an allocation reads so. */
  garbleDecision(allocationId: string, text: string): Promise<void>;
  /** Gives the positions of an item so many pieces, in a transaction that is not committed yet. */
  begin(itemId: string, onHand: number): Promise<{ commit(): Promise<void> }>;
  dispose(): Promise<void>;
};

/** What is done by statements, on a connection of the test's own. */
function byStatements(
  execute: (statement: string) => Promise<void>,
): Pick<WmsUnderTest, 'forgetTimes' | 'addStock' | 'garbleDecision'> {
  return {
    forgetTimes: () => execute('UPDATE wms.position SET changed_at = NULL'),
    addStock: ({ itemId, warehouseId, onHand, reserved }) =>
      execute(`INSERT INTO wms.item_stock (item_id, warehouse_id, on_hand, reserved)
        VALUES ('${itemId}', '${warehouseId}', ${onHand}, ${reserved})`),
    garbleDecision: (allocationId, text) =>
      execute(`UPDATE wms.allocation SET decision = '${text}' WHERE allocation_id = '${allocationId}'`),
  };
}

function changeOnHand(itemId: string, onHand: number): string {
  return `UPDATE wms.position SET on_hand = ${onHand}, version = version + 1 WHERE item_id = '${itemId}'`;
}

export async function inMemory(): Promise<WmsUnderTest> {
  const memory = emptyMemory();
  const database = openMemoryDatabase(memory);
  const change = (ofItem: string | undefined, fields: Partial<Figures>) => {
    for (const [position, figures] of memory.tables.figures)
      if (position.key.itemId === (ofItem ?? position.key.itemId))
        memory.tables.figures.set(position, { ...figures, ...fields });
  };
  return {
    wms: readMemory(memory),
    database,
    forgetTimes: async () => change(undefined, { changedAt: null }),
    addStock: async (stock) => writeStocks(memory.tables, [stock]),
    garbleDecision: () => Promise.reject(new Error('not supported: memory keeps no decision as a text')),
    begin: async (itemId, onHand) => ({
      // Nothing of a booking is there before all of it.
      async commit() {
        memory.tables.rowVersion += 1;
        change(itemId, { onHand, rowVersion: memory.tables.rowVersion });
      },
    }),
    dispose: () => database.close(),
  };
}

export async function onSqlite(): Promise<WmsUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'wms-sql-'));
  const path = join(folder, 'wms.db');
  const database = openSqliteDatabase(path);
  const own = new DatabaseSync(path);
  return {
    wms: openWmsSqlite(path),
    database,
    // The schema is part of the names on SQL Server.
    ...byStatements(async (statement) => own.exec(statement.replaceAll('wms.', ''))),
    async begin(itemId, onHand) {
      own.exec('BEGIN IMMEDIATE');
      // Drawn first, as a booking does.
      own.exec('UPDATE row_version SET last = last + 1');
      own.exec(changeOnHand(itemId, onHand).replaceAll('wms.', ''));
      own
        .prepare('UPDATE position SET row_version = (SELECT last FROM row_version) WHERE item_id = ?')
        .run(itemId);
      return { commit: async () => own.exec('COMMIT') };
    },
    async dispose() {
      own.close();
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Babelfish numbers by transactions, and has no MIN_ACTIVE_ROWVERSION. */
const BABELFISH_ACTIVE = 'CAST(txid_snapshot_xmin(txid_current_snapshot()) AS bigint)';

/** Of all tests: on some servers a new database, and plans on it, are costly. */
let server: { readonly test: TestDatabase; readonly database: Database; readonly wms: WmsSql } | undefined;

export async function onSqlServer(): Promise<WmsUnderTest> {
  if (server === undefined) {
    const created = await createTestDatabase();
    const database = await openSqlServerDatabase(await created.open(), RETRY);
    const pool = await created.shared();
    const [row] = (await pool.request().query(`SELECT SERVERPROPERTY('BabelfishVersion') AS babelfish`))
      .recordset;
    const options = row.babelfish === null ? RETRY : { ...RETRY, activeRowVersion: BABELFISH_ACTIVE };
    server = { test: created, database, wms: mssqlWmsSql(() => created.shared(), options) };
  }
  const { test: created, database, wms } = server;
  await emptyTables(created);
  const pool = await created.shared();
  return {
    wms,
    database,
    ...byStatements(async (statement) => {
      await pool.request().query(statement);
    }),
    async begin(itemId, onHand) {
      const transaction = pool.transaction();
      await transaction.begin();
      await transaction.request().query(changeOnHand(itemId, onHand));
      return { commit: () => transaction.commit() };
    },
    async dispose() {},
  };
}

/** To be called after all tests. */
export async function dropServer(): Promise<void> {
  await server?.database.close();
  await server?.test.drop();
}
