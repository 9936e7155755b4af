import type { Action, CompoundAction, RetryOptions } from './orchestrator-state.ts';
import type { Decision, ReplayInput } from './replay.ts';

const DAY = 24 * 3_600_000;
/** Timers further away than this are run in pieces; sent to the library with each episode. */
export const MAXIMUM_SHORT_TIMER = 6 * DAY;
export const LONG_TIMER_PIECE = 3 * DAY;
/** `DT: RetryOptions.cs` */
const MAX_RETRY_INTERVAL = 6 * DAY;

export interface Outcome {
  ok: boolean;
  isNonRetriable?: boolean;
}

type Settled = (outcome: Outcome) => void;
type Schedule = (settled: Settled) => void;
const OK: Outcome = { ok: true };

/**
 * Runs the actions of an orchestrator one after the other, numbers what they schedule and keeps what is open. Mirrors
 * `DX: OutOfProcOrchestrationShim.cs` and `DT: RetryInterceptor.cs` as recorded.
 */
export function createActionRunner({ executionId, isKnown }: ReplayInput) {
  let next = 0;
  let continued: { inputJson: string | null } | undefined;
  let allSettled = false;
  const open = new Map<number, Settled>();
  const waiters = new Map<string, Settled[]>();
  const buffered = new Map<string, number>();

  const runner = {
    /** Clock of the replay, milliseconds. */
    now: 0,
    /** Decisions that no event of the history has confirmed. */
    pending: new Map<number, Decision>(),
    cancelledTimers: [] as number[],
    warnings: [] as string[],
    takeNumber: () => next++,
    continueAsNew: () => continued,
    /** True when every action has settled and no task is open. */
    isIdle: () => allSettled && open.size === 0,
    start(actions: readonly Action[]): void {
      runInTurn(actions, 0);
    },
    /** A completion of a task that is not open is ignored. */
    settle(id: number, outcome: Outcome): void {
      const settled = open.get(id);
      open.delete(id);
      settled?.(outcome);
    },
    /** To the waiter that came last, as the host has it; without one it is kept. */
    raise(eventName: string): void {
      const name = eventName.toLowerCase();
      const settled = waiters.get(name)?.pop();
      if (settled) settled(OK);
      else buffered.set(name, (buffered.get(name) ?? 0) + 1);
    },
  };

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
      case 0:
        activity(action.functionName, action.input)(settled);
        break;
      case 1:
        withRetry(activity(action.functionName, action.input), action.retryOptions, settled);
        break;
      case 2:
        subOrchestration(action)(settled);
        break;
      case 3:
        withRetry(subOrchestration(action), action.retryOptions, settled);
        break;
      case 4:
        continued = {
          inputJson:
            action.input === undefined || action.input === null ? null : JSON.stringify(action.input),
        };
        settled(OK);
        break;
      case 5:
        timer(Date.parse(action.fireAt), action.isCanceled, settled);
        break;
      case 6:
        externalEvent(action.externalEventName.toLowerCase(), settled);
        break;
      case 11:
      case 12:
        compound(action, settled);
        break;
    }
  };

  const schedule = (decision: Decision, settled: Settled) => {
    runner.pending.set(decision.id, decision);
    open.set(decision.id, settled);
  };

  const activity = (name: string, input: unknown): Schedule => {
    if (!isKnown('activity', name)) return unknownFunction('activity', name);
    return (settled) => schedule({ kind: 'activity', id: next++, name, input }, settled);
  };

  const subOrchestration = (action: Extract<Action, { actionType: 2 | 3 }>): Schedule => {
    const { functionName: name, input } = action;
    if (!isKnown('orchestration', name)) return unknownFunction('orchestrator', name);
    return (settled) => {
      const id = next++;
      const instanceId = action.instanceId?.trim() ? action.instanceId : `${executionId}:${id}`;
      const version = action.version ?? undefined;
      schedule({ kind: 'subOrchestration', id, name, instanceId, input, version }, settled);
    };
  };

  /** Nothing is scheduled and no number taken: the instance waits for ever, as on the real host. */
  const unknownFunction =
    (kind: string, name: string): Schedule =>
    () => {
      runner.warnings.push(
        `waits for ever: the app has no ${kind} function '${name}'; terminate the instance`,
      );
    };

  const withRetry = (attempt: Schedule, options: RetryOptions, settled: Settled): void => {
    const firstAttempt = runner.now;
    const tryOnce = (attemptNumber: number): void => {
      attempt((outcome) => {
        if (outcome.ok || outcome.isNonRetriable) return settled(outcome);
        // The last attempt is followed by a timer that is due at once; the library counts it too.
        if (attemptNumber >= options.maxNumberOfAttempts)
          return simpleTimer(runner.now, () => settled(outcome));
        if (runner.now >= firstAttempt + (options.retryTimeoutInMilliseconds ?? Number.POSITIVE_INFINITY)) {
          runner.warnings.push(
            'waits for ever: retryTimeoutInMilliseconds has passed, which the library does not notice; do not set it',
          );
          return settled(outcome);
        }
        simpleTimer(runner.now + retryDelay(options, attemptNumber), () => tryOnce(attemptNumber + 1));
      });
    };
    tryOnce(1);
  };

  const simpleTimer = (fireAt: number, settled: Settled) =>
    schedule({ kind: 'timer', id: next++, fireAt }, settled);

  const timer = (fireAt: number, isCancelled: boolean, settled: Settled): void => {
    const isLong = fireAt - runner.now > MAXIMUM_SHORT_TIMER;
    const piece = (at: number): void => {
      const id = next++;
      runner.pending.set(id, { kind: 'timer', id, fireAt: at });
      if (isCancelled) {
        runner.cancelledTimers.push(id);
        settled(OK);
      } else open.set(id, pieceFired);
    };
    const pieceFired = (outcome: Outcome): void => {
      const left = fireAt - runner.now;
      if (!isLong || left <= 0) settled(outcome);
      else piece(runner.now + Math.min(left, LONG_TIMER_PIECE));
    };
    piece(isLong ? runner.now + LONG_TIMER_PIECE : fireAt);
  };

  const externalEvent = (name: string, settled: Settled): void => {
    const kept = buffered.get(name) ?? 0;
    if (kept > 0) {
      buffered.set(name, kept - 1);
      settled(OK);
    } else waiters.set(name, [...(waiters.get(name) ?? []), settled]);
  };

  /** All children start, depth first, before the outcome of any is looked at. */
  const compound = ({ actionType, compoundActions }: CompoundAction, settled: Settled): void => {
    let left = actionType === 11 ? 1 : compoundActions.length;
    let isStarting = true;
    const childSettled = () => {
      left -= 1;
      if (left === 0 && !isStarting) settled(OK);
    };
    for (const child of compoundActions) run(child, childSettled);
    isStarting = false;
    if (left <= 0) settled(OK);
  };

  return runner;
}

function retryDelay(options: RetryOptions, attemptNumber: number): number {
  const coefficient = options.backoffCoefficient ?? 1;
  const delay = options.firstRetryIntervalInMilliseconds * coefficient ** (attemptNumber - 1);
  return Math.min(Math.ceil(delay), options.maxRetryIntervalInMilliseconds ?? MAX_RETRY_INTERVAL);
}
