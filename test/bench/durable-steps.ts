import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What orchestrations did: invocations of their orchestrators and of activities. */
export type DurableSteps = {
  readonly orchestrations: number;
  readonly episodes: number;
  readonly activities: number;
};

/** `EventType` of a scheduled activity in the stored history. */
const TASK_SCHEDULED = 4;

/**
 * Counts the steps of every orchestration, from the store of a Functions host that has stopped: the HTTP API tells no
 * episodes, and the store belongs to the host alone while it runs.
 */
export function readDurableSteps(functionsFolder: string): DurableSteps {
  const database = new DatabaseSync(join(functionsFolder, 'durable.sqlite'));
  try {
    const count = (sql: string) => Number(database.prepare(sql).get()?.n ?? 0);
    return {
      orchestrations: count('SELECT count(*) AS n FROM instance'),
      episodes: count('SELECT count(*) AS n FROM history'),
      activities: count(
        `SELECT sum((length(events) - length(replace(events, '"EventType":${TASK_SCHEDULED},', ''))) / ${`"EventType":${TASK_SCHEDULED},`.length}) AS n FROM history`,
      ),
    };
  } finally {
    database.close();
  }
}
