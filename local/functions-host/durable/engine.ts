import type { Clock } from '../../clock.ts';
import { GroupCommit } from '../../sqlite/group-commit.ts';
import type { HostFunction, Invoke } from '../invocation.ts';
import type { HostLog } from '../log.ts';
import type { HostJson } from '../settings/host-json.ts';
import { type ActivityOutcome, type ActivityTask, createActivityRunner } from './activities.ts';
import { createApply } from './apply-episode.ts';
import { openDatabase } from './database.ts';
import { createDispatcher } from './dispatcher.ts';
import { EventType, isoTime, messageEvent, type NewMessage } from './history-events.ts';
import { createHub } from './hub.ts';
import { createInstances, type LiveInstance } from './instances.ts';
import { createStore, type TimerRow } from './store.ts';
import type { TaskHub } from './task-hub.ts';
import { createTimers } from './timers.ts';
import { createTurn } from './turn.ts';

/** What the engine takes from the host. */
export interface EngineServices {
  clock: Clock;
  /** Folder that outlives the process. */
  dataFolder: string;
  /** The enabled functions of the app; those with an orchestration or activity trigger are run. */
  functions: readonly HostFunction[];
  hostJson: Pick<HostJson, 'durableTask'>;
  invoke: Invoke;
  log: HostLog;
}

export interface DurableEngine {
  hub: TaskHub;
  /** Goes on with what the last run of the host left unfinished. */
  start(): void;
  /** Takes no new work and resolves when episodes and activities in hand have ended; the hub still takes what clients send. */
  stop(): Promise<void>;
  /** Closes the store; to be called last. */
  close(): void;
}

/**
 * The engine of Durable Functions: instances, their histories and what is under way for them, in a database of the host's data
 * folder. Works from the creation on for clients; runs orchestrations between `start` and `stop`.
 * @throws HostStartError when the data folder cannot be used
 */
export function createTaskHub(services: EngineServices): DurableEngine {
  const { clock, invoke, log } = services;
  const options = services.hostJson.durableTask;
  const orchestrators = functionsByName(services.functions, 'orchestrationtrigger');
  const activityFunctions = functionsByName(services.functions, 'activitytrigger');
  const database = openDatabase(services.dataFolder);
  const turn = createTurn(new GroupCommit(database), () => dispatcher.wake());
  const store = createStore(database);
  const instances = createInstances(store, turn, (instance) => dispatcher.add(instance));

  const post = (instance: LiveInstance, message: NewMessage) =>
    instances.post(instance, messageEvent(message, clock.now()));

  const timers = createTimers(store, turn, clock, ({ key, id, fireAt }: TimerRow) => {
    const instance = instances.liveByKey(key);
    if (instance) post(instance, { EventType: EventType.TimerFired, TimerId: id, FireAt: isoTime(fireAt) });
  });

  const activities = createActivityRunner({
    invoke,
    functions: activityFunctions,
    log,
    maxConcurrent: options.maxConcurrentActivityFunctions,
    onOutcome(task: ActivityTask, outcome: ActivityOutcome) {
      if (!database.isOpen) return;
      const instance = instances.liveByKey(task.key);
      if (!instance) return;
      turn.begin();
      store.deleteActivity(task.key, task.id);
      const TaskScheduledId = task.id;
      if ('failure' in outcome) {
        post(instance, { EventType: EventType.TaskFailed, TaskScheduledId, ...outcome.failure });
      } else {
        post(instance, { EventType: EventType.TaskCompleted, TaskScheduledId, Result: outcome.resultJson });
      }
    },
  });

  const { defaultVersion } = options;
  const { hub, onEnded } = createHub({
    clock,
    turn,
    defaultVersion,
    instances,
    store,
    timersChanged: () => timers.changed(),
  });

  const dispatcher = createDispatcher({
    clock,
    instances,
    invoke,
    log,
    options,
    orchestrators,
    isKnown: (kind, name) =>
      (kind === 'activity' ? activityFunctions : orchestrators).has(name.toLowerCase()),
    apply: createApply({
      clock,
      turn,
      defaultVersion,
      instances,
      log,
      onEnded,
      runActivity: (task) => activities.add(task),
      store,
      timers,
    }),
  });

  const goOn = () => {
    for (const key of store.keysWithMessages()) {
      const instance = instances.liveByKey(key);
      if (instance) dispatcher.add(instance);
    }
    for (const row of store.activities()) {
      const instance = instances.liveByKey(row.key);
      if (instance) activities.add({ ...row, instanceId: instance.instanceId });
    }
    timers.start();
  };

  let stopping: Promise<void> | undefined;
  const stop = async () => {
    timers.stop();
    await Promise.all([dispatcher.stop(), activities.stop()]);
    turn.flush();
  };

  return {
    hub,
    start() {
      goOn();
      dispatcher.start();
    },
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
    close() {
      if (!database.isOpen) return;
      turn.flush();
      database.close();
    },
  };
}

function functionsByName(functions: readonly HostFunction[], triggerType: string): Map<string, HostFunction> {
  const fitting = functions.filter(({ trigger }) => trigger.type.toLowerCase() === triggerType);
  return new Map(fitting.map((fn) => [fn.name.toLowerCase(), fn]));
}
