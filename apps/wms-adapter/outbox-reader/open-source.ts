import { type Environment, SettingError } from '../../../shared/settings.ts';
import { WMS_SQL_SETTING } from '../../../shared/wms-sql/connection.ts';
import { createMssqlSource } from './mssql-source.ts';
import type { RowOrder } from './outbox-settings.ts';
import type { OutboxSource } from './source.ts';
import type { SourceNames } from './source-names.ts';
import { createSqliteSource } from './sqlite-source.ts';

const SQLITE = 'sqlite:';

/**
 * The source by setting `WmsSqlConnection`: `sqlite:/path/file.db`, or a connection string of SQL Server. Nothing is opened before the
 * first call.
 *
 * @throws SettingError when the setting is missing or cannot be read
 */
export function openSource(
  environment: Environment,
  names: SourceNames,
  kind: RowOrder['kind'],
  random: () => number,
): OutboxSource {
  const connection = environment[WMS_SQL_SETTING]?.trim();
  if (!connection) {
    throw new SettingError(
      `Setting ${WMS_SQL_SETTING} is missing: set it to the WMS's database, Server=HOST,PORT;Database=…;User Id=…;Password=… or sqlite:/path/file.db`,
    );
  }
  return connection.startsWith(SQLITE)
    ? createSqliteSource(connection.slice(SQLITE.length), names)
    : createMssqlSource(connection, names, kind, random);
}

/** Whether the setting names a SQLite file. */
export function isSqlite(environment: Environment): boolean {
  return environment[WMS_SQL_SETTING]?.trim().startsWith(SQLITE) ?? false;
}
