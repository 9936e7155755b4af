import type sql from 'mssql';
import { type RetryOptions, retrying } from '../../../shared/wms-sql/retrying.ts';
import type { Parameter } from './parameters.ts';

declare module 'mssql' {
  // The driver's types do not know this parameter yet.
  interface ConnectionPool {
    request(overrides?: { readonly requestTimeout: number }): Request;
  }
  interface Transaction {
    request(overrides?: { readonly requestTimeout: number }): Request;
  }
}

/** The values of a query by name. */
export type Parameters = Readonly<Record<string, Parameter>>;

/**
 * Runs statements, in a transaction or each by itself. The columns are the adapter's own and not checked again: `Row`
 * names them.
 */
export interface Statements {
  /** Answers the rows of the first `SELECT`. */
  rows<Row extends object>(statements: string, parameters?: Parameters): Promise<Row[]>;
  /** Answers the rows of every `SELECT`, in their order. */
  recordsets<Rows extends object[]>(
    statements: string,
    parameters?: Parameters,
  ): Promise<{ [Index in keyof Rows]: Rows[Index][] }>;
}

/**
 * The WMS database. What fails for a reason that passes by itself (deadlock, broken connection) is done again, so
 * each call has to be harmless when it was committed before.
 */
export interface Session extends Statements {
  /** Does all of the work in one transaction, or nothing of it. */
  inTransaction<Result>(
    work: (transaction: Statements) => Promise<Result>,
    options?: TransactionOptions,
  ): Promise<Result>;
  close(): Promise<void>;
}

export interface TransactionOptions {
  /** Milliseconds that each statement may take, 0 for any time; that of the connection string where it is missing. */
  readonly requestTimeoutMs?: number;
}

export function createSession(pool: sql.ConnectionPool, retry: RetryOptions): Session {
  return {
    rows: (statements, parameters) => retrying(() => statementsOn(pool).rows(statements, parameters), retry),
    recordsets: (statements, parameters) =>
      retrying(() => statementsOn(pool).recordsets(statements, parameters), retry),
    inTransaction: (work, options) => retrying(() => transact(pool, work, options), retry),
    close: () => pool.close(),
  };
}

/** The statements on a connection of the pool, or on that of a transaction. */
export function statementsOn(
  connection: sql.ConnectionPool | sql.Transaction,
  { requestTimeoutMs: requestTimeout }: TransactionOptions = {},
): Statements {
  function requestWith(parameters: Parameters): sql.Request {
    const request = connection.request(requestTimeout === undefined ? undefined : { requestTimeout });
    for (const [name, { type, value }] of Object.entries(parameters)) request.input(name, type, value);
    return request;
  }

  return {
    async rows<Row extends object>(statements: string, parameters: Parameters = {}) {
      const { recordset } = await requestWith(parameters).query<Row>(statements);
      // Without a SELECT there is none, whatever the types say.
      return (recordset as Row[] | undefined) ?? [];
    },
    async recordsets<Rows extends object[]>(statements: string, parameters: Parameters = {}) {
      const { recordsets } = await requestWith(parameters).query<Rows>(statements);
      return recordsets as { [Index in keyof Rows]: Rows[Index][] };
    },
  };
}

async function transact<Result>(
  pool: sql.ConnectionPool,
  work: (transaction: Statements) => Promise<Result>,
  options?: TransactionOptions,
): Promise<Result> {
  const transaction = pool.transaction();
  await transaction.begin();
  try {
    const result = await work(statementsOn(transaction, options));
    await transaction.commit();
    return result;
  } catch (error) {
    // Fails where the server has ended the transaction already, or the connection is gone and took it along.
    await transaction.rollback().catch(() => undefined);
    throw error;
  }
}
