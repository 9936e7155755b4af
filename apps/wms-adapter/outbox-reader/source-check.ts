import { SettingError } from '../../../shared/settings.ts';
import type { SourceNames } from './source-names.ts';
import { plainName, type SqlName } from './sql-name.ts';

/** Queries without rows that show what the database knows. */
export interface NameQueries {
  /** Reads a column of the source. */
  select(column: SqlName): Promise<unknown>;
  /** Reads the source without naming a column. */
  count(): Promise<unknown>;
  /** Whether the database says that a name is unknown or may not be read, rather than that it does not answer. */
  isUnknownName(error: Error): boolean;
}

/** @throws SettingError naming the table or the first column that is not there; what else the database says as it is */
export async function checkNames(
  { source, order, columns }: SourceNames,
  queries: NameQueries,
): Promise<void> {
  const table = plainName(source);
  const refuse = (error: unknown, name: string) => {
    if (!(error instanceof Error) || !queries.isUnknownName(error)) throw error;
    throw new SettingError(`${name}: the WMS database says: ${error.message.replaceAll(/\s+/g, ' ')}`);
  };
  await queries.count().catch((error) => refuse(error, `source is "${table}"`));
  await queries.select(order).catch((error) => refuse(error, `order.column is "${plainName(order)}"`));
  for (const { column, setting } of columns) {
    await queries.select(column).catch((error) => refuse(error, `${setting} is "${plainName(column)}"`));
  }
}
