import { DatabaseSync } from 'node:sqlite';
import { SettingError } from '../../../shared/settings.ts';
import { inTransaction } from '../sqlite/transaction.ts';
import { createParkedRows, PARKED_SCHEMA, type ParkedRow, type ParkedRows } from './parked-rows.ts';

/** What became of a page of the source. */
export interface Progress {
  /** Events that the bus has acknowledged and that have to be recognised when they are read again. */
  readonly sent: readonly { readonly eventId: string; readonly number: bigint }[];
  readonly parked: readonly ParkedRow[];
  /** Ids of parked rows that are no longer at fault. */
  readonly mended: readonly string[];
  /** Everything up to this number was read, and sent or parked. */
  readonly readUpTo?: { readonly number: bigint; readonly at: Date };
}

/**
 * How far the reader is, in a file of its own: nothing of it is written into the WMS's database. Calls are durable but
 * for the last before a power cut; then rows are read, and events sent, twice.
 */
export interface ReaderState {
  readonly parked: ParkedRows;
  /** Highest number that was read. */
  head(): bigint;
  /** Everything up to here is settled: no row can still come under these numbers. Never above `head`. */
  cursor(): bigint;
  /** The highest number that was read at `at` or before, if that is above the cursor. */
  readBy(at: Date): bigint | undefined;
  /** The row number under which the event was sent, as far as that is remembered. */
  sentAs(eventId: string): bigint | undefined;
  record(progress: Progress): void;
  /** Moves the cursor up. */
  settle(upTo: bigint): void;
  /** Forgets some of what is remembered of rows up to the cursor; to be called again and again. */
  tidy(): void;
  close(): void;
}

export interface ReaderStateOptions {
  readonly path: string;
  /** What the numbers belong to, such as `dbo.STOCK_OUT by SEQ`. */
  readonly numbering: string;
  /** Where a new file begins. */
  readonly startAfter: bigint;
  /** Marks of what was read when are this far apart, milliseconds: bounds how many there are. */
  readonly markEveryMs: number;
}

const SCHEMA_VERSION = 1;
const SCHEMA = `
CREATE TABLE progress (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  numbering TEXT NOT NULL,
  begun INTEGER NOT NULL CHECK (begun IN (0, 1)),
  head INTEGER NOT NULL,
  cursor INTEGER NOT NULL CHECK (cursor <= head)
) STRICT;

-- Everything up to number had been read at read_at (milliseconds UTC).
CREATE TABLE mark (number INTEGER PRIMARY KEY, read_at INTEGER NOT NULL) STRICT;

-- Events of rows above the cursor that were sent.
CREATE TABLE sent (event_id TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX sent_number ON sent (number);
${PARKED_SCHEMA}
PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** So many rows are forgotten at a time, so that no call lasts. */
const FORGET_AT_ONCE = 5_000;

/**
 * Opens the state, or begins a new one.
 * @throws SettingError when the file belongs to another source or another version of the adapter.
 */
export function openReaderState(options: ReaderStateOptions): ReaderState {
  const connection = new DatabaseSync(options.path, { timeout: 5_000 });
  try {
    connection.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864;',
    );
    prepare(connection, options);
    return createState(connection, options.markEveryMs);
  } catch (error) {
    connection.close();
    throw error;
  }
}

function prepare(connection: DatabaseSync, { path, numbering, startAfter }: ReaderStateOptions): void {
  const version = Number(connection.prepare('PRAGMA user_version').get()?.user_version);
  if (version === 0) {
    inTransaction(connection, () => {
      connection.exec(SCHEMA);
      connection
        .prepare('INSERT INTO progress (only, numbering, begun, head, cursor) VALUES (1, ?, 0, ?, ?)')
        .run(numbering, startAfter, startAfter);
    });
    return;
  }
  if (version !== SCHEMA_VERSION) {
    throw new SettingError(
      `${path} has schema version ${version}, this adapter needs ${SCHEMA_VERSION}: remove the file, everything is published again then`,
    );
  }
  // Before the first row was read the settings may still change.
  connection
    .prepare('UPDATE progress SET numbering = ?, head = ?, cursor = ? WHERE begun = 0')
    .run(numbering, startAfter, startAfter);
  const known = connection.prepare('SELECT numbering FROM progress').get()?.numbering;
  if (known !== numbering) {
    throw new SettingError(
      `${path} tells how far "${known}" was read, the settings now say "${numbering}": remove the file to begin with the new source`,
    );
  }
}

function createState(connection: DatabaseSync, markEveryMs: number): ReaderState {
  const sql = {
    progress: connection.prepare('SELECT head, cursor FROM progress'),
    setHead: connection.prepare('UPDATE progress SET head = max(head, ?), begun = 1'),
    setCursor: connection.prepare('UPDATE progress SET cursor = min(head, max(cursor, ?))'),
    lastMark: connection.prepare('SELECT number, read_at AS readAt FROM mark ORDER BY number DESC LIMIT 1'),
    dropMark: connection.prepare('DELETE FROM mark WHERE number = ?'),
    addMark: connection.prepare('INSERT INTO mark (number, read_at) VALUES (?, ?)'),
    markBy: connection.prepare('SELECT max(number) AS number FROM mark WHERE read_at <= ?'),
    dropMarks: connection.prepare('DELETE FROM mark WHERE number <= ?'),
    sentAs: connection.prepare('SELECT number FROM sent WHERE event_id = ?'),
    addSent: connection.prepare(
      'INSERT INTO sent (event_id, number) VALUES (?, ?) ON CONFLICT DO UPDATE SET number = excluded.number',
    ),
    forget: connection.prepare(
      `DELETE FROM sent WHERE event_id IN (SELECT event_id FROM sent WHERE number <= ? LIMIT ${FORGET_AT_ONCE})`,
    ),
  };
  for (const statement of [sql.progress, sql.lastMark, sql.markBy, sql.sentAs]) {
    statement.setReadBigInts(true);
  }
  const parked = createParkedRows(connection);
  let { head, cursor } = sql.progress.get() as { head: bigint; cursor: bigint };

  function markRead(number: bigint, at: Date): void {
    const last = sql.lastMark.get() as { number: bigint; readAt: bigint } | undefined;
    if (last !== undefined && number <= last.number) return;
    const time = BigInt(at.getTime());
    const every = BigInt(markEveryMs);
    // A mark may be moved up: what it stood for is then held to have been read later than it was.
    if (last !== undefined && time / every === last.readAt / every) sql.dropMark.run(last.number);
    sql.addMark.run(number, time);
  }

  return {
    parked,
    head: () => head,
    cursor: () => cursor,

    readBy(at) {
      const { number } = sql.markBy.get(at.getTime()) as { number: bigint | null };
      return number === null || number <= cursor ? undefined : number;
    },

    sentAs: (eventId) => (sql.sentAs.get(eventId) as { number: bigint } | undefined)?.number,

    record({ sent, parked: rows, mended, readUpTo }) {
      inTransaction(connection, () => {
        for (const { eventId, number } of sent) sql.addSent.run(eventId, number);
        parked.replace(mended, rows);
        if (readUpTo !== undefined) {
          sql.setHead.run(readUpTo.number);
          markRead(readUpTo.number, readUpTo.at);
        }
      });
      if (readUpTo !== undefined && readUpTo.number > head) head = readUpTo.number;
    },

    settle(upTo) {
      if (upTo <= cursor) return;
      inTransaction(connection, () => {
        sql.setCursor.run(upTo);
        sql.dropMarks.run(upTo);
      });
      ({ head, cursor } = sql.progress.get() as { head: bigint; cursor: bigint });
    },

    tidy() {
      sql.forget.run(cursor);
    },

    close: () => connection.close(),
  };
}
