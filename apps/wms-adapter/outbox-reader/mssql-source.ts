import sql from 'mssql';
import { SettingError } from '../../../shared/settings.ts';
import { openSqlPool, WMS_SQL_SETTING } from '../../../shared/wms-sql/connection.ts';
import { readConnectionString } from '../../../shared/wms-sql/connection-string.ts';
import { mappedFields } from './outbox-settings.ts';
import { checkNames, type OutboxSource, type SourceRow, type SourceSettings } from './source.ts';
import { bracketed, plainName } from './sql-name.ts';

/** Unknown column, unknown object, no permission on an object, on a column; unknown schema in a name. */
const NAME_ERRORS: ReadonlySet<number> = new Set([207, 208, 229, 230, 4104]);
/** What Babelfish says instead, which has one number for nearly all of its errors. */
const NAME_MESSAGE = /^(relation|column) .* does not exist|^permission denied for/;

/**
 * Types of an order column, whose values are sorted as the numbers they are read as. Text is sorted as text, a date or
 * a fraction is rounded: rows would be passed over.
 */
const WHOLE_NUMBERS: readonly unknown[] = [
  sql.BigInt,
  sql.Int,
  sql.SmallInt,
  sql.TinyInt,
  sql.Decimal,
  sql.Numeric,
];
const ROWVERSIONS: readonly unknown[] = [sql.Binary, sql.VarBinary];

/**
 * The outbox in SQL Server. Only SELECTs are sent, each a statement of its own, so that nothing is locked between them.
 * In order `rowversion` rows at or above `MIN_ACTIVE_ROWVERSION()` are left out: a transaction that is still open may
 * have taken a lower number.
 *
 * @throws SettingError when the connection string cannot be read
 */
export function createMssqlSource(
  connectionString: string,
  settings: SourceSettings,
  random: () => number,
): OutboxSource {
  readConnectionString(WMS_SQL_SETTING, connectionString);
  const table = bracketed(settings.source);
  const order = bracketed(settings.order.column);
  const byRowversion = settings.order.kind === 'rowversion';
  // The order column itself too, for its type.
  const select = [
    `CAST(${order} AS bigint)`,
    order,
    ...mappedFields(settings).map(({ column }) => bracketed(column)),
  ]
    .map((column, index) => `${column} AS c${index}`)
    .join(', ');
  // A binary column is compared with binary: only then its index is of use.
  const parameter = (name: string) => (byRowversion ? `CAST(@${name} AS binary(8))` : `@${name}`);
  let pool: sql.ConnectionPool | undefined;

  /** The pool mends its own connections; only one that never came to be is opened anew. */
  async function connect(): Promise<sql.ConnectionPool> {
    const options = { applicationName: 'stockbridge-outbox-reader', random, sleep: async () => {}, tries: 1 };
    try {
      pool ??= await openSqlPool(connectionString, options);
      return pool;
    } catch (error) {
      // No fault of the settings, whatever it says: a server that is away, or lets nobody in just now, is tried again.
      throw new Error(error instanceof Error ? error.message : String(error));
    }
  }

  async function read<Row>(text: string, values: Readonly<Record<string, bigint>> = {}) {
    const request = (await connect()).request();
    for (const [name, value] of Object.entries(values)) request.input(name, sql.BigInt, value);
    return (await request.query<Row>(text)).recordset;
  }

  async function readRows(text: string, values?: Readonly<Record<string, bigint>>): Promise<SourceRow[]> {
    const rows = await read<Record<string, unknown>>(text, values);
    checkOrderType(rows.columns.c1?.type);
    return rows.map((row) => {
      const [number, , ...columns] = Object.values(row);
      // The driver gives a bigint as text.
      return { number: BigInt(String(number)), values: columns };
    });
  }

  function checkOrderType(type: unknown): void {
    if ((byRowversion ? ROWVERSIONS : WHOLE_NUMBERS).includes(type)) return;
    const given = typeof type === 'function' ? type.name : 'unknown';
    const must = byRowversion ? 'be a rowversion' : 'hold whole numbers';
    throw new SettingError(
      `order.column is "${plainName(settings.order.column)}": its type is ${given}, it must ${must}`,
    );
  }

  return {
    async check() {
      await checkNames(
        settings,
        (column) => read(`SELECT TOP (0) ${column ? bracketed(column) : 1} AS c FROM ${table}`),
        (error) =>
          error instanceof sql.RequestError &&
          (NAME_ERRORS.has(error.number ?? 0) || NAME_MESSAGE.test(error.message)),
      );
      await readRows(`SELECT TOP (0) ${select} FROM ${table}`);
    },
    page({ after, upTo, limit }) {
      // Read before the rows: what becomes active later has a higher number.
      const active = byRowversion ? 'DECLARE @active binary(8) = MIN_ACTIVE_ROWVERSION(); ' : '';
      const where = [
        `${order} > ${parameter('after')}`,
        ...(byRowversion ? [`${order} < @active`] : []),
        ...(upTo === undefined ? [] : [`${order} <= ${parameter('upTo')}`]),
      ].join(' AND ');
      return readRows(
        `${active}SELECT TOP (@rows) ${select} FROM ${table} WHERE ${where} ORDER BY ${order}`,
        { after, rows: BigInt(limit), ...(upTo !== undefined && { upTo }) },
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
      return row?.number == null ? undefined : BigInt(row.number);
    },
    // The type of the column sees to that.
    misnumbered: async () => [],
    async close() {
      await pool?.close();
    },
  };
}
