import type { Clock } from '../clock.ts';
import type { HostFunction, Invoke } from '../invocation.ts';
import type { HostLog } from '../log.ts';
import type { HostJson } from '../settings/host-json.ts';
import type { TaskHub } from './task-hub.ts';

/** What the engine takes from the host. */
export interface EngineServices {
  clock: Clock;
  /** Folder that outlives the process. */
  dataFolder: string;
  /** The enabled functions of the app; those with an orchestration or activity trigger are run. */
  functions: readonly HostFunction[];
  hostJson: HostJson;
  invoke: Invoke;
  log: HostLog;
}

export interface DurableEngine {
  hub: TaskHub;
  /** Goes on with what the last run of the host left unfinished. */
  start(): void;
  /** Takes no new work and resolves when episodes and activities in hand have ended and are stored. */
  stop(): Promise<void>;
}

/** The engine of Durable Functions: instances, their histories and what is under way for them. */
export function createTaskHub(_services: EngineServices): DurableEngine {
  const absent = () => Promise.reject(new Error('not supported: Durable Functions'));
  const hub: TaskHub = {
    start: absent,
    status: absent,
    history: absent,
    list: absent,
    raiseEvent: absent,
    terminate: absent,
    suspend: absent,
    resume: absent,
    restart: absent,
    purge: absent,
    purgeMany: absent,
    settled: absent,
  };
  return { hub, start() {}, async stop() {} };
}
