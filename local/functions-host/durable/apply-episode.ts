import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { HostLog } from '../log.ts';
import type { ActivityTask } from './activities.ts';
import type { Episode } from './episode.ts';
import { failureOutput, subOrchestrationDetails } from './failure-text.ts';
import {
  asNew,
  EventType,
  isoTime,
  type MessageEvent,
  messageEvent,
  openText,
  orchestratorCompleted,
  type StoredEvent,
} from './history-events.ts';
import type { Instances, LiveInstance, Message } from './instances.ts';
import { newInstance } from './new-instance.ts';
import { toJson } from './orchestrator-state.ts';
import type { Completion, Decision } from './replay.ts';
import type { Store } from './store.ts';
import { isTerminal } from './task-hub.ts';
import type { Timers } from './timers.ts';
import type { Turn } from './turn.ts';

export interface ApplyServices {
  clock: Clock;
  turn: Turn;
  defaultVersion: string | undefined;
  instances: Instances;
  log: HostLog;
  store: Store;
  timers: Timers;
  runActivity(task: ActivityTask): void;
  /** Called when the end of an instance is stored. */
  onEnded(instanceId: string): void;
}

/**
 * Stores what an episode brought and sets going what the orchestrator decided, all in the turn's transaction: history, status,
 * timers, activities, sub-orchestrations, the message to the parent. Activities begin once that is on the disk.
 */
export function createApply(services: ApplyServices) {
  const { clock, instances, store, timers, turn } = services;

  const apply = (instance: LiveInstance, messages: readonly Message[], episode: Episode): void => {
    const now = clock.now();
    const { completion } = episode.result;
    turn.begin();
    instance.lastUpdatedTime = now;
    instance.customStatusJson = episode.customStatusJson;
    if (completion?.status === 'ContinuedAsNew') {
      continueAsNew(instance, messages, completion, Math.max(now, startOf(episode)));
    } else advance(instance, messages, episode, now);
  };

  const advance = (
    instance: LiveInstance,
    messages: readonly Message[],
    { newEvents, newText, result }: Episode,
    now: number,
  ) => {
    const { cancelledTimers, completion, decisions, suspension } = result;
    const added: StoredEvent[] = decisions.map((one) => decisionEvent(one, now, services.defaultVersion));
    if (completion) added.push(completedEvent(completion, now));
    added.push(orchestratorCompleted(now));
    const text = [newText, ...added.map((event) => asNew(openText(event)))].join(',');
    instances.append(instance, messages, [...newEvents, ...added], text);
    for (const id of cancelledTimers) timers.cancel(instance.key, id);
    for (const decision of decisions) {
      setGoing(instance, decision, cancelledTimers.includes(decision.id), completion !== undefined);
    }
    setStatus(instance, completion, suspension);
    store.updateInstance(instance);
    if (completion) end(instance, completion, now);
  };

  /** Of an instance that ends here, as one that is not deterministic may, activities run but nobody waits for them. */
  const setGoing = (instance: LiveInstance, decision: Decision, isCancelled: boolean, isEnding: boolean) => {
    const { key, instanceId } = instance;
    const { id } = decision;
    if (decision.kind === 'activity') {
      const task = { key, id, name: decision.name, inputJson: toJson(decision.input), instanceId };
      if (!isEnding) store.insertActivity(task);
      turn.afterCommit(() => services.runActivity(task));
    } else if (decision.kind === 'subOrchestration') {
      startChild(instance, decision);
    } else if (!isCancelled && !isEnding) {
      timers.add({ key, id, fireAt: decision.fireAt });
    }
  };

  const startChild = (parent: LiveInstance, decision: Extract<Decision, { kind: 'subOrchestration' }>) => {
    const existing = instances.find(decision.instanceId);
    if (existing && !isTerminal(existing.status)) {
      services.log.write(
        'error',
        parent.name,
        `instance ${parent.instanceId} waits for ever: the sub-orchestration ${decision.instanceId} is ${existing.status} already`,
      );
      return;
    }
    if (existing) instances.remove(decision.instanceId);
    const { key, name, version, instanceId, executionId } = parent;
    const child = newInstance({
      key: instances.nextKey(),
      name: decision.name,
      instanceId: decision.instanceId,
      executionId: randomUUID().replaceAll('-', ''),
      version: decision.version ?? services.defaultVersion ?? null,
      inputJson: toJson(decision.input),
      parent: { key, taskId: decision.id, name, version, instanceId, executionId },
      now: clock.now(),
    });
    instances.create(child.row, [child.started]);
  };

  const end = (instance: LiveInstance, completion: Completion, now: number) => {
    instances.end(instance);
    timers.changed();
    const { instanceId, parent } = instance;
    turn.afterCommit(() => services.onEnded(instanceId));
    const waiting = parent && instances.liveByKey(parent.key);
    if (!waiting) return;
    const answer = answerToParent(parent.taskId, completion, now);
    if (answer) instances.post(waiting, answer);
  };

  /** The old execution's history, messages and cancelled timers go; a new one begins with what came too late for the old. */
  const continueAsNew = (
    old: LiveInstance,
    messages: readonly Message[],
    completion: Extract<Completion, { status: 'ContinuedAsNew' }>,
    now: number,
  ) => {
    const later = old.inbox.filter((message) => !messages.includes(message)).map(({ event }) => event);
    instances.remove(old.instanceId);
    timers.changed();
    const next = newInstance({
      ...old,
      key: instances.nextKey(),
      executionId: randomUUID().replaceAll('-', ''),
      generation: old.generation + 1,
      inputJson: completion.inputJson,
      now,
    });
    const row = { ...next.row, status: 'Running' as const, customStatusJson: old.customStatusJson };
    instances.create(row, [next.started, ...completion.carriedOver, ...later.filter(outlivesExecution)]);
  };

  return apply;
}

/** When the episode began, by the orchestrator's clock. */
function startOf({ newEvents }: Episode): number {
  return Date.parse(newEvents[0]?.Timestamp ?? '');
}

/** Completions are of one execution; what clients send is for the instance. */
function outlivesExecution({ EventType: type }: MessageEvent): boolean {
  return (
    type === EventType.EventRaised ||
    type === EventType.ExecutionTerminated ||
    type === EventType.ExecutionSuspended ||
    type === EventType.ExecutionResumed
  );
}

function setStatus(
  instance: LiveInstance,
  completion: Completion | undefined,
  suspension: { reason: string | null } | undefined,
): void {
  if (completion) {
    instance.status = completion.status;
    instance.outputJson = outputJsonOf(completion);
  } else if (suspension) {
    instance.status = 'Suspended';
    instance.outputJson = suspension.reason === null ? null : JSON.stringify(suspension.reason);
  } else {
    instance.status = 'Running';
    instance.outputJson = null;
  }
}

function outputJsonOf(completion: Completion): string | null {
  switch (completion.status) {
    case 'Completed':
      return completion.outputJson;
    case 'Failed':
      return JSON.stringify(failureOutput(completion.reason, completion.failureDetails));
    case 'Terminated':
      return completion.reason === null ? null : JSON.stringify(completion.reason);
    case 'ContinuedAsNew':
      return null;
  }
}

function decisionEvent(decision: Decision, at: number, defaultVersion: string | undefined): StoredEvent {
  const common = { EventId: decision.id, Timestamp: isoTime(at) };
  switch (decision.kind) {
    case 'activity':
      return {
        EventType: EventType.TaskScheduled,
        Name: decision.name,
        Version: '',
        Input: null,
        ParentTraceContext: null,
        Tags: null,
        ...common,
      };
    case 'timer':
      return { EventType: EventType.TimerCreated, FireAt: isoTime(decision.fireAt), ...common };
    case 'subOrchestration':
      return {
        EventType: EventType.SubOrchestrationInstanceCreated,
        Name: decision.name,
        Version: decision.version ?? defaultVersion ?? null,
        InstanceId: decision.instanceId,
        Input: null,
        ClientSpanId: null,
        Tags: null,
        ...common,
      };
  }
}

function completedEvent(completion: Completion, at: number): StoredEvent {
  return {
    EventType: EventType.ExecutionCompleted,
    OrchestrationStatus: completion.status,
    Result: resultOf(completion),
    FailureDetails: completion.status === 'Failed' ? completion.failureDetails : null,
    EventId: completion.id,
    Timestamp: isoTime(at),
  };
}

function resultOf(completion: Completion): string | null {
  switch (completion.status) {
    case 'Completed':
      return completion.outputJson;
    case 'Failed':
    case 'Terminated':
      return completion.reason;
    case 'ContinuedAsNew':
      return completion.inputJson;
  }
}

function answerToParent(taskId: number, completion: Completion, at: number): MessageEvent | undefined {
  const failed = EventType.SubOrchestrationInstanceFailed;
  const task = { TaskScheduledId: taskId };
  switch (completion.status) {
    case 'Completed':
      return messageEvent(
        {
          EventType: EventType.SubOrchestrationInstanceCompleted,
          ...task,
          Result: completion.outputJson,
        },
        at,
      );
    case 'Failed': {
      const FailureDetails = completion.failureDetails;
      const Details = FailureDetails ? null : subOrchestrationDetails(completion.error);
      return messageEvent(
        { EventType: failed, ...task, Reason: completion.reason, Details, FailureDetails },
        at,
      );
    }
    case 'Terminated':
      return messageEvent(
        { EventType: failed, ...task, Reason: completion.reason, Details: null, FailureDetails: null },
        at,
      );
    case 'ContinuedAsNew':
      return undefined;
  }
}
