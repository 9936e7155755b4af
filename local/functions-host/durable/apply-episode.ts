import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { HostLog } from '../log.ts';
import type { ActivityTask } from './activities.ts';
import type { Episode } from './episode.ts';
import { answerToParent, completedEvent, decisionEvent } from './episode-events.ts';
import { failureOutput } from './failure-text.ts';
import {
  asNew,
  EventType,
  type MessageEvent,
  openText,
  orchestratorCompleted,
  type StoredEvent,
} from './history-events.ts';
import type { Message } from './inboxes.ts';
import type { Instances, LiveInstance } from './instances.ts';
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
  return (instance: LiveInstance, messages: readonly Message[], episode: Episode): void => {
    const now = services.clock.now();
    const { completion } = episode.result;
    services.turn.begin();
    instance.lastUpdatedTime = now;
    instance.customStatusJson = episode.customStatusJson;
    if (completion?.status === 'ContinuedAsNew') {
      continueAsNew(services, instance, messages, completion, Math.max(now, startOf(episode)));
    } else advance(services, instance, messages, episode, now);
  };
}

function advance(
  services: ApplyServices,
  instance: LiveInstance,
  messages: readonly Message[],
  { newEvents, newText, result }: Episode,
  now: number,
): void {
  const { instances, store, timers } = services;
  const { cancelledTimers, completion, decisions, suspension } = result;
  const added: StoredEvent[] = decisions.map((one) => decisionEvent(one, now, services.defaultVersion));
  if (completion) added.push(completedEvent(completion, now));
  added.push(orchestratorCompleted(now));
  const text = [newText, ...added.map((event) => asNew(openText(event)))].join(',');
  instances.append(instance, messages, [...newEvents, ...added], text);
  for (const id of cancelledTimers) timers.cancel(instance.key, id);
  for (const decision of decisions) {
    const isCancelled = cancelledTimers.includes(decision.id);
    setGoing(services, instance, decision, isCancelled, completion !== undefined);
  }
  setStatus(instance, completion, suspension);
  store.updateInstance(instance);
  if (completion) end(services, instance, completion, now);
}

/** Of an instance that ends here, as one that is not deterministic may, activities run but nobody waits for them. */
function setGoing(
  services: ApplyServices,
  instance: LiveInstance,
  decision: Decision,
  isCancelled: boolean,
  isEnding: boolean,
): void {
  const { key, instanceId } = instance;
  const { id } = decision;
  if (decision.kind === 'activity') {
    const task = { key, id, name: decision.name, inputJson: toJson(decision.input), instanceId };
    if (!isEnding) services.store.insertActivity(task);
    services.turn.afterCommit(() => services.runActivity(task));
  } else if (decision.kind === 'subOrchestration') {
    startChild(services, instance, decision);
  } else if (!isCancelled && !isEnding) {
    services.timers.add({ key, id, fireAt: decision.fireAt });
  }
}

function startChild(
  { clock, defaultVersion, instances, log }: ApplyServices,
  parent: LiveInstance,
  decision: Extract<Decision, { kind: 'subOrchestration' }>,
): void {
  const existing = instances.find(decision.instanceId);
  if (existing && !isTerminal(existing.status)) {
    log.write(
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
    version: decision.version ?? defaultVersion ?? null,
    inputJson: toJson(decision.input),
    parent: { key, taskId: decision.id, name, version, instanceId, executionId },
    now: clock.now(),
  });
  instances.create(child.row, [child.started]);
}

function end(
  { instances, onEnded, timers, turn }: ApplyServices,
  instance: LiveInstance,
  completion: Completion,
  now: number,
): void {
  instances.end(instance);
  timers.changed();
  const { instanceId, parent } = instance;
  turn.afterCommit(() => onEnded(instanceId));
  const waiting = parent && instances.liveByKey(parent.key);
  if (!waiting) return;
  const answer = answerToParent(parent.taskId, completion, now);
  if (answer) instances.post(waiting, answer);
}

/** The old execution's history, messages and cancelled timers go; a new one begins with what came too late for the old. */
function continueAsNew(
  { instances, timers }: ApplyServices,
  old: LiveInstance,
  messages: readonly Message[],
  completion: Extract<Completion, { status: 'ContinuedAsNew' }>,
  now: number,
): void {
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
