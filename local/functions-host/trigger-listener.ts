import type { Clock } from '../clock.ts';
import type { TaskHub } from './durable/task-hub.ts';
import type { HttpRouter } from './http/routes.ts';
import type { HostFunction, Invoke } from './invocation.ts';
import type { HostLog } from './log.ts';
import type { ServiceBusConnections } from './service-bus/connection.ts';
import type { AppSettings } from './settings/app-settings.ts';
import type { HostJson } from './settings/host-json.ts';

/** What the host offers to the listener of a trigger. */
export interface HostServices {
  clock: Clock;
  /** Folder that outlives the process. */
  dataFolder: string;
  /** Absent when the app has neither orchestration nor activity nor durable client. */
  durable?: { hub: TaskHub } | undefined;
  hostJson: HostJson;
  invoke: Invoke;
  log: HostLog;
  router: HttpRouter;
  serviceBus: ServiceBusConnections;
  settings: Pick<AppSettings, 'get' | 'resolve'>;
}

/** The listener of one function. */
export interface TriggerListener {
  /** Begins to invoke the function; may go on connecting after it has returned. */
  start(): Promise<void> | void;
  /** Takes no new work and resolves when what was taken is finished and settled. */
  stop(): Promise<void> | void;
  /** Runs the function now, outside its schedule; absent where a trigger has no such thing. */
  runNow?(): Promise<void>;
  /** For the list at the start: `[GET,POST] http://…`; absent: the trigger's type. */
  describe?(origin: string): string;
}

/**
 * Makes the listener of a function from the options of its trigger, without starting it.
 * @throws HostStartError when an option or a setting is missing or not supported: the start is stopped.
 * @throws FunctionInErrorError when only this function cannot run.
 */
export type TriggerListenerFactory = (fn: HostFunction, host: HostServices) => TriggerListener;

/** When one function cannot be served but the others can, as the real host does for route conflicts. */
export class FunctionInErrorError extends Error {
  override name = 'FunctionInErrorError';
}

/** A function of the app and what became of it. */
export interface LoadedTrigger {
  fn: HostFunction;
  /** Absent when the function is disabled or in error. */
  listener?: TriggerListener;
  /** Why it does not run: `disabled`, or what is wrong. */
  problem?: string;
}
