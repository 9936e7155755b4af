import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { InstanceRow, Parent } from './store.ts';
import { type InstanceFilter, RUNTIME_STATUSES } from './task-hub.ts';

const DEFAULT_TOP = 100;

/** The reading statements of the instance table. */
export function instanceQueries(database: DatabaseSync) {
  const byId = database.prepare('SELECT * FROM instance WHERE instance_id = ?');
  const byKey = database.prepare('SELECT * FROM instance WHERE key = ?');
  return {
    instanceById: (instanceId: string) => readRow(byId.get(instanceId)),
    instanceByKey: (key: number) => readRow(byKey.get(key)),
    lastKey: (): number => Number(database.prepare('SELECT max(key) AS key FROM instance').get()?.key ?? 0),
    /** By instance id, one more than asked for when there is a next page. */
    listInstances(filter: InstanceFilter, afterId: string | undefined): InstanceRow[] {
      const { where, values } = conditions(filter, afterId);
      const statement = database.prepare(
        `SELECT * FROM instance WHERE ${where} ORDER BY instance_id LIMIT ?`,
      );
      return statement.all(...values, (filter.top ?? DEFAULT_TOP) + 1).flatMap((row) => readRow(row) ?? []);
    },
    /** Ids of the first instances that fit, in no promised order. */
    idsOf(filter: InstanceFilter, limit: number): string[] {
      const { where, values } = conditions(filter, undefined);
      const statement = database.prepare(`SELECT instance_id FROM instance WHERE ${where} LIMIT ?`);
      return statement.all(...values, limit).map((row) => String(row.instance_id));
    },
  };
}

function conditions(filter: InstanceFilter, afterId: string | undefined) {
  const where: string[] = ['1'];
  const values: SQLInputValue[] = [];
  const add = (condition: string, ...given: SQLInputValue[]) => {
    where.push(condition);
    values.push(...given);
  };
  if (filter.runtimeStatus?.length) {
    add(`status IN (${filter.runtimeStatus.map(() => '?').join(', ')})`, ...filter.runtimeStatus);
  }
  if (filter.createdFrom !== undefined) add('created_at >= ?', filter.createdFrom);
  if (filter.createdTo !== undefined) add('created_at <= ?', filter.createdTo);
  const prefix = filter.instanceIdPrefix;
  if (prefix) add('instance_id >= ? AND substr(instance_id, 1, length(?)) = ?', prefix, prefix, prefix);
  if (afterId !== undefined) add('instance_id > ?', afterId);
  return { where: where.join(' AND '), values };
}

function readRow(row: Record<string, SQLOutputValue> | undefined): InstanceRow | undefined {
  if (!row) return undefined;
  const text = (value: SQLOutputValue | undefined) =>
    value === null || value === undefined ? null : String(value);
  const status = RUNTIME_STATUSES.find((known) => known === row.status);
  if (!status) throw new Error(`Instance ${row.instance_id} has the unknown status "${row.status}".`);
  return {
    key: Number(row.key),
    instanceId: String(row.instance_id),
    executionId: String(row.execution_id),
    generation: Number(row.generation),
    name: String(row.name),
    version: text(row.version),
    parent: typeof row.parent === 'string' ? (JSON.parse(row.parent) as Parent) : null,
    status,
    inputJson: text(row.input),
    customStatusJson: text(row.custom_status),
    outputJson: text(row.output),
    createdTime: Number(row.created_at),
    lastUpdatedTime: Number(row.updated_at),
  };
}
