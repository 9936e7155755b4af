import { EventType, isoTime, type StoredEvent } from './history-events.ts';
import type { Action, OrchestratorState } from './orchestrator-state.ts';
import { type ReplayResult, replay } from './replay.ts';

export const START = Date.parse('2026-11-22T04:00:00Z');

/** An instance whose orchestrator answers the same at every episode, fed by hand. */
export function scenario(actions: Action[], answer: Partial<OrchestratorState> = { isDone: true }) {
  const events: StoredEvent[] = [];
  let now = START;
  let state: OrchestratorState = {
    isDone: false,
    actions,
    outputJson: '"done"',
    customStatusJson: null,
    error: undefined,
    failureDetails: null,
    ...answer,
  };
  const stamp = (EventId = -1) => ({ EventId, Timestamp: isoTime(now) });
  const run = () =>
    replay({
      name: 'o',
      executionId: 'E',
      events,
      state,
      isKnown: (_, name) => name !== 'unknown',
    });
  const told = {
    /** Runs an episode on the messages and stores what was decided. */
    episode(...messages: StoredEvent[]): ReplayResult {
      events.push({ EventType: EventType.OrchestratorStarted, ...stamp() }, ...messages);
      const result = run();
      for (const decision of result.decisions) events.push(decisionEvent(decision));
      events.push({ EventType: EventType.OrchestratorCompleted, ...stamp() });
      return result;
    },
    /** The same again, as after a restart. */
    replayed: run,
    begin: () => told.episode(started()),
    pass(ms: number) {
      now += ms;
    },
    answer(next: Partial<OrchestratorState>) {
      state = { ...state, ...next };
    },
    completed: (TaskScheduledId: number): StoredEvent => ({
      EventType: EventType.TaskCompleted,
      TaskScheduledId,
      Result: 'null',
      ...stamp(),
    }),
    failed: (TaskScheduledId: number, IsNonRetriable = false): StoredEvent => ({
      EventType: EventType.TaskFailed,
      TaskScheduledId,
      Reason: 'r',
      Details: 'd',
      FailureDetails: {
        ErrorType: 'E',
        ErrorMessage: 'm',
        StackTrace: null,
        InnerFailure: null,
        IsNonRetriable,
        Properties: null,
      },
      ...stamp(),
    }),
    fired: (TimerId: number): StoredEvent => ({
      EventType: EventType.TimerFired,
      TimerId,
      FireAt: isoTime(now),
      ...stamp(),
    }),
    raised: (Name: string): StoredEvent => ({
      EventType: EventType.EventRaised,
      Name,
      Input: '1',
      ParentTraceContext: null,
      ...stamp(),
    }),
    suspended: (Reason: string | null): StoredEvent => ({
      EventType: EventType.ExecutionSuspended,
      Reason,
      ...stamp(),
    }),
    resumed: (): StoredEvent => ({ EventType: EventType.ExecutionResumed, Reason: null, ...stamp() }),
    terminated: (Input: string | null): StoredEvent => ({
      EventType: EventType.ExecutionTerminated,
      Input,
      ...stamp(),
    }),
  };
  const started = (): StoredEvent => ({
    EventType: EventType.ExecutionStarted,
    OrchestrationInstance: { InstanceId: 'i', ExecutionId: 'E' },
    ParentInstance: null,
    Name: 'o',
    Version: null,
    Input: null,
    Generation: 0,
    GenerateNewTrace: false,
    Tags: null,
    Correlation: null,
    ParentTraceContext: null,
    ScheduledStartTime: null,
    ...stamp(),
  });
  const decisionEvent = (decision: ReplayResult['decisions'][number]): StoredEvent => {
    switch (decision.kind) {
      case 'activity':
        return {
          EventType: EventType.TaskScheduled,
          Name: decision.name,
          Version: '',
          Input: null,
          ParentTraceContext: null,
          Tags: null,
          ...stamp(decision.id),
        };
      case 'timer':
        return {
          EventType: EventType.TimerCreated,
          FireAt: isoTime(decision.fireAt),
          ...stamp(decision.id),
        };
      case 'subOrchestration':
        return {
          EventType: EventType.SubOrchestrationInstanceCreated,
          Name: decision.name,
          Version: decision.version ?? null,
          InstanceId: decision.instanceId,
          Input: null,
          ClientSpanId: null,
          Tags: null,
          ...stamp(decision.id),
        };
    }
  };
  return told;
}
