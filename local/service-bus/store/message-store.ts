import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { GroupCommit } from '../../sqlite/group-commit.ts';
import type { MessageContent } from '../message/message-content.ts';
import type { MessagePlace } from '../message/outgoing.ts';

/** States of a message in an entity, numbered as on the wire (`x-opt-message-state`). */
export const messageState = { active: 0, deferred: 1, scheduled: 2 } as const;

/** A message as an entity holds it. Times are UTC milliseconds. */
export interface MessageRow extends MessagePlace {
  readonly contentId: number;
  readonly dueAt: number | null;
}

/** A message with its content. */
export interface StoredMessage extends MessageRow {
  readonly content: MessageContent;
}

const columns = `m.sequence, m.state, m.content AS contentId, m.delivery_count AS deliveryCount,
  m.enqueued_at AS enqueuedAt, m.expires_at AS expiresAt, m.due_at AS dueAt,
  m.enqueue_sequence AS enqueueSequence, m.dead_letter_source AS deadLetterSource`;
const contentColumns = `c.durable, c.priority, c.time_to_live AS timeToLive,
  c.annotation_count AS annotationCount, c.annotations, c.bare`;
const joined = `SELECT ${columns}, ${contentColumns} FROM message m JOIN content c ON c.id = m.content`;

/** Messages on disk. Every write joins the turn's transaction; reads see it. */
export class MessageStore {
  readonly #commit: GroupCommit;
  readonly #statements: Statements;
  #lastContent: number;

  constructor(database: DatabaseSync, commit: GroupCommit) {
    this.#commit = commit;
    this.#statements = prepareStatements(database);
    const last = database.prepare('SELECT max(id) AS id FROM content').get()?.id;
    this.#lastContent = typeof last === 'number' ? last : 0;
  }

  /** Stores a content that `copies` messages (1 or more) are going to refer to; returns its id. */
  addContent(content: MessageContent, copies: number): number {
    this.#commit.begin();
    this.#lastContent += 1;
    this.#statements.addContent.run(
      this.#lastContent,
      copies,
      content.durable ? 1 : 0,
      content.priority,
      content.timeToLive,
      content.annotationCount,
      content.annotations,
      content.bare,
    );
    return this.#lastContent;
  }

  /** Stores a message. */
  add(entity: number, row: MessageRow): void {
    this.#commit.begin();
    this.#statements.add.run(
      entity,
      row.sequence,
      row.state,
      row.contentId,
      row.deliveryCount,
      row.enqueuedAt,
      row.expiresAt,
      row.dueAt,
      row.enqueueSequence,
      row.deadLetterSource,
    );
  }

  /** Removes a message, and its content with the last copy. */
  remove(entity: number, row: Pick<MessageRow, 'sequence' | 'contentId'>): void {
    this.take(entity, row.sequence);
    this.releaseContent(row.contentId);
  }

  /** Removes a message but leaves its content to whoever moves it elsewhere. */
  take(entity: number, sequence: number): void {
    this.#commit.begin();
    this.#statements.remove.run(entity, sequence);
  }

  /** Gives up one copy of a content. */
  releaseContent(contentId: number): void {
    this.#commit.begin();
    if (this.#statements.removeLastCopy.run(contentId).changes === 0)
      this.#statements.removeCopy.run(contentId);
  }

  /** Changes the number of copies of a content by `more`. */
  addCopies(contentId: number, more: number): void {
    this.#commit.begin();
    this.#statements.addCopies.run(more, contentId);
  }

  /** Writes state, delivery count and content of a message anew. */
  update(entity: number, row: MessageRow): void {
    this.#commit.begin();
    this.#statements.update.run(row.state, row.deliveryCount, row.contentId, entity, row.sequence);
  }

  /** One message with its content, or undefined. */
  get(entity: number, sequence: number): StoredMessage | undefined {
    const record = this.#statements.get.get(entity, sequence);
    return record && toStoredMessage(record);
  }

  /** Active messages behind a sequence number, at most `limit`. */
  activeAfter(entity: number, sequence: number, limit: number): StoredMessage[] {
    return this.#statements.activeAfter.all(entity, sequence, limit).map(toStoredMessage);
  }

  /** Messages of any state from a sequence number on that have not expired by `now`, at most `limit`. */
  peek(entity: number, from: number, now: number, limit: number): StoredMessage[] {
    return this.#statements.peek.all(entity, from, now, limit).map(toStoredMessage);
  }

  /** Scheduled messages due by `now`, earliest first, at most `limit`. */
  due(entity: number, now: number, limit: number): StoredMessage[] {
    return this.#statements.due.all(entity, now, limit).map(toStoredMessage);
  }

  /** When the next scheduled message is due. */
  nextDue(entity: number): number | undefined {
    return numberOrUndefined(this.#statements.nextDue.get(entity)?.at);
  }

  /** Messages that expired by `now` and lie behind (`expiresAt`, `sequence`), at most `limit`. */
  expired(entity: number, now: number, after: ExpiryPosition, limit: number): MessageRow[] {
    return this.#statements.expired
      .all(entity, now, after.expiresAt, after.expiresAt, after.sequence, limit)
      .map(toMessageRow);
  }

  /** When the next message expires after `now`. */
  nextExpiry(entity: number, now: number): number | undefined {
    return numberOrUndefined(this.#statements.nextExpiry.get(entity, now)?.at);
  }
}

/** A place in the order in which messages expire. */
export interface ExpiryPosition {
  readonly expiresAt: number;
  readonly sequence: number;
}

type Statements = Record<
  | 'addContent'
  | 'add'
  | 'remove'
  | 'removeLastCopy'
  | 'removeCopy'
  | 'addCopies'
  | 'update'
  | 'get'
  | 'activeAfter'
  | 'peek'
  | 'due'
  | 'nextDue'
  | 'expired'
  | 'nextExpiry',
  StatementSync
>;

function prepareStatements(database: DatabaseSync): Statements {
  return {
    addContent: database.prepare('INSERT INTO content VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
    add: database.prepare('INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    remove: database.prepare('DELETE FROM message WHERE entity = ? AND sequence = ?'),
    removeLastCopy: database.prepare('DELETE FROM content WHERE id = ? AND copies = 1'),
    removeCopy: database.prepare('UPDATE content SET copies = copies - 1 WHERE id = ?'),
    addCopies: database.prepare('UPDATE content SET copies = copies + ? WHERE id = ?'),
    update: database.prepare(
      'UPDATE message SET state = ?, delivery_count = ?, content = ? WHERE entity = ? AND sequence = ?',
    ),
    get: database.prepare(`${joined} WHERE m.entity = ? AND m.sequence = ?`),
    activeAfter: database.prepare(
      `${joined} WHERE m.entity = ? AND m.sequence > ? AND m.state = 0 ORDER BY m.sequence LIMIT ?`,
    ),
    peek: database.prepare(
      `${joined} WHERE m.entity = ? AND m.sequence >= ? AND (m.expires_at IS NULL OR m.expires_at > ?)
       ORDER BY m.sequence LIMIT ?`,
    ),
    due: database.prepare(
      `${joined} WHERE m.entity = ? AND m.due_at IS NOT NULL AND m.due_at <= ? ORDER BY m.due_at, m.sequence LIMIT ?`,
    ),
    nextDue: database.prepare(
      'SELECT min(due_at) AS at FROM message WHERE entity = ? AND due_at IS NOT NULL',
    ),
    expired: database.prepare(
      `SELECT ${columns} FROM message m WHERE m.entity = ? AND m.expires_at IS NOT NULL AND m.expires_at <= ?
       AND (m.expires_at > ? OR m.expires_at = ? AND m.sequence > ?) ORDER BY m.expires_at, m.sequence LIMIT ?`,
    ),
    nextExpiry: database.prepare(
      'SELECT min(expires_at) AS at FROM message WHERE entity = ? AND expires_at IS NOT NULL AND expires_at > ?',
    ),
  };
}

type DatabaseRecord = NonNullable<ReturnType<StatementSync['get']>>;

function toMessageRow(record: DatabaseRecord): MessageRow {
  return {
    sequence: Number(record.sequence),
    state: Number(record.state),
    contentId: Number(record.contentId),
    deliveryCount: Number(record.deliveryCount),
    enqueuedAt: Number(record.enqueuedAt),
    expiresAt: numberOrNull(record.expiresAt),
    dueAt: numberOrNull(record.dueAt),
    enqueueSequence: numberOrNull(record.enqueueSequence),
    deadLetterSource: typeof record.deadLetterSource === 'string' ? record.deadLetterSource : null,
  };
}

function toStoredMessage(record: DatabaseRecord): StoredMessage {
  return {
    ...toMessageRow(record),
    content: {
      durable: record.durable === 1,
      priority: Number(record.priority),
      timeToLive: numberOrNull(record.timeToLive),
      annotationCount: Number(record.annotationCount),
      annotations: record.annotations instanceof Uint8Array ? record.annotations : new Uint8Array(),
      bare: record.bare instanceof Uint8Array ? record.bare : new Uint8Array(),
    },
  };
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function numberOrUndefined(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
