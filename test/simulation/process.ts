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
  readonly runtime: Runtime;
};

export function startProcess(world: World, name: string): Process {
  let alive = true;
  const chance = world.chance.stream(name);
  const later = (ms: number, what: string, work: () => void) =>
    world.schedule(ms, what, () => {
      if (alive) work();
    });
  return {
    name,
    isAlive: () => alive,
    kill: () => {
      alive = false;
    },
    runtime: {
      now: world.now,
      random: () => chance.next(),
      sleep: (ms) => new Promise((resolve) => later(ms, `${name} wakes`, resolve)),
      within: (work, ms) =>
        new Promise((resolve, reject) => {
          const cancel = later(ms, `${name} waits no longer`, () => resolve(undefined));
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
