import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { SettingError } from '../../../shared/settings.ts';
import { mappedFields } from './outbox-settings.ts';
import { checkNames, type OutboxSource, type SourceRow, type SourceSettings } from './source.ts';
import { doubleQuoted, plainName } from './sql-name.ts';

/** A WMS that writes just then keeps a reader waiting for so long at most, milliseconds: the process stands still meanwhile. */
const BUSY_TIMEOUT_MS = 1_000;

/**
 * The outbox in a SQLite file, which is opened read-only: SQLite refuses every write on such a connection.
 * In a file with a write-ahead log SQLite itself keeps a `-shm` file beside it, as for every reader.
 */
export function createSqliteSource(path: string, settings: SourceSettings): OutboxSource {
  const table = doubleQuoted(settings.source);
  const order = doubleQuoted(settings.order.column);
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
      if (typeof number === 'bigint') return { number, values: columns };
      throw new Error(
        `column ${plainName(settings.order.column)} holds ${JSON.stringify(number)}, which is no whole number`,
      );
    });
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
    page: ({ after, upTo, limit }) =>
      upTo === undefined
        ? readRows(`WHERE ${order} > ? ORDER BY ${order} LIMIT ?`, after, limit)
        : readRows(`WHERE ${order} > ? AND ${order} <= ? ORDER BY ${order} LIMIT ?`, after, upTo, limit),
    rowsAt: (numbers) =>
      readRows(`WHERE ${order} IN (${numbers.map(() => '?').join(', ')}) ORDER BY ${order}`, ...numbers),
    async highest() {
      const [row] = await read<{ number: bigint | null }>(`SELECT max(${order}) AS number FROM ${table}`);
      return row?.number ?? undefined;
    },
    close: async () => close(),
  };
}
