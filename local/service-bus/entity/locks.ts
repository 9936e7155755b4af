import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { MessageRow } from '../store/message-store.ts';
import { Deadline } from './deadline.ts';

/** A message lent to a receiver. `token` is a lower-case UUID, `until` UTC milliseconds. */
export interface Lock {
  readonly token: string;
  readonly message: MessageRow;
  until: number;
}

/**
 * The locks of one entity. They live in memory: after a restart of the broker the messages are free again, with the
 * delivery count they had. All have the same duration, so the order in which they were taken or renewed is the order in
 * which they end.
 */
export class Locks {
  readonly #byToken = new Map<string, Lock>();
  readonly #sequences = new Set<number>();
  readonly #clock: Clock;
  readonly #duration: number;
  readonly #deadline: Deadline;

  /** @param duration milliseconds. @param onExpired called with each lock that ended, after it was dropped. */
  constructor(clock: Clock, duration: number, onExpired: (expired: Lock[]) => void) {
    this.#clock = clock;
    this.#duration = duration;
    this.#deadline = new Deadline(clock, () => {
      const expired = this.#dropExpired();
      if (expired.length > 0) onExpired(expired);
    });
  }

  /** Locks a message from now on for the entity's lock duration. */
  take(message: MessageRow): Lock {
    const lock: Lock = { token: randomUUID(), message, until: this.#clock.now() + this.#duration };
    this.#byToken.set(lock.token, lock);
    this.#sequences.add(message.sequence);
    this.#deadline.atLatest(lock.until);
    return lock;
  }

  /** Ends a lock; undefined when there is none (any more) with this token. */
  release(token: string): Lock | undefined {
    const lock = this.find(token);
    if (!lock) return undefined;
    this.#drop(lock);
    return lock;
  }

  /** Prolongs a lock to a whole duration from now; undefined when there is none (any more) with this token. */
  renew(token: string): Lock | undefined {
    const lock = this.find(token);
    if (!lock) return undefined;
    this.#byToken.delete(token);
    lock.until = this.#clock.now() + this.#duration;
    this.#byToken.set(token, lock);
    return lock;
  }

  /** The lock with this token, unless its time is over. */
  find(token: string): Lock | undefined {
    const lock = this.#byToken.get(token);
    return lock && lock.until > this.#clock.now() ? lock : undefined;
  }

  /** True while the message with this sequence number is lent to a receiver. */
  holds(sequence: number): boolean {
    return this.#sequences.has(sequence);
  }

  /** Stops the timer. */
  close(): void {
    this.#deadline.set(undefined);
  }

  #drop(lock: Lock): void {
    this.#byToken.delete(lock.token);
    this.#sequences.delete(lock.message.sequence);
  }

  #dropExpired(): Lock[] {
    const now = this.#clock.now();
    const expired: Lock[] = [];
    for (const lock of this.#byToken.values()) {
      if (lock.until > now) {
        this.#deadline.atLatest(lock.until);
        break;
      }
      expired.push(lock);
    }
    for (const lock of expired) this.#drop(lock);
    return expired;
  }
}
