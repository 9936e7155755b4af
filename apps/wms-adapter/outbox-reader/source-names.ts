import type { SqlName } from './sql-name.ts';

/** What is read: names from the settings, checked there and quoted where they meet SQL. */
export interface SourceNames {
  /** Table or view. */
  readonly source: SqlName;
  /** Order column. */
  readonly order: SqlName;
  /** Columns of the event's fields, each once. */
  readonly columns: readonly NamedColumn[];
}

export interface NamedColumn {
  readonly column: SqlName;
  /** The setting that names it, such as `columns.itemId`. */
  readonly setting: string;
}
