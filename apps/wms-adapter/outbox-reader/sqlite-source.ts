import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { SettingError } from '../../../shared/settings.ts';
import { mappedFields } from './outbox-settings.ts';
import { beginningOf, checkNames, type OutboxSource, type SourceRow, type SourceSettings } from './source.ts';
import { doubleQuoted, plainName } from './sql-name.ts';

/** A WMS that writes just then keeps a reader waiting for so long at most, milliseconds: the process stands still meanwhile. */
const BUSY_TIMEOUT_MS = 1_000;

/** Values of the order column that are told, and characters of each. */
const MAX_TOLD = 3;
const MAX_VALUE = 40;

/**
 * The outbox in a SQLite file, which is opened read-only: SQLite refuses every write on such a connection.
 * In a file with a write-ahead log SQLite itself keeps a `-shm` file beside it, as for every reader.
 */
export function createSqliteSource(path: string, settings: SourceSettings): OutboxSource {
  const table = doubleQuoted(settings.source);
  const order = doubleQuoted(settings.order.column);
  // SQLite keeps anything in a column that is not of a STRICT table.
  const isWhole = `typeof(${order}) = 'integer'`;
  const select = [order, ...mappedFields(settings).map(({ column }) => doubleQuoted(column))]
    .map((column, index) => `${column} AS c${index}`)
    .join(', ');
  let connection: DatabaseSync | undefined;

  /** Opens the file where it is not open; after a failure it is opened anew. */
  async function read<Row>(text: string, ...values: SQLInputValue[]): Promise<Row[]> {
    try {
      connection ??= open();
      const statement = connection.prepare(text);
      statement.setReadBigInts(true);
      return statement.all(...values) as Row[];
    } catch (error) {
      close();
      throw error;
    }
  }

  function open(): DatabaseSync {
    try {
      return new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    } catch (error) {
      throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  function close(): void {
    connection?.close();
    connection = undefined;
  }

  async function readRows(rest: string, ...values: SQLInputValue[]): Promise<SourceRow[]> {
    const rows = await read<Record<string, unknown>>(`SELECT ${select} FROM ${table} ${rest}`, ...values);
    return rows.map((row) => {
      const [number, ...columns] = Object.values(row);
      return { number: BigInt(String(number)), values: columns };
    });
  }

  async function misnumbered(after: bigint): Promise<string[]> {
    const rows = await read<{ value: string }>(
      `SELECT substr(quote(${order}), 1, ${MAX_VALUE}) AS value FROM ${table}
        WHERE ${order} > ? AND NOT ${isWhole} LIMIT ${MAX_TOLD}`,
      after,
    );
    return rows.map(({ value }) => value);
  }

  /** A column of texts, say: left out one by one, its rows would be missed in silence. */
  async function refuseWithoutNumbers(after: bigint): Promise<void> {
    const [odd] = await misnumbered(after);
    if (odd === undefined) return;
    const numbered = await read(`SELECT 1 FROM ${table} WHERE ${isWhole} LIMIT 1`);
    if (numbered.length > 0) return;
    const column = plainName(settings.order.column);
    throw new Error(`column ${column} holds ${odd} and no whole number`);
  }

  return {
    async check() {
      if (settings.order.kind === 'rowversion') {
        throw new SettingError(
          'order.kind is "rowversion": SQLite has none, take "commit-ordered" or "overlap"',
        );
      }
      await checkNames(
        settings,
        (column) => read(`SELECT ${column ? doubleQuoted(column) : 1} FROM ${table} LIMIT 0`),
        (error) => /no such (table|column)/.test(error.message),
      );
    },
    async page({ after, upTo, limit }) {
      const bounds = upTo === undefined ? [after] : [after, upTo];
      const below = upTo === undefined ? '' : `AND ${order} <= ?`;
      const where = `WHERE ${order} > ? ${below} AND ${isWhole} ORDER BY ${order} LIMIT ?`;
      const rows = await readRows(where, ...bounds, limit);
      // What was read before had numbers, though the WMS may have removed it.
      const isFirst = upTo === undefined && after === beginningOf(settings.order);
      if (rows.length === 0 && isFirst) await refuseWithoutNumbers(after);
      return rows;
    },
    rowsAt: (numbers) =>
      readRows(
        `WHERE ${order} IN (${numbers.map(() => '?').join(', ')}) AND ${isWhole} ORDER BY ${order}`,
        ...numbers,
      ),
    async highest() {
      const [row] = await read<{ number: bigint }>(
        `SELECT ${order} AS number FROM ${table} WHERE ${isWhole} ORDER BY ${order} DESC LIMIT 1`,
      );
      return row?.number;
    },
    misnumbered,
    close: async () => close(),
  };
}
