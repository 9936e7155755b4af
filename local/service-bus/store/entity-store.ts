import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { GroupCommit } from '../../sqlite/group-commit.ts';

/** Identity of an entity on disk, and the last sequence number it gave out. */
export interface EntityRecord {
  readonly id: number;
  readonly path: string;
  lastSequence: number;
}

/** Entities on disk: their ids, their sequence numbers, the message ids they remember, the rules of subscriptions. */
export class EntityStore {
  readonly #commit: GroupCommit;
  readonly #opened = new Set<number>();
  readonly #changed = new Set<EntityRecord>();
  readonly #findOrAdd: StatementSync;
  readonly #saveSequence: StatementSync;
  readonly #remember: StatementSync;
  readonly #forget: StatementSync;
  readonly #nextForget: StatementSync;
  readonly #occupied: StatementSync;
  readonly #rules: StatementSync;
  readonly #saveRules: StatementSync;

  constructor(database: DatabaseSync, commit: GroupCommit) {
    this.#commit = commit;
    this.#findOrAdd = database.prepare(
      'INSERT INTO entity (path) VALUES (?) ON CONFLICT (path) DO UPDATE SET path = path RETURNING id, last_sequence',
    );
    this.#saveSequence = database.prepare('UPDATE entity SET last_sequence = ? WHERE id = ?');
    this.#remember = database.prepare(
      `INSERT INTO message_id_history VALUES (?1, ?2, ?3) ON CONFLICT (entity, message_id)
       DO UPDATE SET forget_at = excluded.forget_at WHERE forget_at <= ?4`,
    );
    this.#forget = database.prepare('DELETE FROM message_id_history WHERE entity = ? AND forget_at <= ?');
    this.#nextForget = database.prepare(
      'SELECT min(forget_at) AS at FROM message_id_history WHERE entity = ?',
    );
    this.#occupied = database.prepare(
      `SELECT path, (SELECT count(*) FROM message WHERE entity = id) AS messages FROM entity
       WHERE id NOT IN (SELECT value FROM json_each(?)) AND messages > 0 ORDER BY path`,
    );
    this.#rules = database.prepare('SELECT configured, current FROM subscription_rules WHERE entity = ?');
    this.#saveRules = database.prepare(
      `INSERT INTO subscription_rules VALUES (?, ?, ?) ON CONFLICT (entity)
       DO UPDATE SET configured = excluded.configured, current = excluded.current`,
    );
    commit.onCommit(() => this.#saveSequences());
  }

  /** The record of the entity with this path (compared without case); made when it is new. */
  open(path: string): EntityRecord {
    this.#commit.begin();
    const record = this.#findOrAdd.get(path.toLowerCase());
    this.#opened.add(Number(record?.id));
    return { id: Number(record?.id), path, lastSequence: Number(record?.last_sequence) };
  }

  /** Entities that hold messages and have not been opened, by path (lower case). */
  occupiedUnopened(): { path: string; messages: number }[] {
    return this.#occupied
      .all(JSON.stringify([...this.#opened]))
      .map(({ path, messages }) => ({ path: String(path), messages: Number(messages) }));
  }

  /** The entity's next sequence number; the first is 1, none is given out twice, also after a crash. */
  nextSequence(entity: EntityRecord): number {
    this.#commit.begin();
    this.#changed.add(entity);
    entity.lastSequence += 1;
    return entity.lastSequence;
  }

  /**
   * Remembers a message id until `forgetAt` (UTC milliseconds).
   * @returns false when the entity still remembers that id.
   */
  remember(entity: EntityRecord, messageId: string, forgetAt: number, now: number): boolean {
    this.#commit.begin();
    return Number(this.#remember.run(entity.id, messageId, forgetAt, now).changes) > 0;
  }

  /** Drops the message ids whose time is over; returns when the next one's is. */
  forget(entity: EntityRecord, now: number): number | undefined {
    this.#commit.begin();
    this.#forget.run(entity.id, now);
    const at = this.#nextForget.get(entity.id)?.at;
    return typeof at === 'number' ? at : undefined;
  }

  /** The rules of a subscription: as configured when they were stored, and as they are now (both JSON text). */
  rules(entity: EntityRecord): { configured: string; current: string } | undefined {
    const record = this.#rules.get(entity.id);
    return record && { configured: String(record.configured), current: String(record.current) };
  }

  /** Stores the rules of a subscription. */
  saveRules(entity: EntityRecord, configured: string, current: string): void {
    this.#commit.begin();
    this.#saveRules.run(entity.id, configured, current);
  }

  #saveSequences(): void {
    for (const entity of this.#changed) this.#saveSequence.run(entity.lastSequence, entity.id);
    this.#changed.clear();
  }
}
