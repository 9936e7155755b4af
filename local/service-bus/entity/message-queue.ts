import type { MessageContent } from '../message/message-content.ts';
import type { EntityRecord } from '../store/entity-store.ts';
import { type MessageRow, messageState, type StoredMessage } from '../store/message-store.ts';
import { type Changes, changeContent, NO_CHANGES, reasons } from './changes.ts';
import { type Consumer, Consumers } from './consumers.ts';
import { Expiry } from './expiry.ts';
import { type Lock, Locks } from './locks.ts';
import { ReadAhead } from './read-ahead.ts';
import type { Services } from './services.ts';

/** How an entity treats its messages; durations in milliseconds. */
export interface QueueSettings {
  readonly lockDuration: number;
  readonly maxDeliveryCount: number;
  /** Undefined: messages live for ever. */
  readonly defaultTimeToLive: number | undefined;
  readonly deadLetterOnExpiry: boolean;
}

/** A message on its way into a queue; its content is stored already. */
export interface Arrival {
  readonly contentId: number;
  readonly content: MessageContent;
  readonly enqueuedAt: number;
  readonly timeToLive: number | undefined;
  readonly enqueueSequence: number | null;
  readonly deadLetterSource: string | null;
  readonly deliveryCount: number;
}

const PEEK_PAGE = 64;
const PEEK_BYTES = 4 * 1024 * 1024;

/**
 * Anything messages are received from: a queue, a subscription, or the dead-letter queue of either (then without
 * `deadLetter`). Settling methods say false when the lock is lost. What they write is on disk after the turn's commit.
 */
export class MessageQueue {
  readonly record: EntityRecord;
  readonly settings: QueueSettings;
  readonly deadLetter: MessageQueue | undefined;
  readonly #services: Services;
  readonly #readAhead: ReadAhead;
  readonly #locks: Locks;
  readonly #consumers = new Consumers();
  readonly #expiry: Expiry;
  #isDispatchQueued = false;

  constructor(record: EntityRecord, settings: QueueSettings, services: Services, deadLetter?: MessageQueue) {
    this.record = record;
    this.settings = settings;
    this.deadLetter = deadLetter;
    this.#services = services;
    this.#readAhead = new ReadAhead(record, services.messages);
    this.#locks = new Locks(services.clock, settings.lockDuration, (expired) =>
      this.#onLocksExpired(expired),
    );
    this.#expiry = new Expiry(record, services, (row) => {
      if (!this.#locks.holds(row.sequence)) this.#expire(row);
    });
  }

  /** Stores a message as the entity's latest and hands it to a receiver after the commit. */
  put(arrival: Arrival): number {
    const ttl = Math.min(
      arrival.timeToLive ?? Number.POSITIVE_INFINITY,
      this.settings.defaultTimeToLive ?? Number.POSITIVE_INFINITY,
    );
    const expiresAt = this.deadLetter && Number.isFinite(ttl) ? arrival.enqueuedAt + ttl : null;
    const message: StoredMessage = {
      sequence: this.#services.entities.nextSequence(this.record),
      state: messageState.active,
      contentId: arrival.contentId,
      deliveryCount: arrival.deliveryCount,
      enqueuedAt: arrival.enqueuedAt,
      expiresAt,
      dueAt: null,
      enqueueSequence: arrival.enqueueSequence,
      deadLetterSource: arrival.deadLetterSource,
      content: arrival.content,
    };
    this.#services.messages.add(this.record.id, message);
    this.#readAhead.arrived(message);
    if (expiresAt !== null) this.#expiry.atLatest(expiresAt);
    this.dispatch();
    return message.sequence;
  }

  /** Tells that a sequence number went to a scheduled message. */
  skip(sequence: number): void {
    this.#readAhead.skipped(sequence);
  }

  /** Adds a receiver and gives it what waits. */
  attach(consumer: Consumer): void {
    this.#consumers.add(consumer);
    this.dispatch();
  }

  /** Forgets a receiver; the locks it took live on until they expire. */
  detach(consumer: Consumer): void {
    this.#consumers.remove(consumer);
  }

  /** Hands waiting messages to receivers with credit, once nothing is uncommitted: what is delivered is on disk. */
  dispatch(): void {
    if (this.#isDispatchQueued || this.#consumers.isEmpty) return;
    if (!this.#services.commit.isOpen) {
      this.#dispatchNow();
      return;
    }
    this.#isDispatchQueued = true;
    this.#services.commit.afterCommit(() => {
      this.#isDispatchQueued = false;
      this.#dispatchNow();
    });
  }

  #dispatchNow(): void {
    const now = this.#services.clock.now();
    for (let consumer = this.#consumers.next(); consumer; consumer = this.#consumers.next()) {
      const message = this.#nextAlive(now);
      if (!message) return;
      if (consumer.mode === 'peekLock') consumer.deliver(message, this.#locks.take(withoutContent(message)));
      else {
        this.#services.messages.remove(this.record.id, message);
        consumer.deliver(message, undefined);
      }
    }
  }

  #nextAlive(now: number): StoredMessage | undefined {
    for (;;) {
      const message = this.#readAhead.next();
      if (!message || message.expiresAt === null || message.expiresAt > now) return message;
      this.#expire(message);
    }
  }

  /** Removes a locked message for good. */
  complete(token: string): boolean {
    const lock = this.#locks.release(token);
    if (!lock) return false;
    this.#services.messages.remove(this.record.id, lock.message);
    return true;
  }

  /** Gives a locked message back; the delivery counts. */
  abandon(token: string, changes: Changes = NO_CHANGES): boolean {
    const lock = this.#locks.release(token);
    if (!lock) return false;
    this.#giveBack(this.#changed(lock.message, changes));
    return true;
  }

  /** Gives a locked message back as if it had not been delivered. */
  release(token: string): boolean {
    const lock = this.#locks.release(token);
    if (!lock) return false;
    this.#makeAvailable(lock.message);
    return true;
  }

  /** Sets a locked message aside: from now on it is received by its sequence number only. */
  defer(token: string, changes: Changes = NO_CHANGES): boolean {
    const lock = this.#locks.release(token);
    if (!lock) return false;
    const message = this.#changed(lock.message, changes);
    this.#services.messages.update(this.record.id, {
      ...message,
      state: messageState.deferred,
      deliveryCount: message.deliveryCount + 1,
    });
    return true;
  }

  /** Moves a locked message to the dead-letter queue. On a dead-letter queue it stays, with the properties set. */
  deadLetterMessage(token: string, changes: Changes): boolean {
    const lock = this.#locks.release(token);
    if (!lock) return false;
    if (this.deadLetter) this.#moveToDeadLetter(lock.message, changes);
    else this.#giveBack(this.#changed(lock.message, changes));
    return true;
  }

  /** Prolongs a lock; returns its new end (UTC milliseconds), or undefined when it is lost. */
  renewLock(token: string): number | undefined {
    return this.#locks.renew(token)?.until;
  }

  /** True while a lock with this token exists. */
  isLocked(token: string): boolean {
    return this.#locks.find(token) !== undefined;
  }

  /**
   * Takes deferred messages by their sequence numbers: all of them or, when one is not there, none (undefined).
   * In `receiveAndDelete` they are removed, else locked.
   */
  receiveDeferred(
    sequences: readonly number[],
    mode: Consumer['mode'],
  ): { message: StoredMessage; lock: Lock | undefined }[] | undefined {
    const now = this.#services.clock.now();
    const found: StoredMessage[] = [];
    for (const sequence of new Set(sequences)) {
      const message = this.#services.messages.get(this.record.id, sequence);
      const isExpired = message?.expiresAt != null && message.expiresAt <= now;
      if (message?.state !== messageState.deferred || isExpired || this.#locks.holds(sequence))
        return undefined;
      found.push(message);
    }
    return found.map((message) => {
      if (mode === 'peekLock') return { message, lock: this.#locks.take(withoutContent(message)) };
      this.#services.messages.remove(this.record.id, message);
      return { message, lock: undefined };
    });
  }

  /** Messages in any state from a sequence number on, at most `count` and about 4 MiB of them. */
  peek(from: number, count: number): StoredMessage[] {
    const found: StoredMessage[] = [];
    let bytes = 0;
    let next = from;
    while (found.length < count && bytes < PEEK_BYTES) {
      const limit = Math.min(PEEK_PAGE, count - found.length);
      const page = this.#services.messages.peek(this.record.id, next, this.#services.clock.now(), limit);
      for (const message of page) {
        found.push(message);
        bytes += message.content.bare.length;
        next = message.sequence + 1;
      }
      if (page.length < limit) break;
    }
    return found;
  }

  /** Stops the timers. */
  close(): void {
    this.#locks.close();
    this.#expiry.close();
  }

  #onLocksExpired(expired: readonly Lock[]): void {
    for (const lock of expired) this.#giveBack(lock.message);
  }

  /** After a delivery that did not succeed: counts it, and gives the message up after the last one. */
  #giveBack(message: MessageRow): void {
    const counted = { ...message, deliveryCount: message.deliveryCount + 1 };
    const isDeferred = message.state === messageState.deferred;
    if (this.deadLetter && !isDeferred && counted.deliveryCount >= this.settings.maxDeliveryCount) {
      this.#moveToDeadLetter(
        counted,
        reasons(
          'MaxDeliveryCountExceeded',
          `Message could not be consumed after ${counted.deliveryCount} delivery attempts.`,
        ),
      );
      return;
    }
    this.#services.messages.update(this.record.id, counted);
    this.#makeAvailable(counted);
  }

  #makeAvailable(message: MessageRow): void {
    if (message.expiresAt !== null && message.expiresAt <= this.#services.clock.now()) this.#expire(message);
    else if (message.state === messageState.active) this.#readAhead.returned(message.sequence);
    this.dispatch();
  }

  #expire(message: MessageRow): void {
    if (!this.#services.messages.get(this.record.id, message.sequence)) return;
    if (this.settings.deadLetterOnExpiry && this.deadLetter) {
      this.#moveToDeadLetter(
        message,
        reasons('TTLExpiredException', 'The message expired and was dead lettered.'),
      );
    } else this.#services.messages.remove(this.record.id, message);
  }

  #moveToDeadLetter(message: MessageRow, changes: Changes): void {
    const stored = this.#services.messages.get(this.record.id, message.sequence);
    if (!stored || !this.deadLetter) return;
    const { contentId, content } = changeContent(stored, changes, this.#services.messages);
    this.#services.messages.take(this.record.id, message.sequence);
    this.deadLetter.put({
      contentId,
      content,
      enqueuedAt: message.enqueuedAt,
      timeToLive: undefined,
      enqueueSequence: message.enqueueSequence ?? message.sequence,
      deadLetterSource: this.record.path,
      deliveryCount: message.deliveryCount,
    });
  }

  #changed(message: MessageRow, changes: Changes): MessageRow {
    const stored = changes.size > 0 && this.#services.messages.get(this.record.id, message.sequence);
    return stored
      ? { ...message, contentId: changeContent(stored, changes, this.#services.messages).contentId }
      : message;
  }
}

function withoutContent(message: StoredMessage): MessageRow {
  const { content: _, ...row } = message;
  return row;
}
