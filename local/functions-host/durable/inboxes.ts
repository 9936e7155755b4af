import { type MessageEvent, type OpenText, openText } from './history-events.ts';
import type { Store } from './store.ts';
import type { Turn } from './turn.ts';

/** A message on its way into the next episode. */
export interface Message {
  id: number;
  event: MessageEvent;
  text: OpenText;
  /** False until the turn's transaction ends without an episode having taken it. */
  isStored: boolean;
}

type WithInbox = { readonly key: number; inbox: Message[] };

/**
 * The inboxes of instances, in step with the store. A message that is taken in the turn it came in never reaches the disk. Everything
 * but `read` is to be called inside the turn's transaction.
 */
export function createInboxes(store: Store, turn: Turn) {
  const unsaved = new Map<Message, number>();
  let lastId = store.lastMessageId();

  turn.onCommit(() => {
    for (const [message, key] of unsaved) {
      store.insertMessage(message.id, key, JSON.stringify(message.event));
      message.isStored = true;
    }
    unsaved.clear();
  });

  return {
    read: (key: number): Message[] =>
      store.messages(key).map(({ id, eventJson }) => {
        const event = JSON.parse(eventJson) as MessageEvent;
        return { id, event, text: openText(event), isStored: true };
      }),
    add({ key, inbox }: WithInbox, event: MessageEvent): void {
      const message = { id: ++lastId, event, text: openText(event), isStored: false };
      inbox.push(message);
      unsaved.set(message, key);
    },
    /** Takes messages out of an inbox. */
    drop(instance: WithInbox, messages: readonly Message[]): void {
      for (const message of messages) {
        if (message.isStored) store.deleteMessage(message.id);
        else unsaved.delete(message);
      }
      const dropped = new Set(messages);
      instance.inbox = instance.inbox.filter((message) => !dropped.has(message));
    },
  };
}
