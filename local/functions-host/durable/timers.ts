import type { Clock } from '../../clock.ts';
import type { Store, TimerRow } from './store.ts';
import type { Turn } from './turn.ts';

/** `setTimeout` overflows above 24.8 days; longer waits are cut into pieces. */
const LONGEST_WAIT = 24 * 3_600_000;
const AT_ONCE = 500;

/**
 * The timers of all instances: they live in the store, and the clock is set to the earliest. They fire exactly or late, never early.
 * @param onFired called inside the turn's transaction
 */
export function createTimers(store: Store, turn: Turn, clock: Clock, onFired: (timer: TimerRow) => void) {
  let armedFor: number | undefined;
  let disarm = () => {};
  let isChanged = false;
  let isStopped = false;

  const arm = (next: number | undefined) => {
    if (next === armedFor) return;
    disarm();
    armedFor = next;
    disarm = next === undefined ? () => {} : clock.schedule(wake, waitFor(next));
  };

  const waitFor = (at: number) => Math.min(Math.max(at - clock.now(), 0), LONGEST_WAIT);

  const wake = () => {
    armedFor = undefined;
    fire();
  };

  const fire = () => {
    if (isStopped) return;
    const due = store.dueTimers(clock.now(), AT_ONCE);
    if (due.length === 0) return arm(store.nextTimer());
    turn.begin();
    for (const timer of due) {
      store.deleteTimer(timer.key, timer.id);
      onFired(timer);
    }
    isChanged = true;
  };

  turn.onCommit(() => {
    if (!isChanged || isStopped) return;
    isChanged = false;
    const next = store.nextTimer();
    if (next !== undefined && next <= clock.now()) turn.afterCommit(fire);
    else arm(next);
  });

  return {
    add(timer: TimerRow): void {
      store.insertTimer(timer);
      isChanged = true;
    },
    cancel(key: number, id: number): void {
      store.deleteTimer(key, id);
      isChanged = true;
    },
    /** To be called after timers were deleted with their instance. */
    changed(): void {
      isChanged = true;
    },
    start(): void {
      fire();
    },
    stop(): void {
      isStopped = true;
      disarm();
    },
  };
}

export type Timers = ReturnType<typeof createTimers>;
