import type { HostFunction, Invoke } from '../invocation.ts';
import { describeError } from '../log.ts';
import { orchestratorFailure, unknownOrchestrator } from './failure-text.ts';
import {
  asNew,
  asPlayed,
  EventType,
  type FailureDetails,
  type OpenText,
  openText,
  orchestratorCompleted,
  orchestratorStarted,
  type StoredEvent,
} from './history-events.ts';
import type { Message } from './inboxes.ts';
import type { History, LiveInstance } from './instances.ts';
import {
  type OrchestratorState,
  stateOfError,
  stateOfResponse,
  UnsupportedActionError,
} from './orchestrator-state.ts';
import { type ReplayInput, type ReplayResult, replay } from './replay.ts';
import { LONG_TIMER_PIECE, MAXIMUM_SHORT_TIMER } from './timer-action.ts';

/** One run of an orchestrator function: what it saw that was new, and what came of it. */
export interface Episode {
  /** OrchestratorStarted, the messages, and the OrchestratorCompleted that a continued execution begins with. */
  newEvents: StoredEvent[];
  /** The new events as they are stored: messages count as played from now on. */
  newText: string;
  result: ReplayResult;
  customStatusJson: string | null;
  /** Set when the orchestrator uses what this host does not do. */
  unsupported?: string;
}

export interface EpisodeServices {
  invoke: Invoke;
  /** By name in lower case. */
  orchestrators: ReadonlyMap<string, HostFunction>;
  isKnown: ReplayInput['isKnown'];
}

/**
 * Runs the orchestrator on its history and the new messages. Never rejects: whatever goes wrong is the instance's failure.
 * @param at milliseconds UTC; the time the orchestrator sees
 */
export async function runEpisode(
  instance: LiveInstance,
  history: History,
  messages: readonly Message[],
  at: number,
  services: EpisodeServices,
): Promise<Episode> {
  const isContinued = instance.generation > 0 && history.episodes === 0;
  const { newEvents, newText, payloadText } = newPart(messages, at, isContinued);
  const events = [...history.events, ...newEvents];
  const failed = (reason: string): Episode => ({
    newEvents,
    newText,
    customStatusJson: instance.customStatusJson,
    result: failure(events, reason, null),
  });

  const fn = services.orchestrators.get(instance.name.toLowerCase());
  if (!fn) {
    const known = [...services.orchestrators.values()].map(({ name }) => name);
    return failed(unknownOrchestrator(instance.name, known));
  }
  try {
    const state = await invokeOrchestrator(fn, instance, history, payloadText, services.invoke);
    const { name, executionId } = instance;
    const result = replay({ name, executionId, events, state, isKnown: services.isKnown });
    return { newEvents, newText, customStatusJson: state.customStatusJson, result };
  } catch (error) {
    const text = describeError(error);
    const episode = failed(orchestratorFailure(instance.name, text));
    return error instanceof UnsupportedActionError ? { ...episode, unsupported: text } : episode;
  }
}

/** @param isContinued whether this is the first episode after ContinueAsNew, which begins with an OrchestratorCompleted too */
export function newPart(messages: readonly Message[], at: number, isContinued: boolean) {
  const started = orchestratorStarted(at);
  const startText = asNew(openText(started));
  const newEvents: StoredEvent[] = [started, ...messages.map(({ event }) => event)];
  const texts: OpenText[] = messages.map(({ text }) => text);
  if (isContinued) {
    const completed = orchestratorCompleted(at);
    newEvents.push(completed);
    texts.push(openText(completed));
  }
  return {
    newEvents,
    newText: [startText, ...texts.map(asPlayed)].join(','),
    payloadText: [startText, ...texts.map(asNew)].join(','),
  };
}

async function invokeOrchestrator(
  fn: HostFunction,
  instance: LiveInstance,
  history: History,
  newText: string,
  invoke: Invoke,
): Promise<OrchestratorState> {
  const payload = episodePayload(instance, history.text, newText);
  let response: Awaited<ReturnType<Invoke>>;
  try {
    response = await invoke(fn, { data: { string: payload } });
  } catch (error) {
    return stateOfError(error);
  }
  return stateOfResponse(response);
}

const SETTINGS = [
  '"upperSchemaVersion":1,"upperSchemaVersionNew":3',
  `"longRunningTimerIntervalDuration":"${timeSpan(LONG_TIMER_PIECE)}"`,
  `"maximumShortTimerDuration":"${timeSpan(MAXIMUM_SHORT_TIMER)}"`,
  '"defaultHttpAsyncRequestSleepTimeMillseconds":30000',
].join(',');

/** Section 8.1 of the protocol page; the misspelt member is the library's. */
function episodePayload(instance: LiveInstance, past: string, newText: string): string {
  const id = JSON.stringify(instance.instanceId);
  const parentId = JSON.stringify(instance.parent?.instanceId ?? null);
  return `{"history":[${past}${past && ','}${newText}],"input":${instance.inputJson ?? 'null'},"instanceId":${id},"isReplaying":${past !== ''},"parentInstanceId":${parentId},${SETTINGS}}`;
}

/** Whole days as a .NET TimeSpan. */
function timeSpan(ms: number): string {
  return `${ms / 86_400_000}.00:00:00`;
}

/** The end of an instance that could not be replayed; one that was being terminated is. */
export function failure(
  events: readonly StoredEvent[],
  error: string,
  failureDetails: FailureDetails | null,
): ReplayResult {
  const terminated = events.find((event) => event.EventType === EventType.ExecutionTerminated);
  const id = 1 + events.reduce((last, event) => Math.max(last, event.EventId), -1);
  return {
    decisions: [],
    cancelledTimers: [],
    completion: terminated
      ? { id, status: 'Terminated', reason: terminated.Input }
      : { id, status: 'Failed', reason: error, error, failureDetails },
    suspension: undefined,
    warnings: [],
  };
}
