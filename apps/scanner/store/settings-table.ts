import type { Enrolment, MasterDataState } from '../core/device-store.ts';
import type { SignedIn } from '../core/scanner-device.ts';
import { json } from './rows.ts';
import type { Sql } from './sql.ts';

/** What there is one of, by name. */
type Settings = {
  readonly enrolment: Enrolment;
  readonly session: SignedIn;
  readonly 'latest-time': string;
  /** By warehouse: ids of picks of which nobody knew whether the pick list tells of them already. */
  readonly 'picks-in-doubt': Readonly<Record<string, readonly string[]>>;
  readonly 'master-data': Pick<MasterDataState, 'version' | 'mark' | 'limits' | 'syncedAt'>;
  /** By warehouse: instants. */
  readonly 'stock-as-of': Readonly<Record<string, string>>;
  readonly 'pick-list-as-of': Readonly<Record<string, string>>;
  readonly 'recounts-as-of': Readonly<Record<string, string>>;
};

/** A setting; undefined where it was never put. */
export function setting<Name extends keyof Settings>(sql: Sql, name: Name): Settings[Name] | undefined {
  const [row] = sql.all('SELECT value FROM setting WHERE name = ?', name);
  return row && json<Settings[Name]>(row, 'value');
}

/** Puts a setting, or takes it away where it is undefined. */
export function putSetting<Name extends keyof Settings>(
  sql: Sql,
  name: Name,
  value: Settings[Name] | undefined,
): void {
  if (value === undefined) sql.run('DELETE FROM setting WHERE name = ?', name);
  else sql.run('INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)', name, JSON.stringify(value));
}
