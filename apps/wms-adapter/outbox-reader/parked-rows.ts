import type { DatabaseSync } from 'node:sqlite';

/** A row that makes no event. */
export interface ParkedRow {
  /** Number and event id of the row: `4711:TRX-1`; `4711:#1`, its place among them, where the id tells no rows apart. */
  readonly id: string;
  /** Value of the order column. */
  readonly number: bigint;
  /** What stands in the column of the event id, if that is text. */
  readonly eventId: string | null;
  /** Number of the row that was sent under this event id, where that is its fault: kept, as that one is forgotten. */
  readonly sameAs: bigint | null;
  /** One sentence: column, field, value and what is wrong with it. */
  readonly reason: string;
  /** The row as it was read, by the names of its columns, as JSON. */
  readonly content: string;
  /** When it was parked first: ISO 8601, UTC. */
  readonly parkedAt: string;
}

/** Place of a row in the list of the parked. */
export type ParkedPlace = Pick<ParkedRow, 'id' | 'number'>;

export interface ParkedRows {
  count(): number;
  get(id: string): ParkedRow | undefined;
  /** In the order of their numbers, `after` the row of this place; at most `limit`. */
  list(after: ParkedPlace | undefined, limit: number): ParkedRow[];
  /** Ids of the parked rows with one of these numbers. */
  idsAt(numbers: readonly bigint[]): string[];
  /** Ids of the parked rows with this event id. */
  idsOf(eventId: string): string[];
  /** Takes some off the list and puts others on it, in the caller's transaction. One that is on it keeps its time. */
  replace(remove: readonly string[], add: readonly ParkedRow[]): void;
}

export const PARKED_SCHEMA = `
-- Rows that make no event; content is JSON.
CREATE TABLE parked (
  parked_id TEXT PRIMARY KEY,
  number INTEGER NOT NULL,
  event_id TEXT,
  same_as INTEGER,
  reason TEXT NOT NULL,
  content TEXT NOT NULL,
  parked_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX parked_number ON parked (number, parked_id);
CREATE INDEX parked_event ON parked (event_id) WHERE event_id IS NOT NULL;
`;

const SELECT = `SELECT parked_id AS id, number, event_id AS eventId, same_as AS sameAs, reason, content, parked_at AS parkedAt FROM parked`;

/** The parked rows in the reader's own file. */
export function createParkedRows(connection: DatabaseSync): ParkedRows {
  const sql = {
    count: connection.prepare('SELECT count(*) AS count FROM parked'),
    get: connection.prepare(`${SELECT} WHERE parked_id = ?`),
    first: connection.prepare(`${SELECT} ORDER BY number, parked_id LIMIT ?`),
    following: connection.prepare(
      `${SELECT} WHERE (number, parked_id) > (?, ?) ORDER BY number, parked_id LIMIT ?`,
    ),
    idsAt: connection.prepare('SELECT parked_id AS id FROM parked WHERE number = ?'),
    idsOf: connection.prepare('SELECT parked_id AS id FROM parked WHERE event_id = ?'),
    remove: connection.prepare('DELETE FROM parked WHERE parked_id = ?'),
    put: connection.prepare(`INSERT INTO parked (parked_id, number, event_id, same_as, reason, content, parked_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET same_as = excluded.same_as, reason = excluded.reason, content = excluded.content`),
  };
  for (const statement of [sql.get, sql.first, sql.following]) statement.setReadBigInts(true);
  let counted: number | undefined;
  const idsIn = (rows: unknown) => (rows as ParkedPlace[]).map(({ id }) => id);

  return {
    count() {
      counted ??= Number(sql.count.get()?.count);
      return counted;
    },
    get: (id) => sql.get.get(id) as ParkedRow | undefined,
    list(after, limit) {
      const rows: unknown = after ? sql.following.all(after.number, after.id, limit) : sql.first.all(limit);
      return rows as ParkedRow[];
    },
    idsAt: (numbers) => numbers.flatMap((number) => idsIn(sql.idsAt.all(number))),
    idsOf: (eventId) => idsIn(sql.idsOf.all(eventId)),
    replace(remove, add) {
      if (remove.length + add.length > 0) counted = undefined;
      for (const id of remove) sql.remove.run(id);
      for (const { id, number, eventId, sameAs, reason, content, parkedAt } of add) {
        sql.put.run(id, number, eventId, sameAs, reason, content, parkedAt);
      }
    },
  };
}
