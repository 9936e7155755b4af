import { OK, type OpenTasks, type Settled } from './open-tasks.ts';

const DAY = 24 * 3_600_000;
/** Timers further away than this are run in pieces; sent to the library with each episode. */
export const MAXIMUM_SHORT_TIMER = 6 * DAY;
export const LONG_TIMER_PIECE = 3 * DAY;

/** Runs a timer of the orchestrator, in pieces when it is a long one. @param fireAt milliseconds UTC */
export function runTimer(tasks: OpenTasks, fireAt: number, isCancelled: boolean, settled: Settled): void {
  const isLong = fireAt - tasks.now > MAXIMUM_SHORT_TIMER;
  const piece = (at: number): void => {
    const id = tasks.takeNumber();
    const decision = { kind: 'timer' as const, id, fireAt: at };
    if (isCancelled) {
      tasks.pending.set(id, decision);
      tasks.cancelledTimers.push(id);
      settled(OK);
    } else tasks.schedule(decision, pieceFired);
  };
  const pieceFired: Settled = (outcome) => {
    const left = fireAt - tasks.now;
    if (!isLong || left <= 0) settled(outcome);
    else piece(tasks.now + Math.min(left, LONG_TIMER_PIECE));
  };
  piece(isLong ? tasks.now + LONG_TIMER_PIECE : fireAt);
}
