import type { StoredMessage } from '../store/message-store.ts';
import type { Lock } from './locks.ts';

/** A receiver attached to an entity. */
export interface Consumer {
  readonly mode: 'peekLock' | 'receiveAndDelete';
  /** True while it may be given one more message. */
  hasCredit(): boolean;
  /** Takes a message; `lock` is set in peek-lock mode. Otherwise its removal is part of the running transaction. */
  deliver(message: StoredMessage, lock: Lock | undefined): void;
}

/** The receivers of one entity, served in turn. */
export class Consumers {
  readonly #consumers: Consumer[] = [];
  #turn = 0;

  /** True when there is none. */
  get isEmpty(): boolean {
    return this.#consumers.length === 0;
  }

  /** Adds a receiver. */
  add(consumer: Consumer): void {
    this.#consumers.push(consumer);
  }

  /** Forgets a receiver. */
  remove(consumer: Consumer): void {
    const index = this.#consumers.indexOf(consumer);
    if (index >= 0) this.#consumers.splice(index, 1);
  }

  /** The receiver whose turn it is among those with credit. */
  next(): Consumer | undefined {
    for (let tried = 0; tried < this.#consumers.length; tried += 1) {
      const consumer = this.#consumers[this.#turn % this.#consumers.length];
      this.#turn = (this.#turn + 1) % this.#consumers.length;
      if (consumer?.hasCredit()) return consumer;
    }
    return undefined;
  }
}
