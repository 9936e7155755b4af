import sql from 'mssql';
import { SettingError } from '../../../shared/settings.ts';
import { openSqlPool, WMS_SQL_SETTING } from '../../../shared/wms-sql/connection.ts';
import { readConnectionString } from '../../../shared/wms-sql/connection-string.ts';
import type { RowOrder } from './outbox-settings.ts';
import type { OutboxSource, SourceRow } from './source.ts';
import { checkNames } from './source-check.ts';
import type { SourceNames } from './source-names.ts';
import { bracketed, plainName } from './sql-name.ts';

/** Unknown column, unknown object, no permission on an object, on a column; unknown schema in a name. */
const NAME_ERRORS: ReadonlySet<number> = new Set([207, 208, 229, 230, 4104]);
/** What Babelfish says instead, which has one number for nearly all of its errors. */
const NAME_MESSAGE = /^(relation|column) .* does not exist|^permission denied for/;

/**
 * Types of a column whose values are sorted as the numbers they are read as. Text is sorted as text, and a date or a
 * fraction is rounded: rows would be passed over.
 */
const WHOLE_NUMBER_TYPES: ReadonlySet<unknown> = new Set([
  sql.BigInt,
  sql.Int,
  sql.SmallInt,
  sql.TinyInt,
  sql.Decimal,
  sql.Numeric,
]);
const ROWVERSION_TYPES: ReadonlySet<unknown> = new Set([sql.Binary, sql.VarBinary]);

/**
 * The outbox in SQL Server. Only SELECTs are sent, each a statement of its own, so that nothing is locked between them.
 * In order `rowversion` rows at or above `MIN_ACTIVE_ROWVERSION()` are left out: a transaction that is still open may
 * have taken a lower number.
 *
 * @throws SettingError when the connection string cannot be read
 */
export function createMssqlSource(
  connectionString: string,
  names: SourceNames,
  kind: RowOrder['kind'],
  random: () => number,
): OutboxSource {
  readConnectionString(WMS_SQL_SETTING, connectionString);
  const table = bracketed(names.source);
  const order = bracketed(names.order);
  // The column itself too, for its type.
  const select = [`CAST(${order} AS bigint)`, order, ...names.columns.map(({ column }) => bracketed(column))]
    .map((column, index) => `${column} AS c${index}`)
    .join(', ');
  // A binary column is compared with binary: only then its index is of use.
  const parameter = (name: string) => (kind === 'rowversion' ? `CAST(@${name} AS binary(8))` : `@${name}`);
  // Read before the rows: what becomes active later has a higher number.
  const limit = kind === 'rowversion' ? 'DECLARE @active binary(8) = MIN_ACTIVE_ROWVERSION(); ' : '';
  const settled = kind === 'rowversion' ? ` AND ${order} < @active` : '';
  let opening: Promise<sql.ConnectionPool> | undefined;
  let pool: sql.ConnectionPool | undefined;

  /** The pool mends its own connections; only one that never came to be is opened anew. */
  async function connect(): Promise<sql.ConnectionPool> {
    const options = { applicationName: 'stockbridge-outbox-reader', random, sleep: async () => {}, tries: 1 };
    opening ??= openSqlPool(connectionString, options);
    try {
      pool = await opening;
      return pool;
    } catch (error) {
      opening = undefined;
      // No fault of the settings, whatever it says: a server that is away, or lets nobody in just now, is tried again.
      throw new Error(error instanceof Error ? error.message : String(error));
    }
  }

  async function read<Row>(
    text: string,
    values: Readonly<Record<string, bigint>> = {},
  ): Promise<sql.IRecordSet<Row>> {
    const request = (await connect()).request();
    for (const [name, value] of Object.entries(values)) request.input(name, sql.BigInt, value);
    return (await request.query<Row>(text)).recordset;
  }

  async function readRows(text: string, values: Readonly<Record<string, bigint>>): Promise<SourceRow[]> {
    const rows = await read<Record<string, unknown>>(text, values);
    const type = rows.columns.c1?.type;
    if (!(kind === 'rowversion' ? ROWVERSION_TYPES : WHOLE_NUMBER_TYPES).has(type)) {
      const must = kind === 'rowversion' ? 'be a rowversion' : 'hold whole numbers';
      throw new SettingError(
        `order.column is "${plainName(names.order)}": its type is ${typeof type === 'function' ? type.name : 'unknown'}, it must ${must}`,
      );
    }
    return rows.map((row) => {
      const [number, , ...columns] = Object.values(row);
      // The driver gives a bigint as text.
      return { number: BigInt(String(number)), values: columns };
    });
  }

  return {
    async check() {
      await checkNames(names, {
        select: (column) => read(`SELECT TOP (0) ${bracketed(column)} AS c FROM ${table}`),
        count: () => read(`SELECT TOP (0) 1 AS c FROM ${table}`),
        isUnknownName: (error) =>
          error instanceof sql.RequestError &&
          (NAME_ERRORS.has(error.number ?? 0) || NAME_MESSAGE.test(error.message)),
      });
      await readRows(`SELECT TOP (0) ${select} FROM ${table}`, {});
    },
    page({ after, upTo, limit: rows }) {
      const end = upTo === undefined ? '' : ` AND ${order} <= ${parameter('upTo')}`;
      return readRows(
        `${limit}SELECT TOP (@rows) ${select} FROM ${table} WHERE ${order} > ${parameter('after')}${end}${settled} ORDER BY ${order}`,
        { after, rows: BigInt(rows), ...(upTo === undefined ? {} : { upTo }) },
      );
    },
    async rowsAt(numbers) {
      if (numbers.length === 0) return [];
      const values = Object.fromEntries(numbers.map((number, index) => [`n${index}`, number]));
      const list = Object.keys(values).map(parameter).join(', ');
      return readRows(`SELECT ${select} FROM ${table} WHERE ${order} IN (${list}) ORDER BY ${order}`, values);
    },
    async highest() {
      const [row] = await read<{ number: string | null }>(
        `SELECT TOP (1) CAST(${order} AS bigint) AS number FROM ${table} ORDER BY ${order} DESC`,
      );
      return row?.number === undefined || row.number === null ? undefined : BigInt(row.number);
    },
    async close() {
      await pool?.close();
    },
  };
}
