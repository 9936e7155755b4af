import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import sql from 'mssql';
import { openSqlPool } from '../../../../shared/wms-sql/connection.ts';
import { type OutboxSettings, parseOutboxSettings } from '../outbox-settings.ts';

/** A row of the imaginary WMS's table. */
export interface Movement {
  readonly SEQ: number | null;
  readonly MSG_ID: string | null;
  readonly CREATED_UTC: string;
  readonly TRX_TYPE: string;
  readonly SKU: string | null;
  readonly BIN: string;
  readonly LOT: string | null;
  readonly QTY: number;
  readonly ON_HAND: number;
  readonly OPERATOR: string;
}

/** The database of a WMS that is not ours, with one table of its movements. */
export interface ImaginaryWms {
  /** Setting `WmsSqlConnection`. */
  readonly connection: string;
  /** The table, with its schema where there is one. */
  readonly table: string;
  insert(...movements: Movement[]): Promise<void>;
  update(seq: number, values: Partial<Movement>): Promise<void>;
  remove(seq: number): Promise<void>;
  /** A transaction of another session, which began before everything that follows. */
  begin(): Promise<{ insert(...movements: Movement[]): Promise<void>; commit(): Promise<void> }>;
  dispose(): Promise<void>;
}

const COLUMNS = [
  'SEQ',
  'MSG_ID',
  'CREATED_UTC',
  'TRX_TYPE',
  'SKU',
  'BIN',
  'LOT',
  'QTY',
  'ON_HAND',
  'OPERATOR',
] as const;

/** A movement that makes a valid event. */
export function movement(seq: number, changes: Partial<Movement> = {}): Movement {
  return {
    SEQ: seq,
    MSG_ID: `MSG-${seq}`,
    CREATED_UTC: '2024-11-18T10:00:00.1234560',
    TRX_TYPE: 'ADJ',
    SKU: 'ITEM-1',
    BIN: 'A-05-02',
    LOT: null,
    QTY: -5,
    ON_HAND: 10,
    OPERATOR: 'warehouse_user_23',
    ...changes,
  };
}

/** The file that describes the table, as the adapter reads it. */
export function settingsText(
  table: string,
  order: Partial<OutboxSettings['order']> | Record<string, unknown>,
  rest: Record<string, unknown> = {},
): string {
  return JSON.stringify({
    source: table,
    columns: {
      eventId: 'MSG_ID',
      timestamp: 'CREATED_UTC',
      eventType: 'TRX_TYPE',
      itemId: 'SKU',
      locationId: 'BIN',
      lotNumber: 'LOT',
      quantityChange: 'QTY',
      resultingOnHand: 'ON_HAND',
      transactionId: 'MSG_ID',
      userId: 'OPERATOR',
    },
    constants: { warehouseId: 'WH-001', scannerId: 'WMS' },
    eventTypes: { ADJ: 'InventoryAdjustment', PCK: 'InventoryPick' },
    order: { column: 'SEQ', kind: 'overlap', ...order },
    ...rest,
  });
}

/** The same, checked. */
export function settingsOf(...given: Parameters<typeof settingsText>): OutboxSettings {
  return parseOutboxSettings(settingsText(...given));
}

/** On SQLite, where nobody sees a transaction before its end: what it inserts is written at its commit. */
export async function sqliteWms(): Promise<ImaginaryWms & { readonly path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'imaginary-wms-'));
  const path = join(folder, 'wms.db');
  const database = new DatabaseSync(path);
  database.exec(`CREATE TABLE STOCK_OUT (SEQ INTEGER, MSG_ID TEXT, CREATED_UTC TEXT, TRX_TYPE TEXT, SKU TEXT, BIN TEXT,
    LOT TEXT, QTY NUMERIC, ON_HAND NUMERIC, OPERATOR TEXT); CREATE INDEX STOCK_OUT_SEQ ON STOCK_OUT (SEQ)`);
  const statement = database.prepare(`INSERT INTO STOCK_OUT VALUES (${COLUMNS.map(() => '?').join(', ')})`);
  const insert = async (...movements: Movement[]) => {
    database.exec('BEGIN');
    for (const row of movements) statement.run(...COLUMNS.map((column) => row[column]));
    database.exec('COMMIT');
  };
  return {
    connection: `sqlite:${path}`,
    path,
    table: 'STOCK_OUT',
    insert,
    async update(seq, values) {
      const set = Object.keys(values).map((column) => `${column} = ?`);
      database
        .prepare(`UPDATE STOCK_OUT SET ${set.join(', ')} WHERE SEQ = ?`)
        .run(...Object.values(values), seq);
    },
    async remove(seq) {
      database.prepare('DELETE FROM STOCK_OUT WHERE SEQ = ?').run(seq);
    },
    async begin() {
      const written: Movement[] = [];
      return {
        insert: async (...movements) => {
          written.push(...movements);
        },
        commit: () => insert(...written),
      };
    },
    async dispose() {
      database.close();
      await rm(folder, { recursive: true });
    },
  };
}

export interface SqlServerWms extends ImaginaryWms {
  /** What the server calls itself. */
  readonly version: string;
  /** Runs a batch of the owner's. */
  run(text: string): Promise<void>;
}

/** On SQL Server: a table of its own in the database that the connection string names. */
export async function sqlServerWms(connection: string): Promise<SqlServerWms> {
  const pool = await openSqlPool(connection, {
    applicationName: 'imaginary-wms',
    random: Math.random,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  });
  const table = `dbo.STOCK_OUT_${randomUUID().replaceAll('-', '')}`;
  await pool.query(`CREATE TABLE ${table} (SEQ bigint, MSG_ID varchar(200), CREATED_UTC datetime2(7), TRX_TYPE char(6),
    SKU char(40), BIN nvarchar(20), LOT varchar(20), QTY decimal(19, 3), ON_HAND decimal(12, 3), OPERATOR varchar(40),
    RV rowversion)`);
  await pool.query(`CREATE INDEX IX_SEQ ON ${table} (SEQ); CREATE INDEX IX_RV ON ${table} (RV)`);
  const version = (await pool.query<{ version: string }>('SELECT @@VERSION AS version')).recordset[0]
    ?.version;

  async function insertBy(request: () => sql.Request, movements: readonly Movement[]): Promise<void> {
    for (let first = 0; first < movements.length; first += 100) {
      const rows = movements.slice(first, first + 100);
      const insert = request();
      const values = rows.map((row, index) => {
        const names = COLUMNS.map((column) => {
          insert.input(
            `${column}${index}`,
            typeof row[column] === 'number' ? sql.Float : sql.VarChar,
            row[column],
          );
          return `@${column}${index}`;
        });
        return `(${names.join(', ')})`;
      });
      await insert.query(`INSERT INTO ${table} (${COLUMNS.join(', ')}) VALUES ${values.join(', ')}`);
    }
  }

  return {
    connection,
    table,
    version: version ?? '',
    run: async (text) => {
      await pool.request().batch(text);
    },
    insert: (...movements) => insertBy(() => pool.request(), movements),
    async update(seq, values) {
      const request = pool.request().input('seq', sql.BigInt, seq);
      const set = Object.entries(values).map(([column, value]) => {
        request.input(column, value);
        return `${column} = @${column}`;
      });
      await request.query(`UPDATE ${table} SET ${set.join(', ')} WHERE SEQ = @seq`);
    },
    async remove(seq) {
      await pool.request().input('seq', sql.BigInt, seq).query(`DELETE FROM ${table} WHERE SEQ = @seq`);
    },
    async begin() {
      const transaction = new sql.Transaction(pool);
      await transaction.begin();
      return {
        insert: (...movements) => insertBy(() => transaction.request(), movements),
        commit: () => transaction.commit(),
      };
    },
    async dispose() {
      await pool.query(`DROP TABLE ${table}`);
      await pool.close();
    },
  };
}
