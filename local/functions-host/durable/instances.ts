import type { MessageEvent, StoredEvent } from './history-events.ts';
import { createInboxes, type Message } from './inboxes.ts';
import type { InstanceRow, Store } from './store.ts';
import { isTerminal } from './task-hub.ts';
import type { Turn } from './turn.ts';

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
 * The instances in memory and their inboxes, in step with the store.
 * @param onMessage called when an instance has something to do
 */
export function createInstances(store: Store, turn: Turn, onMessage: (instance: LiveInstance) => void) {
  const byKey = new Map<number, LiveInstance>();
  const byId = new Map<string, LiveInstance>();
  const inboxes = createInboxes(store, turn);
  let lastKey = store.lastKey();

  const hold = (row: InstanceRow, inbox: Message[]): LiveInstance => {
    const state = { history: undefined, isRunning: false, isGone: false, warned: new Set<string>() };
    const instance: LiveInstance = { ...row, ...state, inbox };
    byKey.set(row.key, instance);
    byId.set(row.instanceId, instance);
    return instance;
  };

  const letGo = (instance: LiveInstance) => {
    idle.touch(instance);
    byKey.delete(instance.key);
    byId.delete(instance.instanceId);
  };
  const idle = createIdle(letGo);

  const liveRow = (row: InstanceRow | undefined) =>
    row && !isTerminal(row.status) ? hold(row, inboxes.read(row.key)) : undefined;

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
      idle.touch(instance);
      inboxes.add(instance, event);
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
      inboxes.drop(instance, messages);
    },
    /** Forgets what is left of an execution that has ended, but for its row and history. */
    end(instance: LiveInstance): void {
      inboxes.drop(instance, instance.inbox);
      store.deleteUndone(instance.key);
      instance.isGone = true;
      letGo(instance);
    },
    /** Removes an instance whatever its state; to be called inside the turn's transaction. */
    remove(instanceId: string): void {
      const instance = byId.get(instanceId);
      const row = instance ?? store.instanceById(instanceId);
      if (instance) {
        inboxes.drop(instance, instance.inbox);
        instance.isGone = true;
        letGo(instance);
      }
      if (row) store.deleteInstance(row.key);
    },
    /** Lets an instance that waits be forgotten when memory is wanted. */
    rest: idle.rest,
  };
}

export type Instances = ReturnType<typeof createInstances>;

/** Instances that wait for something are kept in memory up to this many, and up to this many characters of history. */
const MOST_IDLE = 5_000;
const MOST_IDLE_CHARACTERS = 64 * 1024 * 1024;

/** @param letGo called with those that have waited longest when there are too many; it calls `touch` */
function createIdle(letGo: (instance: LiveInstance) => void) {
  const idle = new Map<number, LiveInstance>();
  let characters = 0;

  const touch = (instance: LiveInstance): void => {
    if (idle.delete(instance.key)) characters -= instance.history?.text.length ?? 0;
  };

  return {
    /** The instance is wanted again, or gone; to be called before its history changes. */
    touch,
    rest(instance: LiveInstance): void {
      if (instance.isRunning || instance.inbox.length > 0 || instance.isGone) return;
      touch(instance);
      idle.set(instance.key, instance);
      characters += instance.history?.text.length ?? 0;
      for (const oldest of idle.values()) {
        if (idle.size <= MOST_IDLE && characters <= MOST_IDLE_CHARACTERS) return;
        letGo(oldest);
      }
    },
  };
}

function readHistory(texts: readonly string[]): History {
  const text = texts.join(',');
  return { events: JSON.parse(`[${text}]`) as StoredEvent[], text, episodes: texts.length };
}
