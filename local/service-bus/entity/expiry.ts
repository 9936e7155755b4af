import type { EntityRecord } from '../store/entity-store.ts';
import type { MessageRow } from '../store/message-store.ts';
import { Deadline } from './deadline.ts';
import type { Services } from './services.ts';

const PAGE = 500;

/** Watches the time to live of an entity's messages, also when nobody receives. */
export class Expiry {
  readonly #entity: EntityRecord;
  readonly #services: Services;
  readonly #onExpired: (message: MessageRow) => void;
  readonly #deadline: Deadline;
  #isClosed = false;

  constructor(entity: EntityRecord, services: Services, onExpired: (message: MessageRow) => void) {
    this.#entity = entity;
    this.#services = services;
    this.#onExpired = onExpired;
    this.#deadline = new Deadline(services.clock, () => this.#sweep(0, 0));
    this.#deadline.set(services.messages.nextExpiry(entity.id, -1));
  }

  /** Makes sure to look at `expiresAt` (UTC milliseconds). */
  atLatest(expiresAt: number): void {
    this.#deadline.atLatest(expiresAt);
  }

  /** Stops the timer. */
  close(): void {
    this.#isClosed = true;
    this.#deadline.set(undefined);
  }

  /** A page at a time, so that an hour's backlog that expires at once does not hold up the rest. */
  #sweep(expiresAt: number, sequence: number): void {
    if (this.#isClosed) return;
    const now = this.#services.clock.now();
    const page = this.#services.messages.expired(this.#entity.id, now, { expiresAt, sequence }, PAGE);
    for (const message of page) this.#onExpired(message);
    const last = page.at(-1);
    if (last && page.length === PAGE) {
      setImmediate(() => this.#sweep(last.expiresAt ?? 0, last.sequence));
      return;
    }
    const next = this.#services.messages.nextExpiry(this.#entity.id, now);
    if (next !== undefined) this.#deadline.atLatest(next);
  }
}
