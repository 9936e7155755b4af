import type { Decision } from './replay.ts';

export interface Outcome {
  ok: boolean;
  isNonRetriable?: boolean;
}

export type Settled = (outcome: Outcome) => void;
export type Schedule = (settled: Settled) => void;
export const OK: Outcome = { ok: true };

/** What an orchestration has scheduled so far: numbers it, and keeps what is open. */
export function createOpenTasks() {
  let next = 0;
  const open = new Map<number, Settled>();
  /** Decisions that no event of the history has confirmed. */
  const pending = new Map<number, Decision>();

  return {
    /** Clock of the replay, milliseconds. */
    now: 0,
    pending,
    cancelledTimers: [] as number[],
    warnings: [] as string[],
    takeNumber: () => next++,
    isEmpty: () => open.size === 0,
    schedule(decision: Decision, settled: Settled): void {
      pending.set(decision.id, decision);
      open.set(decision.id, settled);
    },
    /** A completion of a task that is not open is ignored. */
    settle(id: number, outcome: Outcome): void {
      const settled = open.get(id);
      open.delete(id);
      settled?.(outcome);
    },
  };
}

export type OpenTasks = ReturnType<typeof createOpenTasks>;
