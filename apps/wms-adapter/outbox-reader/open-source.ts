import { type Environment, SettingError } from '../../../shared/settings.ts';
import { WMS_SQL_SETTING } from '../../../shared/wms-sql/connection.ts';
import { createMssqlSource } from './mssql-source.ts';
import type { OutboxSource, SourceSettings } from './source.ts';
import { createSqliteSource } from './sqlite-source.ts';

const SQLITE = 'sqlite:';

/**
 * The source by setting `WmsSqlConnection`: `sqlite:/path/file.db`, or a connection string of SQL Server. Nothing is
 * opened before the first call.
 *
 * @throws SettingError when the setting is missing or cannot be read
 */
export function openSource(
  environment: Environment,
  settings: SourceSettings,
  random: () => number,
): OutboxSource {
  const connection = environment[WMS_SQL_SETTING]?.trim();
  if (!connection) {
    throw new SettingError(
      `Setting ${WMS_SQL_SETTING} is missing: set it to the WMS's database, Server=HOST,PORT;Database=…;User Id=…;Password=… or sqlite:/path/file.db`,
    );
  }
  return connection.startsWith(SQLITE)
    ? createSqliteSource(connection.slice(SQLITE.length), settings)
    : createMssqlSource(connection, settings, random);
}
