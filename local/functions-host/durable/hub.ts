import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { createEndListeners } from './end-listeners.ts';
import { EventType, messageEvent, type NewMessage } from './history-events.ts';
import type { Instances } from './instances.ts';
import { newInstance } from './new-instance.ts';
import type { InstanceRow, Store } from './store.ts';
import {
  type ControlOutcome,
  type HistoryEvent,
  InstanceExistsError,
  type InstanceStatus,
  isTerminal,
  type RuntimeStatus,
  type StartRequest,
  type TaskHub,
} from './task-hub.ts';
import type { Turn } from './turn.ts';

/** Instances removed in one transaction by `purgeMany`. */
const PURGED_A_TURN = 200;

export interface HubServices {
  clock: Clock;
  turn: Turn;
  defaultVersion: string | undefined;
  instances: Instances;
  store: Store;
  /** Timers may have been deleted with an instance. */
  timersChanged(): void;
}

/** The task hub as clients see it. @returns also what the engine calls when an instance has ended and that is stored. */
export function createHub(services: HubServices): { hub: TaskHub; onEnded(instanceId: string): void } {
  const listeners = createEndListeners(services.clock);
  const queries = queriesOf(services);
  const hub: TaskHub = {
    ...startsOf(services),
    ...queries,
    ...controlsOf(services),
    ...purgesOf(services),
    async settled(instanceId, timeoutMs) {
      // Listening comes first: an end that is stored while the status is on its way would be missed.
      const { ended, stopListening } = listeners.listen(instanceId, timeoutMs);
      const first = await queries.status(instanceId);
      if (first && !isTerminal(first.runtimeStatus)) {
        await ended;
        return queries.status(instanceId);
      }
      stopListening();
      return first;
    },
  };
  return { hub, onEnded: listeners.ended };
}

/** Resolves once everything written so far is on the disk, so that nobody is told what a crash would take back. */
function durable<T>(turn: Turn, value: T): Promise<T> {
  return new Promise((resolve) => turn.afterCommit(() => resolve(value)));
}

function startsOf(services: HubServices): Pick<TaskHub, 'start' | 'restart'> {
  const { clock, instances, turn } = services;

  const start = async (request: StartRequest): Promise<InstanceStatus> => {
    const instanceId = request.instanceId ?? randomUUID().replaceAll('-', '');
    const existing = instances.find(instanceId);
    if (existing && !isTerminal(existing.status)) throw new InstanceExistsError(existing.status);
    turn.begin();
    if (existing) instances.remove(instanceId);
    const { row, started } = newInstance({
      key: instances.nextKey(),
      name: request.name,
      instanceId,
      executionId: randomUUID(),
      version: request.version ?? services.defaultVersion ?? null,
      inputJson: request.inputJson,
      parent: null,
      now: clock.now(),
    });
    instances.create(row, [started]);
    return durable(turn, statusOf(row));
  };

  return {
    start,
    async restart(instanceId, withNewInstanceId) {
      const row = instances.find(instanceId);
      if (!row) return undefined;
      const { name, inputJson, version } = row;
      return start({
        name,
        inputJson,
        ...(version === null ? {} : { version }),
        ...(withNewInstanceId ? {} : { instanceId }),
      });
    },
  };
}

function queriesOf({ instances, store, turn }: HubServices): Pick<TaskHub, 'status' | 'history' | 'list'> {
  return {
    async status(instanceId) {
      const row = instances.find(instanceId);
      return durable(turn, row && statusOf(row));
    },
    async history(instanceId) {
      const row = instances.find(instanceId);
      if (!row) return undefined;
      return durable(turn, JSON.parse(`[${store.history(row.key).join(',')}]`) as HistoryEvent[]);
    },
    async list(filter) {
      const top = filter.top ?? 100;
      const rows = store.listInstances({ ...filter, top }, readToken(filter.continuationToken));
      const page = rows.slice(0, top);
      const last = rows.length > top ? page.at(-1)?.instanceId : undefined;
      const listed = page.map(statusOf);
      return durable(
        turn,
        last === undefined
          ? { instances: listed }
          : { instances: listed, continuationToken: writeToken(last) },
      );
    },
  };
}

type Controls = Pick<TaskHub, 'raiseEvent' | 'terminate' | 'suspend' | 'resume'>;

function controlsOf({ clock, instances, turn }: HubServices): Controls {
  /** @param unless the status in which it would change nothing */
  const send = async (
    instanceId: string,
    message: NewMessage,
    unless?: RuntimeStatus,
  ): Promise<ControlOutcome> => {
    const row = instances.find(instanceId);
    if (!row) return 'missing';
    const instance = isTerminal(row.status) ? undefined : instances.live(instanceId);
    if (!instance) return durable(turn, 'finished' as const);
    if (instance.status === unless) return 'unchanged';
    turn.begin();
    instances.post(instance, messageEvent(message, clock.now()));
    return durable(turn, 'accepted' as const);
  };

  return {
    raiseEvent: (instanceId, name, inputJson) =>
      send(instanceId, {
        EventType: EventType.EventRaised,
        Name: name,
        Input: inputJson,
        ParentTraceContext: null,
      }),
    terminate: (instanceId, reason) =>
      send(instanceId, { EventType: EventType.ExecutionTerminated, Input: reason }),
    suspend: (instanceId, reason) =>
      send(instanceId, { EventType: EventType.ExecutionSuspended, Reason: reason }, 'Suspended'),
    resume: (instanceId, reason) =>
      send(instanceId, { EventType: EventType.ExecutionResumed, Reason: reason }, 'Running'),
  };
}

function purgesOf({
  instances,
  store,
  timersChanged,
  turn,
}: HubServices): Pick<TaskHub, 'purge' | 'purgeMany'> {
  return {
    async purge(instanceId) {
      const row = instances.find(instanceId);
      if (!row) return 'missing';
      if (!isTerminal(row.status)) return 'not-terminal';
      turn.begin();
      instances.remove(instanceId);
      return durable(turn, 'purged' as const);
    },
    async purgeMany(filter) {
      let purged = 0;
      for (;;) {
        const ids = store.idsOf(filter, PURGED_A_TURN);
        turn.begin();
        for (const id of ids) instances.remove(id);
        timersChanged();
        purged += ids.length;
        await durable(turn, undefined);
        if (ids.length < PURGED_A_TURN) return purged;
      }
    },
  };
}

function statusOf(row: InstanceRow): InstanceStatus {
  return {
    name: row.name,
    instanceId: row.instanceId,
    executionId: row.executionId,
    runtimeStatus: row.status,
    inputJson: row.inputJson,
    customStatusJson: row.customStatusJson,
    outputJson: row.outputJson,
    createdTime: row.createdTime,
    lastUpdatedTime: row.lastUpdatedTime,
  };
}

function writeToken(instanceId: string): string {
  return Buffer.from(instanceId).toString('base64url');
}

function readToken(token: string | undefined): string | undefined {
  return token === undefined ? undefined : Buffer.from(token, 'base64url').toString();
}
