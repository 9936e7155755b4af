/** Codes of history events (`DT: History/EventType.cs`); this host makes those that `StoredEvent` has. */
export const EventType = {
  ExecutionStarted: 0,
  ExecutionCompleted: 1,
  ExecutionFailed: 2,
  ExecutionTerminated: 3,
  TaskScheduled: 4,
  TaskCompleted: 5,
  TaskFailed: 6,
  SubOrchestrationInstanceCreated: 7,
  SubOrchestrationInstanceCompleted: 8,
  SubOrchestrationInstanceFailed: 9,
  TimerCreated: 10,
  TimerFired: 11,
  OrchestratorStarted: 12,
  OrchestratorCompleted: 13,
  EventSent: 14,
  EventRaised: 15,
  ContinueAsNew: 16,
  GenericEvent: 17,
  HistoryState: 18,
  ExecutionSuspended: 19,
  ExecutionResumed: 20,
  ExecutionRewound: 21,
} as const;

type Event<Type extends number, Members = unknown> = {
  EventType: Type;
  /** Sequence number of a decision, -1 of everything else. */
  EventId: number;
  /** ISO time, UTC. */
  Timestamp: string;
} & Members;

/** Members that the real host sends without ever filling them here. */
type Absent<Names extends string> = Record<Names, null>;

/** The orchestration that waits for a sub-orchestration, as the wire names it. */
export type ParentInstance = {
  Name: string;
  OrchestrationInstance: { InstanceId: string; ExecutionId: string };
  TaskScheduleId: number;
  Version: string | null;
};

/** `FailureDetails` on the wire; `InnerFailure` is always null here. */
export type FailureDetails = {
  ErrorType: string;
  ErrorMessage: string;
  StackTrace: string | null;
  InnerFailure: unknown;
  IsNonRetriable: boolean;
  Properties: Record<string, unknown> | null;
};

export type ExecutionStarted = Event<
  0,
  {
    OrchestrationInstance: { InstanceId: string; ExecutionId: string };
    ParentInstance: ParentInstance | null;
    Name: string;
    Version: string | null;
    /** JSON. */
    Input: string | null;
    Generation: number | null;
    GenerateNewTrace: false;
  } & Absent<'Tags' | 'Correlation' | 'ParentTraceContext' | 'ScheduledStartTime'>
>;
export type ExecutionCompleted = Event<
  1,
  { OrchestrationStatus: string; Result: string | null; FailureDetails: FailureDetails | null }
>;
export type ExecutionTerminated = Event<3, { Input: string | null }>;
export type TaskScheduled = Event<
  4,
  { Name: string; Version: '' } & Absent<'Input' | 'ParentTraceContext' | 'Tags'>
>;
export type TaskCompleted = Event<5, { TaskScheduledId: number; Result: string }>;
type Failure = {
  TaskScheduledId: number;
  Reason: string | null;
  Details: string | null;
  FailureDetails: FailureDetails | null;
};
export type TaskFailed = Event<6, Failure>;
export type SubOrchestrationInstanceCreated = Event<
  7,
  { Name: string; Version: string | null; InstanceId: string } & Absent<'Input' | 'ClientSpanId' | 'Tags'>
>;
export type SubOrchestrationInstanceCompleted = Event<8, { TaskScheduledId: number; Result: string | null }>;
export type SubOrchestrationInstanceFailed = Event<9, Failure>;
export type TimerCreated = Event<10, { FireAt: string }>;
export type TimerFired = Event<11, { TimerId: number; FireAt: string }>;
export type OrchestratorStarted = Event<12>;
export type OrchestratorCompleted = Event<13>;
export type EventRaised = Event<15, { Name: string; Input: string } & Absent<'ParentTraceContext'>>;
export type ExecutionSuspended = Event<19, { Reason: string | null }>;
export type ExecutionResumed = Event<20, { Reason: string | null }>;

/** What comes to an instance from outside and waits in its inbox for the next episode. */
export type MessageEvent =
  | ExecutionStarted
  | ExecutionTerminated
  | TaskCompleted
  | TaskFailed
  | SubOrchestrationInstanceCompleted
  | SubOrchestrationInstanceFailed
  | TimerFired
  | EventRaised
  | ExecutionSuspended
  | ExecutionResumed;

export type DecisionEvent = TaskScheduled | SubOrchestrationInstanceCreated | TimerCreated;

export type StoredEvent =
  | MessageEvent
  | DecisionEvent
  | ExecutionCompleted
  | OrchestratorStarted
  | OrchestratorCompleted;

/** `DistributiveOmit`, since a plain `Omit` would melt the members of the union into one. */
type Without<T, Key extends PropertyKey> = T extends unknown ? Omit<T, Key> : never;
/** A message as its sender writes it. */
export type NewMessage = Without<MessageEvent, 'EventId' | 'Timestamp'>;

/** @param at milliseconds UTC */
export function messageEvent(message: NewMessage, at: number): MessageEvent {
  return { ...message, EventId: -1, Timestamp: isoTime(at) } as MessageEvent;
}

export function orchestratorStarted(at: number): OrchestratorStarted {
  return { EventType: EventType.OrchestratorStarted, EventId: -1, Timestamp: isoTime(at) };
}

export function orchestratorCompleted(at: number): OrchestratorCompleted {
  return { EventType: EventType.OrchestratorCompleted, EventId: -1, Timestamp: isoTime(at) };
}

/** @param ms milliseconds UTC */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** An event as JSON but for its end, so that it is serialised once and `IsPlayed` can be said twice: false when it is new, then for good. */
export type OpenText = string;

export function openText(event: StoredEvent): OpenText {
  return JSON.stringify(event).slice(0, -1);
}

export function asNew(text: OpenText): string {
  return `${text},"IsPlayed":false}`;
}

export function asPlayed(text: OpenText): string {
  return `${text},"IsPlayed":true}`;
}
