import type { DatabaseSync } from 'node:sqlite';

/** A row that makes no event. */
export interface ParkedRow {
  /** Number and event id of the row: `4711:TRX-1`; `4711:#1`, its place among them, where the id tells no rows apart. */
  readonly id: string;
  /** Value of the order column. */
  readonly number: bigint;
  /** What stands in the column of the event id, if that is text. */
  readonly eventId: string | undefined;
  /** One sentence: column, field, value and what is wrong with it. */
  readonly reason: string;
  /** The row as it was read, by the names of its columns, as JSON. */
  readonly content: string;
  /** When it was parked first: ISO 8601, UTC. */
  readonly parkedAt: string;
}

export interface ParkedRows {
  count(): number;
  get(id: string): ParkedRow | undefined;
  /** In the order of their numbers, `after` the row of this id; at most `limit`. */
  list(after: { readonly number: bigint; readonly id: string } | undefined, limit: number): ParkedRow[];
  /** Ids of the parked rows with one of these numbers. */
  idsAt(numbers: readonly bigint[]): string[];
  /** Ids of the parked rows with this event id. */
  idsOf(eventId: string): string[];
  /** Takes some off the list and puts others on it, in the caller's transaction. One that is on it keeps its time. */
  replace(remove: readonly string[], add: readonly ParkedRow[]): void;
}

interface Columns {
  parked_id: string;
  number: bigint;
  event_id: string | null;
  reason: string;
  content: string;
  parked_at: string;
}

/** The parked rows in the reader's own file. */
export function createParkedRows(connection: DatabaseSync): ParkedRows {
  const sql = {
    count: connection.prepare('SELECT count(*) AS count FROM parked'),
    get: connection.prepare('SELECT * FROM parked WHERE parked_id = ?'),
    first: connection.prepare('SELECT * FROM parked ORDER BY number, parked_id LIMIT ?'),
    following: connection.prepare(
      'SELECT * FROM parked WHERE (number, parked_id) > (?, ?) ORDER BY number, parked_id LIMIT ?',
    ),
    idsAt: connection.prepare('SELECT parked_id FROM parked WHERE number = ?'),
    idsOf: connection.prepare('SELECT parked_id FROM parked WHERE event_id = ?'),
    remove: connection.prepare('DELETE FROM parked WHERE parked_id = ?'),
    put: connection.prepare(`INSERT INTO parked (parked_id, number, event_id, reason, content, parked_at)
      VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET reason = excluded.reason, content = excluded.content`),
  };
  for (const statement of [sql.get, sql.first, sql.following]) statement.setReadBigInts(true);
  let counted: number | undefined;
  const idsIn = (rows: unknown) => (rows as Pick<Columns, 'parked_id'>[]).map((row) => row.parked_id);

  return {
    count() {
      counted ??= Number((sql.count.get() as { count: number }).count);
      return counted;
    },
    get(id) {
      const row = sql.get.get(id) as Columns | undefined;
      return row && rowOf(row);
    },
    list(after, limit) {
      const rows = after ? sql.following.all(after.number, after.id, limit) : sql.first.all(limit);
      return (rows as unknown as Columns[]).map(rowOf);
    },
    idsAt: (numbers) => numbers.flatMap((number) => idsIn(sql.idsAt.all(number))),
    idsOf: (eventId) => idsIn(sql.idsOf.all(eventId)),
    replace(remove, add) {
      if (remove.length + add.length > 0) counted = undefined;
      for (const id of remove) sql.remove.run(id);
      for (const { id, number, eventId = null, reason, content, parkedAt } of add) {
        sql.put.run(id, number, eventId, reason, content, parkedAt);
      }
    },
  };
}

function rowOf({ parked_id, number, event_id, reason, content, parked_at }: Columns): ParkedRow {
  return { id: parked_id, number, eventId: event_id ?? undefined, reason, content, parkedAt: parked_at };
}
