import { type MessageEvent, type OpenText, openText, type StoredEvent } from './history-events.ts';
import type { InstanceRow, Store } from './store.ts';
import { isTerminal } from './task-hub.ts';
import type { Turn } from './turn.ts';

/** Instances that wait for something are kept in memory up to this many, and up to this many characters of history. */
const MOST_IDLE = 5_000;
const MOST_IDLE_CHARACTERS = 64 * 1024 * 1024;

/** A message on its way into the next episode. */
export interface Message {
  id: number;
  event: MessageEvent;
  text: OpenText;
  /** False until the turn's transaction ends without an episode having taken it. */
  isStored: boolean;
}

/** An instance that has not ended, as the engine holds it. */
export interface LiveInstance extends InstanceRow {
  /** Loaded with the first episode. */
  history: History | undefined;
  inbox: Message[];
  /** While an episode runs. */
  isRunning: boolean;
  /** Set when it was purged or has ended: what is still under way for it counts no more. */
  isGone: boolean;
  /** What has been warned of. */
  warned: Set<string>;
}

export interface History {
  events: StoredEvent[];
  /** JSON of the events, joined by commas; messages are marked as played. */
  text: string;
  episodes: number;
}

/**
 * The instances in memory and their inboxes, in step with the store. A message that is taken in the turn it came in never
 * reaches the disk.
 * @param onMessage called when an instance has something to do
 */
export function createInstances(store: Store, turn: Turn, onMessage: (instance: LiveInstance) => void) {
  const byKey = new Map<number, LiveInstance>();
  const byId = new Map<string, LiveInstance>();
  const idle = new Map<number, LiveInstance>();
  const unsaved = new Map<Message, number>();
  let idleCharacters = 0;
  let lastKey = store.lastKey();
  let lastMessageId = store.lastMessageId();

  turn.onCommit(() => {
    for (const [message, key] of unsaved) {
      store.insertMessage(message.id, key, JSON.stringify(message.event));
      message.isStored = true;
    }
    unsaved.clear();
  });

  const hold = (row: InstanceRow, inbox: Message[]): LiveInstance => {
    const instance: LiveInstance = {
      ...row,
      history: undefined,
      inbox,
      isRunning: false,
      isGone: false,
      warned: new Set(),
    };
    byKey.set(row.key, instance);
    byId.set(row.instanceId, instance);
    return instance;
  };

  const letGo = (instance: LiveInstance) => {
    touch(instance);
    byKey.delete(instance.key);
    byId.delete(instance.instanceId);
  };

  const touch = (instance: LiveInstance) => {
    if (idle.delete(instance.key)) idleCharacters -= instance.history?.text.length ?? 0;
  };

  const liveRow = (row: InstanceRow | undefined) =>
    row && !isTerminal(row.status) ? hold(row, storedMessages(row.key)) : undefined;

  const storedMessages = (key: number): Message[] =>
    store.messages(key).map(({ id, eventJson }) => {
      const event = JSON.parse(eventJson) as MessageEvent;
      return { id, event, text: openText(event), isStored: true };
    });

  const dropMessages = (instance: LiveInstance, messages: readonly Message[]) => {
    for (const message of messages) {
      if (message.isStored) store.deleteMessage(message.id);
      else unsaved.delete(message);
    }
    const dropped = new Set(messages);
    instance.inbox = instance.inbox.filter((message) => !dropped.has(message));
  };

  return {
    nextKey: () => ++lastKey,
    /** The instance, ended or not. */
    find: (instanceId: string): InstanceRow | undefined =>
      byId.get(instanceId) ?? store.instanceById(instanceId),
    /** The instance unless it has ended or is unknown. */
    live: (instanceId: string) => byId.get(instanceId) ?? liveRow(store.instanceById(instanceId)),
    /** The execution unless it has ended, continued as new or is unknown. */
    liveByKey: (key: number) => byKey.get(key) ?? liveRow(store.instanceByKey(key)),
    /** Adds an instance with its first messages; to be called inside the turn's transaction. */
    create(row: InstanceRow, events: readonly MessageEvent[]): void {
      store.insertInstance(row);
      const instance = hold(row, []);
      for (const event of events) this.post(instance, event);
    },
    /** Puts a message into an instance's inbox; to be called inside the turn's transaction. */
    post(instance: LiveInstance, event: MessageEvent): void {
      touch(instance);
      const message = { id: ++lastMessageId, event, text: openText(event), isStored: false };
      instance.inbox.push(message);
      unsaved.set(message, instance.key);
      onMessage(instance);
    },
    /** The history, read from the store when it is not in memory. */
    history(instance: LiveInstance): History {
      instance.history ??= readHistory(store.history(instance.key));
      return instance.history;
    },
    /** Moves messages into the history, with what an episode added. */
    append(
      instance: LiveInstance,
      messages: readonly Message[],
      events: readonly StoredEvent[],
      text: string,
    ): void {
      const history = this.history(instance);
      store.appendHistory(instance.key, history.episodes, text);
      history.events.push(...events);
      history.text += history.text === '' ? text : `,${text}`;
      history.episodes += 1;
      dropMessages(instance, messages);
    },
    /** Forgets what is left of an execution that has ended, but for its row and history. */
    end(instance: LiveInstance): void {
      dropMessages(instance, instance.inbox);
      store.deleteUndone(instance.key);
      instance.isGone = true;
      letGo(instance);
    },
    /** Removes an instance whatever its state; to be called inside the turn's transaction. */
    remove(instanceId: string): void {
      const instance = byId.get(instanceId);
      const row = instance ?? store.instanceById(instanceId);
      if (instance) {
        dropMessages(instance, instance.inbox);
        instance.isGone = true;
        letGo(instance);
      }
      if (row) store.deleteInstance(row.key);
    },
    /** Lets an instance that waits be forgotten when memory is wanted. */
    rest(instance: LiveInstance): void {
      if (instance.isRunning || instance.inbox.length > 0 || instance.isGone) return;
      touch(instance);
      idle.set(instance.key, instance);
      idleCharacters += instance.history?.text.length ?? 0;
      for (const oldest of idle.values()) {
        if (idle.size <= MOST_IDLE && idleCharacters <= MOST_IDLE_CHARACTERS) return;
        letGo(oldest);
      }
    },
  };
}

export type Instances = ReturnType<typeof createInstances>;

function readHistory(texts: readonly string[]): History {
  const text = texts.join(',');
  return { events: JSON.parse(`[${text}]`) as StoredEvent[], text, episodes: texts.length };
}
