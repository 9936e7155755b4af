import { nonDeterminism, orchestratorFailure } from './failure-text.ts';
import {
  type DecisionEvent,
  type EventRaised,
  EventType,
  type FailureDetails,
  type StoredEvent,
} from './history-events.ts';
import { OK, type OpenTasks } from './open-tasks.ts';
import type { OrchestratorState } from './orchestrator-state.ts';
import { type ActionRunner, createActionRunner } from './run-actions.ts';

/** What an orchestrator wants done; `id` is its sequence number. */
export type Decision =
  | { kind: 'activity'; id: number; name: string; input: unknown }
  | { kind: 'timer'; id: number; fireAt: number }
  | {
      kind: 'subOrchestration';
      id: number;
      name: string;
      instanceId: string;
      input: unknown;
      version: string | undefined;
    };

export interface ReplayInput {
  /** Name of the orchestrator, for texts. */
  name: string;
  executionId: string;
  /** The whole history with the new messages, oldest first. */
  events: readonly StoredEvent[];
  state: OrchestratorState;
  /** Whether the app has such a function; what it has not is never scheduled. */
  isKnown(kind: 'activity' | 'orchestration', name: string): boolean;
}

/** How an execution ends; `id` is the number of its ExecutionCompleted. */
export type Completion = { id: number } & (
  | { status: 'Completed'; outputJson: string | null }
  | {
      status: 'Failed';
      /** Why, as history and parent are told. */
      reason: string;
      /** The message alone of what was thrown. */
      error: string;
      /** Given by an activity of an app with an exception properties provider, and not caught. */
      failureDetails: FailureDetails | null;
    }
  | { status: 'Terminated'; reason: string | null }
  | {
      status: 'ContinuedAsNew';
      inputJson: string | null;
      /** External events that came after the orchestrator had asked to continue. */
      carriedOver: EventRaised[];
    }
);

export interface ReplayResult {
  /** What the history does not have yet, by number. */
  decisions: Decision[];
  /** Numbers of timers that the orchestrator has cancelled. */
  cancelledTimers: number[];
  completion: Completion | undefined;
  /** Set while suspended. */
  suspension: { reason: string | null } | undefined;
  /** Things that will keep the instance waiting for ever. */
  warnings: string[];
}

/**
 * Runs the whole list of actions against the whole history, as Durable Task does at each episode, and returns what is new. Calls
 * back synchronously throughout, so the order is a function of its input (section 8.5 of the protocol page).
 */
export function replay(input: ReplayInput): ReplayResult {
  const runner = createActionRunner(input);
  const { tasks } = runner;
  const suspension = createSuspension(tasks.pending);
  let completion: Completion | undefined;
  const carriedOver: EventRaised[] = [];

  /** @returns false when the orchestrator no longer fits its history */
  const matches = (event: DecisionEvent): boolean => {
    const problem = nonDeterminism(event, tasks.pending.get(event.EventId));
    if (problem) {
      const told = { reason: problem, error: problem, failureDetails: null };
      completion ??= { id: tasks.takeNumber(), status: 'Failed', ...told };
    } else tasks.pending.delete(event.EventId);
    return problem === undefined;
  };

  const feed = (event: StoredEvent): boolean => {
    if (suspension.keeps(event)) return true;
    switch (event.EventType) {
      case EventType.ExecutionStarted:
        runner.start(input.state.actions);
        break;
      case EventType.ExecutionTerminated:
        completion ??= { id: tasks.takeNumber(), status: 'Terminated', reason: event.Input };
        break;
      case EventType.TaskScheduled:
      case EventType.SubOrchestrationInstanceCreated:
      case EventType.TimerCreated:
        return matches(event);
      case EventType.EventRaised:
        if (runner.continueAsNew()) carriedOver.push(event);
        else runner.raise(event.Name);
        break;
      case EventType.ExecutionSuspended:
        suspension.begin(event.Reason);
        break;
      case EventType.ExecutionResumed:
        return suspension.end().every(feed);
      default:
        settleTask(event, tasks);
    }
    return true;
  };

  const fits = input.events.every((event) => {
    if (event.EventType === EventType.OrchestratorStarted) tasks.now = Date.parse(event.Timestamp);
    else return feed(event);
    return true;
  });
  if (fits && !completion && runner.isIdle()) completion = endOf(input, runner, carriedOver);
  return {
    decisions: [...tasks.pending.values()].sort((one, other) => one.id - other.id),
    cancelledTimers: tasks.cancelledTimers,
    completion,
    suspension: suspension.current(),
    warnings: tasks.warnings,
  };
}

/** Settles the task whose completion an event is, if it is one. */
function settleTask(event: StoredEvent, tasks: OpenTasks): void {
  switch (event.EventType) {
    case EventType.TaskCompleted:
    case EventType.SubOrchestrationInstanceCompleted:
      tasks.settle(event.TaskScheduledId, OK);
      break;
    case EventType.TaskFailed:
    case EventType.SubOrchestrationInstanceFailed: {
      const isNonRetriable = event.FailureDetails?.IsNonRetriable === true;
      tasks.settle(event.TaskScheduledId, { ok: false, isNonRetriable });
      break;
    }
    case EventType.TimerFired:
      tasks.settle(event.TimerId, OK);
      break;
  }
}

/** While an orchestration is suspended its decisions are held and events are kept, both until it is resumed. */
function createSuspension(pending: Map<number, Decision>) {
  let current: ReplayResult['suspension'];
  let held: Decision[] = [];
  const kept: StoredEvent[] = [];

  return {
    current: () => current,
    /** True when the event waits for the end of the suspension. */
    keeps(event: StoredEvent): boolean {
      if (!current || endsSuspension(event)) return false;
      if (event.EventType !== EventType.ExecutionSuspended) kept.push(event);
      return true;
    },
    begin(reason: string | null): void {
      current = { reason };
      held = [...held, ...pending.values()];
      pending.clear();
    },
    /** @returns the events that were kept */
    end(): StoredEvent[] {
      current = undefined;
      for (const decision of held) pending.set(decision.id, decision);
      held = [];
      return kept.splice(0);
    },
  };
}

function endsSuspension(event: StoredEvent): boolean {
  return event.EventType === EventType.ExecutionResumed || event.EventType === EventType.ExecutionTerminated;
}

/** The end of an orchestrator that has returned or thrown, once every action has settled and no task is open. */
function endOf(
  { name, state }: ReplayInput,
  runner: ActionRunner,
  carriedOver: EventRaised[],
): Completion | undefined {
  if (state.error !== undefined) {
    return {
      id: runner.tasks.takeNumber(),
      status: 'Failed',
      reason: orchestratorFailure(name, state.error),
      error: state.error,
      failureDetails: state.failureDetails,
    };
  }
  if (!state.isDone) return undefined;
  const next = runner.continueAsNew();
  if (next)
    return {
      id: runner.tasks.takeNumber(),
      status: 'ContinuedAsNew',
      inputJson: next.inputJson,
      carriedOver,
    };
  return { id: runner.tasks.takeNumber(), status: 'Completed', outputJson: state.outputJson };
}
