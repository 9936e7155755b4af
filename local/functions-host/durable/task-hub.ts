/**
 * The instances of one function app's orchestrations: what the HTTP API (`http-api.ts`) asks of the engine. All texts
 * called JSON are serialised already; times are milliseconds UTC.
 */
export interface TaskHub {
  /**
   * Creates an instance; it is durable when this resolves. The name of an orchestrator that does not exist is taken
   * too: that instance fails with its first episode (H:start). A finished instance of the id is overwritten.
   * @throws InstanceExistsError when one of that id is not in a terminal state
   */
  start(request: StartRequest): Promise<InstanceStatus>;
  status(instanceId: string): Promise<InstanceStatus | undefined>;
  /** The stored history in the shape of section 8.2 of the protocol page, oldest first. */
  history(instanceId: string): Promise<HistoryEvent[] | undefined>;
  list(filter: InstanceFilter): Promise<InstancePage>;
  raiseEvent(instanceId: string, name: string, inputJson: string): Promise<ControlOutcome>;
  /** @param reason null when none was given */
  terminate(instanceId: string, reason: string | null): Promise<ControlOutcome>;
  suspend(instanceId: string, reason: string | null): Promise<ControlOutcome>;
  resume(instanceId: string, reason: string | null): Promise<ControlOutcome>;
  /** Starts the input of an instance once more. @throws InstanceExistsError when the same id is asked for and still runs */
  restart(instanceId: string, withNewInstanceId: boolean): Promise<InstanceStatus | undefined>;
  /** `not-terminal`: only finished instances are purged one by one. */
  purge(instanceId: string): Promise<'purged' | 'missing' | 'not-terminal'>;
  /** Purges what the filter names, whatever its state, and answers how many. */
  purgeMany(filter: Pick<InstanceFilter, 'createdFrom' | 'createdTo' | 'runtimeStatus'>): Promise<number>;
  /** Resolves with the status once it is terminal, or with the latest after `timeoutMs`. */
  settled(instanceId: string, timeoutMs: number): Promise<InstanceStatus | undefined>;
}

export interface StartRequest {
  name: string;
  /** Absent: 32 hex digits are drawn. */
  instanceId?: string | undefined;
  inputJson: string | null;
  version?: string | undefined;
}

export const RUNTIME_STATUSES = [
  'Running',
  'Completed',
  'ContinuedAsNew',
  'Failed',
  'Canceled',
  'Terminated',
  'Pending',
  'Suspended',
] as const;

export type RuntimeStatus = (typeof RUNTIME_STATUSES)[number];

/** True when an instance of that status does nothing any more. */
export function isTerminal(status: RuntimeStatus): boolean {
  return ['Completed', 'Failed', 'Canceled', 'Terminated'].includes(status);
}

export interface InstanceStatus {
  name: string;
  instanceId: string;
  executionId: string;
  runtimeStatus: RuntimeStatus;
  inputJson: string | null;
  customStatusJson: string | null;
  outputJson: string | null;
  createdTime: number;
  lastUpdatedTime: number;
}

/** One event of a history; its members are those of section 8.2 of the protocol page. */
export type HistoryEvent = { EventType: number; EventId: number; Timestamp: string } & Record<
  string,
  unknown
>;

export interface InstanceFilter {
  runtimeStatus?: readonly RuntimeStatus[] | undefined;
  createdFrom?: number | undefined;
  createdTo?: number | undefined;
  instanceIdPrefix?: string | undefined;
  /** At most this many; absent: 100. */
  top?: number | undefined;
  continuationToken?: string | undefined;
}

export interface InstancePage {
  instances: InstanceStatus[];
  continuationToken?: string;
}

/** `unchanged`: suspending a suspended, resuming a running instance, which the real host answers with 500. */
export type ControlOutcome = 'accepted' | 'missing' | 'finished' | 'unchanged';

/** When an instance of that id exists and is not finished. */
export class InstanceExistsError extends Error {
  override name = 'InstanceExistsError';
  readonly runtimeStatus: RuntimeStatus;

  constructor(runtimeStatus: RuntimeStatus) {
    super(`An Orchestration instance with the status ${runtimeStatus} already exists.`);
    this.runtimeStatus = runtimeStatus;
  }
}
