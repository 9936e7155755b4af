import { contentSize } from '../message/message-content.ts';
import type { EntityRecord } from '../store/entity-store.ts';
import { type MessageStore, messageState, type StoredMessage } from '../store/message-store.ts';
import { SequenceHeap } from './sequence-heap.ts';

const WINDOW_MESSAGES = 1024;
const WINDOW_BYTES = 4 * 1024 * 1024;
const PAGE = 128;

/**
 * The messages that wait for a receiver, in the order of their sequence numbers. Only the next few are in memory; the rest
 * of a backlog stays on disk, and so do messages that come back after a lock (only their numbers are kept).
 */
export class ReadAhead {
  readonly #entity: EntityRecord;
  readonly #messages: MessageStore;
  readonly #returned = new SequenceHeap();
  #window: StoredMessage[] = [];
  #head = 0;
  #bytes = 0;
  /** Everything active up to this sequence number is in the window, returned, or out with a receiver. */
  #cursor = 0;

  constructor(entity: EntityRecord, messages: MessageStore) {
    this.#entity = entity;
    this.#messages = messages;
  }

  /** Takes in a message that was just stored as the entity's latest: into memory when there is room and no gap. */
  arrived(message: StoredMessage): void {
    const hasGap = this.#cursor !== message.sequence - 1;
    if (hasGap || this.#window.length - this.#head >= WINDOW_MESSAGES || this.#bytes >= WINDOW_BYTES) return;
    this.#window.push(message);
    this.#bytes += contentSize(message.content);
    this.#cursor = message.sequence;
  }

  /** Tells that the latest sequence number went to something else than an active message (a scheduled one). */
  skipped(sequence: number): void {
    if (this.#cursor === sequence - 1) this.#cursor = sequence;
  }

  /** Puts a message that was out with a receiver back to its place. */
  returned(sequence: number): void {
    this.#returned.push(sequence);
  }

  /** Takes the next message, or undefined when none waits. */
  next(): StoredMessage | undefined {
    for (;;) {
      const returned = this.#returned.peek();
      const ahead = this.#window[this.#head] ?? this.#load();
      if (returned !== undefined && (!ahead || returned < ahead.sequence)) {
        this.#returned.pop();
        const message = this.#messages.get(this.#entity.id, returned);
        if (message?.state === messageState.active) return message;
        continue;
      }
      if (!ahead) return undefined;
      this.#head += 1;
      this.#bytes -= contentSize(ahead.content);
      return ahead;
    }
  }

  #load(): StoredMessage | undefined {
    this.#head = 0;
    this.#bytes = 0;
    this.#window = [];
    if (this.#cursor >= this.#entity.lastSequence) return undefined;
    this.#window = this.#messages.activeAfter(this.#entity.id, this.#cursor, PAGE);
    for (const message of this.#window) this.#bytes += contentSize(message.content);
    const last = this.#window.at(-1);
    this.#cursor = this.#window.length < PAGE || !last ? this.#entity.lastSequence : last.sequence;
    return this.#window[0];
  }
}
