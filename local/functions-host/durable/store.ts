import type { DatabaseSync } from 'node:sqlite';
import { instanceQueries } from './instance-queries.ts';
import type { RuntimeStatus } from './task-hub.ts';

/** An execution of an instance as it is stored; times are milliseconds UTC. */
export interface InstanceRow {
  key: number;
  instanceId: string;
  executionId: string;
  /** How often it has continued as new. */
  generation: number;
  name: string;
  version: string | null;
  parent: Parent | null;
  status: RuntimeStatus;
  inputJson: string | null;
  customStatusJson: string | null;
  outputJson: string | null;
  createdTime: number;
  lastUpdatedTime: number;
}

/** The orchestration that waits for this one. */
export interface Parent {
  key: number;
  taskId: number;
  name: string;
  version: string | null;
  instanceId: string;
  executionId: string;
}

export interface ActivityRow {
  key: number;
  id: number;
  name: string;
  /** JSON; null for nothing. */
  inputJson: string | null;
}

export interface TimerRow {
  key: number;
  id: number;
  fireAt: number;
}

/**
 * The statements of the task hub. All writes belong into the transaction of the turn (`GroupCommit.begin`). Times in milliseconds UTC.
 */
export function createStore(database: DatabaseSync) {
  const sql = (text: string) => database.prepare(text);
  const insert = sql('INSERT INTO instance VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const update = sql(
    'UPDATE instance SET status = ?, custom_status = ?, output = ?, updated_at = ? WHERE key = ?',
  );
  const dependents = ['history', 'inbox', 'activity', 'timer'].map((table) =>
    sql(`DELETE FROM ${table} WHERE instance = ?`),
  );
  const remove = sql('DELETE FROM instance WHERE key = ?');
  const undone = ['activity', 'timer'].map((table) => sql(`DELETE FROM ${table} WHERE instance = ?`));
  const appendHistory = sql('INSERT INTO history VALUES (?, ?, ?)');
  const history = sql('SELECT events FROM history WHERE instance = ? ORDER BY episode');
  const insertMessage = sql('INSERT INTO inbox VALUES (?, ?, ?)');
  const deleteMessage = sql('DELETE FROM inbox WHERE id = ?');
  const messages = sql('SELECT id, event FROM inbox WHERE instance = ? ORDER BY id');
  const insertActivity = sql('INSERT INTO activity VALUES (?, ?, ?, ?)');
  const deleteActivity = sql('DELETE FROM activity WHERE instance = ? AND id = ?');
  const insertTimer = sql('INSERT INTO timer VALUES (?, ?, ?)');
  const deleteTimer = sql('DELETE FROM timer WHERE instance = ? AND id = ?');
  const dueTimers = sql(
    'SELECT instance, id, fire_at FROM timer WHERE fire_at <= ? ORDER BY fire_at, instance, id LIMIT ?',
  );
  const nextTimer = sql('SELECT min(fire_at) AS fire_at FROM timer');

  return {
    ...instanceQueries(database),
    insertInstance(row: InstanceRow): void {
      insert.run(
        row.key,
        row.instanceId,
        row.executionId,
        row.generation,
        row.name,
        row.version,
        row.parent && JSON.stringify(row.parent),
        row.status,
        row.inputJson,
        row.customStatusJson,
        row.outputJson,
        row.createdTime,
        row.lastUpdatedTime,
      );
    },
    updateInstance(row: InstanceRow): void {
      update.run(row.status, row.customStatusJson, row.outputJson, row.lastUpdatedTime, row.key);
    },
    /** With everything that belongs to it. */
    deleteInstance(key: number): void {
      remove.run(key);
      for (const statement of dependents) statement.run(key);
    },
    /** Forgets timers and activities of an execution that has ended. */
    deleteUndone(key: number): void {
      for (const statement of undone) statement.run(key);
    },
    /** @param events JSON of events, joined by commas */
    appendHistory(key: number, episode: number, events: string): void {
      appendHistory.run(key, episode, events);
    },
    /** The texts given to `appendHistory`, one an episode. */
    history: (key: number): string[] => history.all(key).map((row) => String(row.events)),
    insertMessage(id: number, key: number, eventJson: string): void {
      insertMessage.run(id, key, eventJson);
    },
    deleteMessage(id: number): void {
      deleteMessage.run(id);
    },
    messages: (key: number) =>
      messages.all(key).map((row) => ({ id: Number(row.id), eventJson: String(row.event) })),
    keysWithMessages: (): number[] =>
      sql('SELECT instance FROM inbox GROUP BY instance ORDER BY min(id)')
        .all()
        .map((row) => Number(row.instance)),
    lastMessageId: (): number => Number(sql('SELECT max(id) AS id FROM inbox').get()?.id ?? 0),
    insertActivity({ key, id, name, inputJson }: ActivityRow): void {
      insertActivity.run(key, id, name, inputJson);
    },
    deleteActivity(key: number, id: number): void {
      deleteActivity.run(key, id);
    },
    activities: (): ActivityRow[] =>
      sql('SELECT instance, id, name, input FROM activity ORDER BY instance, id')
        .all()
        .map((row) => ({
          key: Number(row.instance),
          id: Number(row.id),
          name: String(row.name),
          inputJson: row.input === null ? null : String(row.input),
        })),
    insertTimer({ key, id, fireAt }: TimerRow): void {
      insertTimer.run(key, id, fireAt);
    },
    deleteTimer(key: number, id: number): void {
      deleteTimer.run(key, id);
    },
    /** Timers that are due, earliest first. */
    dueTimers: (now: number, limit: number): TimerRow[] =>
      dueTimers.all(now, limit).map((row) => ({
        key: Number(row.instance),
        id: Number(row.id),
        fireAt: Number(row.fire_at),
      })),
    /** When the earliest timer is due. */
    nextTimer(): number | undefined {
      const at = nextTimer.get()?.fire_at;
      return typeof at === 'number' ? at : undefined;
    },
  };
}

export type Store = ReturnType<typeof createStore>;
