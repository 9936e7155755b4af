import type { SQLInputValue, StatementSync } from 'node:sqlite';

/** All rows of a query. The file is the adapter's own: its columns are not checked again, `Row` names them. */
export function rowsOf<Row>(statement: StatementSync, ...values: SQLInputValue[]): Row[] {
  return statement.all(...values) as unknown as Row[];
}

/** The first row of a query, as `rowsOf`. */
export function rowOf<Row>(statement: StatementSync, ...values: SQLInputValue[]): Row | undefined {
  return statement.get(...values) as unknown as Row | undefined;
}

/** The rows of a query one by one, as `rowsOf`. */
export function iterateRows<Row>(statement: StatementSync, ...values: SQLInputValue[]): Iterable<Row> {
  return statement.iterate(...values) as unknown as Iterable<Row>;
}

/** A JSON column that the adapter wrote, as `rowsOf`. */
export function jsonOf<Value>(text: string): Value {
  return JSON.parse(text);
}
