import { createExternalEvents } from './external-events.ts';
import { createOpenTasks, OK, type OpenTasks, type Schedule, type Settled } from './open-tasks.ts';
import { type Action, ActionType, type CompoundAction, toJson } from './orchestrator-state.ts';
import type { ReplayInput } from './replay.ts';
import { runWithRetry } from './retry-action.ts';
import { runTimer } from './timer-action.ts';

/**
 * Runs the actions of an orchestrator one after the other, numbers what they schedule and keeps what is open. Mirrors
 * `DX: OutOfProcOrchestrationShim.cs` as recorded.
 */
export function createActionRunner(input: ReplayInput) {
  const tasks = createOpenTasks();
  const events = createExternalEvents();
  const { activity, subOrchestration } = createScheduling(input, tasks);
  let continued: { inputJson: string | null } | undefined;
  let allSettled = false;

  /** Top-level actions follow each other, whether the one before succeeded or not. */
  const runInTurn = (actions: readonly Action[], from: number): void => {
    for (let index = from; index < actions.length; index += 1) {
      const action = actions[index];
      let isSettled = false;
      let isLeft = false;
      if (action) {
        run(action, () => {
          if (isSettled) return;
          isSettled = true;
          if (isLeft) runInTurn(actions, index + 1);
        });
      }
      isLeft = true;
      if (!isSettled) return;
    }
    allSettled = true;
  };

  const run = (action: Action, settled: Settled): void => {
    switch (action.actionType) {
      case ActionType.CallActivity:
        activity(action)(settled);
        break;
      case ActionType.CallActivityWithRetry:
        runWithRetry(tasks, activity(action), action.retryOptions, settled);
        break;
      case ActionType.CallSubOrchestrator:
        subOrchestration(action)(settled);
        break;
      case ActionType.CallSubOrchestratorWithRetry:
        runWithRetry(tasks, subOrchestration(action), action.retryOptions, settled);
        break;
      case ActionType.ContinueAsNew:
        continued = { inputJson: toJson(action.input) };
        settled(OK);
        break;
      case ActionType.CreateTimer:
        runTimer(tasks, Date.parse(action.fireAt), action.isCanceled, settled);
        break;
      case ActionType.WaitForExternalEvent:
        events.wait(action.externalEventName, settled);
        break;
      case ActionType.WhenAny:
      case ActionType.WhenAll:
        runCompound(action, run, settled);
        break;
    }
  };

  return {
    tasks,
    raise: events.raise,
    continueAsNew: () => continued,
    /** True when every action has settled and no task is open. */
    isIdle: () => allSettled && tasks.isEmpty(),
    start: (actions: readonly Action[]) => runInTurn(actions, 0),
  };
}

export type ActionRunner = ReturnType<typeof createActionRunner>;

type OfType<Type extends number> = Extract<Action, { actionType: Type }>;
type ActivityAction = OfType<typeof ActionType.CallActivity | typeof ActionType.CallActivityWithRetry>;
type SubOrchestrationAction = OfType<
  typeof ActionType.CallSubOrchestrator | typeof ActionType.CallSubOrchestratorWithRetry
>;

/** What schedules activities and sub-orchestrations; each call is one attempt. */
function createScheduling({ executionId, isKnown }: ReplayInput, tasks: OpenTasks) {
  /** Nothing is scheduled and no number taken: the instance waits for ever, as on the real host. */
  const unknownFunction =
    (kind: string, name: string): Schedule =>
    () => {
      tasks.warnings.push(
        `waits for ever: the app has no ${kind} function '${name}'; terminate the instance`,
      );
    };

  return {
    activity({ functionName: name, input }: ActivityAction): Schedule {
      if (!isKnown('activity', name)) return unknownFunction('activity', name);
      return (settled) => tasks.schedule({ kind: 'activity', id: tasks.takeNumber(), name, input }, settled);
    },
    subOrchestration(action: SubOrchestrationAction): Schedule {
      const { functionName: name, input } = action;
      if (!isKnown('orchestration', name)) return unknownFunction('orchestrator', name);
      return (settled) => {
        const id = tasks.takeNumber();
        const instanceId = action.instanceId?.trim() ? action.instanceId : `${executionId}:${id}`;
        const version = action.version ?? undefined;
        tasks.schedule({ kind: 'subOrchestration', id, name, instanceId, input, version }, settled);
      };
    },
  };
}

/** All children start, depth first, before the outcome of any is looked at. */
function runCompound(
  { actionType, compoundActions }: CompoundAction,
  run: (child: Action, settled: Settled) => void,
  settled: Settled,
): void {
  let left = actionType === ActionType.WhenAny ? 1 : compoundActions.length;
  let isStarting = true;
  const childSettled = () => {
    left -= 1;
    if (left === 0 && !isStarting) settled(OK);
  };
  for (const child of compoundActions) run(child, childSettled);
  isStarting = false;
  if (left <= 0) settled(OK);
}
