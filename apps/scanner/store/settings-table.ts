import type { Enrolment, MasterDataState } from '../core/device-store.ts';
import type { SignedIn } from '../core/scanner-device.ts';
import { json } from './rows.ts';
import type { Sql } from './sql.ts';

/** When a warehouse told what is known of it, by warehouse: instants. */
export const AS_OF = ['stock-as-of', 'pick-list-as-of', 'recounts-as-of'] as const;
type AsOf = (typeof AS_OF)[number];

/** What there is one of, by name. */
type Settings = {
  readonly enrolment: Enrolment;
  readonly session: SignedIn;
  /** What is not saved yet, maybe as another version of the app wrote it. */
  readonly form: unknown;
  readonly 'latest-time': string;
  /** The highest number that a call with scans was given. */
  readonly 'last-call': number;
  /** By warehouse: ids of picks of which nobody knew whether the pick list tells of them already. */
  readonly 'picks-in-doubt': Readonly<Record<string, readonly string[]>>;
  readonly 'master-data': Pick<MasterDataState, 'version' | 'mark' | 'limits' | 'syncedAt'>;
} & Readonly<Record<AsOf, Readonly<Record<string, string>>>>;

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

/** When a warehouse told something last. */
export function asOf(sql: Sql, name: AsOf, warehouseId: string): string | undefined {
  return setting(sql, name)?.[warehouseId];
}

/** Within a transaction. */
export function putAsOf(sql: Sql, name: AsOf, warehouseId: string, at: string): void {
  putSetting(sql, name, { ...setting(sql, name), [warehouseId]: at });
}
