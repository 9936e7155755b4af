import type { IncomingMessage } from '../message/incoming.ts';
import type { MessageContent } from '../message/message-content.ts';
import type { EntityRecord } from '../store/entity-store.ts';
import { messageState, type StoredMessage } from '../store/message-store.ts';
import { Deadline } from './deadline.ts';
import type { Services } from './services.ts';

const PAGE = 200;

/** A message that is to be enqueued now; `stored` names what a scheduled one occupied until now. */
export interface Release {
  readonly content: MessageContent;
  readonly timeToLive: number | undefined;
  readonly stored: { readonly contentId: number; readonly sequence: number } | undefined;
}

/** What senders meet: the front of a queue or topic. Refuses duplicates and holds scheduled messages back. */
export class Intake {
  readonly #entity: EntityRecord;
  readonly #duplicateWindow: number | undefined;
  readonly #services: Services;
  readonly #enqueue: (release: Release) => void;
  readonly #onScheduled: (sequence: number) => void;
  readonly #due: Deadline;
  readonly #forget: Deadline;

  /**
   * @param duplicateWindow how long message ids are remembered, in milliseconds; undefined: duplicates are accepted.
   * @param enqueue puts a message into the queue, or into the subscriptions.
   * @param onScheduled is told the sequence number a scheduled message took.
   */
  constructor(
    entity: EntityRecord,
    duplicateWindow: number | undefined,
    services: Services,
    enqueue: (release: Release) => void,
    onScheduled: (sequence: number) => void,
  ) {
    this.#entity = entity;
    this.#duplicateWindow = duplicateWindow;
    this.#services = services;
    this.#enqueue = enqueue;
    this.#onScheduled = onScheduled;
    this.#due = new Deadline(services.clock, () => this.#releaseDue());
    this.#due.set(services.messages.nextDue(entity.id));
    this.#forget = new Deadline(services.clock, () =>
      this.#forget.set(services.entities.forget(entity, services.clock.now())),
    );
    if (duplicateWindow !== undefined) {
      this.#forget.set(services.entities.forget(entity, services.clock.now()));
    }
  }

  /** Accepts a message: enqueues it, holds it back until its time, or drops it silently as a duplicate. */
  accept(message: IncomingMessage): void {
    if (message.scheduledAt !== undefined && message.scheduledAt > this.#services.clock.now()) {
      this.schedule(message, message.scheduledAt);
    } else if (!this.#isDuplicate(message)) {
      this.#enqueue({ content: message.content, timeToLive: message.timeToLive, stored: undefined });
    }
  }

  /**
   * Holds a message back until `dueAt` (UTC milliseconds; when that is past, it is enqueued with the next turn).
   * @returns its sequence number until then, for cancelling. A duplicate gets one too, but is dropped.
   */
  schedule(message: IncomingMessage, dueAt: number): number {
    const sequence = this.#services.entities.nextSequence(this.#entity);
    this.#onScheduled(sequence);
    if (this.#isDuplicate(message)) return sequence;
    this.#services.messages.add(this.#entity.id, {
      sequence,
      state: messageState.scheduled,
      contentId: this.#services.messages.addContent(message.content, 1),
      deliveryCount: 0,
      enqueuedAt: this.#services.clock.now(),
      expiresAt: null,
      dueAt,
      enqueueSequence: null,
      deadLetterSource: null,
    });
    this.#due.atLatest(dueAt);
    return sequence;
  }

  /** Cancels scheduled messages: all of them or, when one is not there (any more), none (false). */
  cancel(sequences: readonly number[]): boolean {
    const found: StoredMessage[] = [];
    for (const sequence of new Set(sequences)) {
      const message = this.#services.messages.get(this.#entity.id, sequence);
      if (message?.state !== messageState.scheduled) return false;
      found.push(message);
    }
    for (const message of found) this.#services.messages.remove(this.#entity.id, message);
    return true;
  }

  /** Stops the timers. */
  close(): void {
    this.#due.set(undefined);
    this.#forget.set(undefined);
  }

  #isDuplicate(message: IncomingMessage): boolean {
    if (this.#duplicateWindow === undefined) return false;
    const now = this.#services.clock.now();
    const forgetAt = now + this.#duplicateWindow;
    this.#forget.atLatest(forgetAt);
    return !this.#services.entities.remember(this.#entity, message.messageId, forgetAt, now);
  }

  #releaseDue(): void {
    const page = this.#services.messages.due(this.#entity.id, this.#services.clock.now(), PAGE);
    for (const message of page) {
      this.#services.messages.take(this.#entity.id, message.sequence);
      this.#enqueue({
        content: message.content,
        timeToLive: message.content.timeToLive ?? undefined,
        stored: { contentId: message.contentId, sequence: message.sequence },
      });
    }
    this.#due.set(this.#services.messages.nextDue(this.#entity.id));
  }
}
