import { nonDeterminism, orchestratorFailure } from './failure-text.ts';
import { type DecisionEvent, EventType, type FailureDetails, type StoredEvent } from './history-events.ts';
import type { OrchestratorState } from './orchestrator-state.ts';
import { createActionRunner } from './run-actions.ts';

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
      carriedOver: StoredEvent[];
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
  const { state, events } = input;
  const runner = createActionRunner(input);
  let held: Decision[] = [];
  let suspension: ReplayResult['suspension'];
  let completion: Completion | undefined;
  const whileSuspended: StoredEvent[] = [];
  const carriedOver: StoredEvent[] = [];

  /** @returns false when the orchestrator no longer fits its history */
  const matches = (event: DecisionEvent): boolean => {
    const problem = nonDeterminism(event, runner.pending.get(event.EventId));
    if (problem) {
      const told = { reason: problem, error: problem, failureDetails: null };
      completion ??= { id: runner.takeNumber(), status: 'Failed', ...told };
    } else runner.pending.delete(event.EventId);
    return problem === undefined;
  };

  const suspend = (reason: string | null) => {
    suspension = { reason };
    held = [...held, ...runner.pending.values()];
    runner.pending.clear();
  };

  const resume = (): boolean => {
    suspension = undefined;
    for (const decision of held) runner.pending.set(decision.id, decision);
    held = [];
    return whileSuspended.splice(0).every(feed);
  };

  const feed = (event: StoredEvent): boolean => {
    if (suspension && !endsSuspension(event)) {
      if (event.EventType !== EventType.ExecutionSuspended) whileSuspended.push(event);
      return true;
    }
    switch (event.EventType) {
      case EventType.ExecutionStarted:
        runner.start(state.actions);
        return true;
      case EventType.ExecutionTerminated:
        completion ??= { id: runner.takeNumber(), status: 'Terminated', reason: event.Input };
        return true;
      case EventType.TaskScheduled:
      case EventType.SubOrchestrationInstanceCreated:
      case EventType.TimerCreated:
        return matches(event);
      case EventType.TaskCompleted:
      case EventType.SubOrchestrationInstanceCompleted:
        runner.settle(event.TaskScheduledId, { ok: true });
        return true;
      case EventType.TaskFailed:
      case EventType.SubOrchestrationInstanceFailed:
        runner.settle(event.TaskScheduledId, {
          ok: false,
          isNonRetriable: event.FailureDetails?.IsNonRetriable === true,
        });
        return true;
      case EventType.TimerFired:
        runner.settle(event.TimerId, { ok: true });
        return true;
      case EventType.EventRaised:
        if (runner.continueAsNew()) carriedOver.push(event);
        else runner.raise(event.Name);
        return true;
      case EventType.ExecutionSuspended:
        suspend(event.Reason);
        return true;
      case EventType.ExecutionResumed:
        return resume();
      default:
        return true;
    }
  };

  const fits = events.every((event) => {
    if (event.EventType === EventType.OrchestratorStarted) runner.now = Date.parse(event.Timestamp);
    else return feed(event);
    return true;
  });
  if (fits && !completion && runner.isIdle()) completion = endOf(input, runner, carriedOver);
  return {
    decisions: [...runner.pending.values()].sort((one, other) => one.id - other.id),
    cancelledTimers: runner.cancelledTimers,
    completion,
    suspension,
    warnings: runner.warnings,
  };
}

function endsSuspension(event: StoredEvent): boolean {
  return event.EventType === EventType.ExecutionResumed || event.EventType === EventType.ExecutionTerminated;
}

/** The end of an orchestrator that has returned or thrown, once every action has settled and no task is open. */
function endOf(
  { name, state }: ReplayInput,
  runner: ReturnType<typeof createActionRunner>,
  carriedOver: StoredEvent[],
): Completion | undefined {
  if (state.error !== undefined) {
    return {
      id: runner.takeNumber(),
      status: 'Failed',
      reason: orchestratorFailure(name, state.error),
      error: state.error,
      failureDetails: state.failureDetails,
    };
  }
  if (!state.isDone) return undefined;
  const next = runner.continueAsNew();
  if (next)
    return { id: runner.takeNumber(), status: 'ContinuedAsNew', inputJson: next.inputJson, carriedOver };
  return { id: runner.takeNumber(), status: 'Completed', outputJson: state.outputJson };
}
