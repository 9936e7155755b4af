import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { OutboxSource, SourceRow } from './source.ts';
import { checkNames } from './source-check.ts';
import type { SourceNames } from './source-names.ts';
import { doubleQuoted } from './sql-name.ts';

/** A WMS that writes just then keeps a reader waiting for so long at most, milliseconds: the process stands still meanwhile. */
const BUSY_TIMEOUT_MS = 1_000;

/**
 * The outbox in a SQLite file, which is opened read-only: SQLite refuses every write on such a connection.
 * In a file with a write-ahead log SQLite itself keeps a `-shm` file beside it, as for every reader.
 */
export function createSqliteSource(path: string, names: SourceNames): OutboxSource {
  const table = doubleQuoted(names.source);
  const order = doubleQuoted(names.order);
  const select = [order, ...names.columns.map(({ column }) => doubleQuoted(column))]
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

  const readRows = async (rest: string, ...values: SQLInputValue[]): Promise<SourceRow[]> =>
    (await read<Record<string, unknown>>(`SELECT ${select} FROM ${table} ${rest}`, ...values)).map(rowOf);

  function rowOf(row: Record<string, unknown>): SourceRow {
    const [number, ...values] = Object.values(row);
    if (typeof number !== 'bigint') {
      throw new Error(
        `column ${names.order.join('.')} holds ${JSON.stringify(number)}, which is no whole number`,
      );
    }
    return { number, values };
  }

  return {
    check: () =>
      checkNames(names, {
        select: (what) => read(`SELECT ${doubleQuoted(what)} FROM ${table} LIMIT 0`),
        count: () => read(`SELECT 1 FROM ${table} LIMIT 0`),
        isUnknownName: (error) => /no such (table|column)/.test(error.message),
      }),
    page: ({ after, upTo, limit }) =>
      upTo === undefined
        ? readRows(`WHERE ${order} > ? ORDER BY ${order} LIMIT ?`, after, limit)
        : readRows(`WHERE ${order} > ? AND ${order} <= ? ORDER BY ${order} LIMIT ?`, after, upTo, limit),
    rowsAt: (numbers) =>
      numbers.length === 0
        ? Promise.resolve([])
        : readRows(`WHERE ${order} IN (${numbers.map(() => '?').join(', ')}) ORDER BY ${order}`, ...numbers),
    async highest() {
      const [row] = await read<{ number: bigint | null }>(`SELECT max(${order}) AS number FROM ${table}`);
      return row?.number ?? undefined;
    },
    close: async () => close(),
  };
}
