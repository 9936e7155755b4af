import { EventType, type ExecutionStarted, messageEvent } from './history-events.ts';
import type { InstanceRow, Parent } from './store.ts';

export interface NewInstance {
  key: number;
  name: string;
  instanceId: string;
  executionId: string;
  version: string | null;
  inputJson: string | null;
  parent: Parent | null;
  /** 0 unless it continues as new. */
  generation?: number;
  /** Milliseconds UTC. */
  now: number;
}

/** The row of an execution that begins, and the message that begins it. */
export function newInstance(given: NewInstance): { row: InstanceRow; started: ExecutionStarted } {
  const { key, name, instanceId, executionId, version, inputJson, parent, generation = 0, now } = given;
  const isClients = parent === null && generation === 0;
  const started = messageEvent(
    {
      OrchestrationInstance: { InstanceId: instanceId, ExecutionId: executionId },
      EventType: EventType.ExecutionStarted,
      ParentInstance: parent && {
        Name: parent.name,
        OrchestrationInstance: { InstanceId: parent.instanceId, ExecutionId: parent.executionId },
        TaskScheduleId: parent.taskId,
        Version: parent.version,
      },
      Name: name,
      Version: version,
      Input: inputJson,
      Tags: null,
      Correlation: null,
      ParentTraceContext: null,
      ScheduledStartTime: null,
      GenerateNewTrace: false,
      // Null where the real host leaves it out: in sub-orchestrations and after ContinueAsNew.
      Generation: isClients ? 0 : null,
    },
    now,
  ) as ExecutionStarted;
  const row: InstanceRow = {
    key,
    instanceId,
    executionId,
    generation,
    name,
    version,
    parent,
    status: 'Pending',
    inputJson,
    customStatusJson: null,
    outputJson: null,
    createdTime: now,
    lastUpdatedTime: now,
  };
  return { row, started };
}
