import type { Runtime } from '../../shared/ports/runtime.ts';
import type { World } from './world.ts';

/**
 * One life of a process: when it ends, whatever runs in it stops where it is. Its timers do not fire and its calls are never
 * answered, as those of a killed process; what was asked of others by then is done.
 */
export type Process = {
  readonly name: string;
  isAlive(): boolean;
  kill(): void;
  /** Called once when it is killed, unless taken back by `offEnd`. */
  onEnd(listener: () => void): void;
  offEnd(listener: () => void): void;
  /** Does something after so many milliseconds, if it lives then. Answers how to take it back. */
  after(ms: number, what: string, work: () => void): () => void;
  readonly runtime: Runtime;
};

export function startProcess(world: World, name: string, onEnd?: () => void): Process {
  let alive = true;
  const listeners = new Set(onEnd ? [onEnd] : []);
  const chance = world.chance.stream(`${name} since ${world.now()}`);
  const after = (ms: number, what: string, work: () => void) =>
    world.schedule(ms, what, () => {
      if (alive) work();
    });
  return {
    name,
    isAlive: () => alive,
    kill() {
      if (!alive) return;
      alive = false;
      for (const listener of listeners) listener();
    },
    onEnd: (listener) => listeners.add(listener),
    offEnd: (listener) => listeners.delete(listener),
    after,
    runtime: {
      now: world.now,
      random: () => chance.next(),
      sleep: (ms) =>
        new Promise((resolve) => {
          after(ms, `${name} wakes`, resolve);
        }),
      within: (work, ms) =>
        new Promise((resolve, reject) => {
          const cancel = after(ms, `${name} waits no longer`, () => resolve(undefined));
          work.then(
            (result) => {
              cancel();
              resolve(result);
            },
            (error) => {
              cancel();
              reject(error);
            },
          );
        }),
    },
  };
}
