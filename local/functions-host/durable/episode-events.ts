import { subOrchestrationDetails } from './failure-text.ts';
import { EventType, isoTime, type MessageEvent, messageEvent, type StoredEvent } from './history-events.ts';
import type { Completion, Decision } from './replay.ts';

/** The event of a decision that is stored. @param at milliseconds UTC */
export function decisionEvent(
  decision: Decision,
  at: number,
  defaultVersion: string | undefined,
): StoredEvent {
  const common = { EventId: decision.id, Timestamp: isoTime(at) };
  switch (decision.kind) {
    case 'activity':
      return {
        EventType: EventType.TaskScheduled,
        Name: decision.name,
        Version: '',
        Input: null,
        ParentTraceContext: null,
        Tags: null,
        ...common,
      };
    case 'timer':
      return { EventType: EventType.TimerCreated, FireAt: isoTime(decision.fireAt), ...common };
    case 'subOrchestration':
      return {
        EventType: EventType.SubOrchestrationInstanceCreated,
        Name: decision.name,
        Version: decision.version ?? defaultVersion ?? null,
        InstanceId: decision.instanceId,
        Input: null,
        ClientSpanId: null,
        Tags: null,
        ...common,
      };
  }
}

/** The event of the end of an execution. @param at milliseconds UTC */
export function completedEvent(completion: Completion, at: number): StoredEvent {
  return {
    EventType: EventType.ExecutionCompleted,
    OrchestrationStatus: completion.status,
    Result: resultOf(completion),
    FailureDetails: completion.status === 'Failed' ? completion.failureDetails : null,
    EventId: completion.id,
    Timestamp: isoTime(at),
  };
}

function resultOf(completion: Completion): string | null {
  switch (completion.status) {
    case 'Completed':
      return completion.outputJson;
    case 'Failed':
    case 'Terminated':
      return completion.reason;
    case 'ContinuedAsNew':
      return completion.inputJson;
  }
}

/** What the orchestration that waits is told; nothing when the sub-orchestration goes on as new. @param at milliseconds UTC */
export function answerToParent(taskId: number, completion: Completion, at: number): MessageEvent | undefined {
  const failed = EventType.SubOrchestrationInstanceFailed;
  const task = { TaskScheduledId: taskId };
  switch (completion.status) {
    case 'Completed':
      return messageEvent(
        {
          EventType: EventType.SubOrchestrationInstanceCompleted,
          ...task,
          Result: completion.outputJson,
        },
        at,
      );
    case 'Failed': {
      const FailureDetails = completion.failureDetails;
      const Details = FailureDetails ? null : subOrchestrationDetails(completion.error);
      return messageEvent(
        { EventType: failed, ...task, Reason: completion.reason, Details, FailureDetails },
        at,
      );
    }
    case 'Terminated':
      return messageEvent(
        { EventType: failed, ...task, Reason: completion.reason, Details: null, FailureDetails: null },
        at,
      );
    case 'ContinuedAsNew':
      return undefined;
  }
}
