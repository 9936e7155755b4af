import { OK, type Settled } from './open-tasks.ts';

/** The external events of one orchestration by name, without case. */
export function createExternalEvents() {
  const waiters = new Map<string, Settled[]>();
  const kept = new Map<string, number>();

  return {
    wait(eventName: string, settled: Settled): void {
      const name = eventName.toLowerCase();
      const left = kept.get(name) ?? 0;
      if (left > 0) {
        kept.set(name, left - 1);
        settled(OK);
      } else waiters.set(name, [...(waiters.get(name) ?? []), settled]);
    },
    /** To the waiter that came last, as the host has it; without one it is kept. */
    raise(eventName: string): void {
      const name = eventName.toLowerCase();
      const settled = waiters.get(name)?.pop();
      if (settled) settled(OK);
      else kept.set(name, (kept.get(name) ?? 0) + 1);
    },
  };
}
