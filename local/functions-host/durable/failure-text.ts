import { z } from 'zod';
import { describeError } from '../log.ts';
import type { DecisionEvent, FailureDetails } from './history-events.ts';
import { EventType } from './history-events.ts';
import type { Decision } from './replay.ts';

/** How a failed task is told to the orchestrator that waits for it; the words are those of the real host. */
export interface TaskFailure {
  Reason: string | null;
  Details: string | null;
  FailureDetails: FailureDetails | null;
}

const exceptionProperties = z.object({
  errorType: z.string(),
  errorMessage: z.string(),
  isNonRetriable: z.boolean(),
  properties: z.record(z.string(), z.unknown()).nullish(),
  stackTrace: z.string().nullish(),
});

/**
 * What an activity threw. With `df.app.setExceptionPropertiesProvider` the library makes a JSON of the message, which becomes
 * `FailureDetails`; else the orchestrator gets a text, `Reason \n Details`.
 */
export function activityFailure(name: string, error: unknown): TaskFailure {
  const message = describeError(error);
  const details = readExceptionProperties(message);
  if (details) {
    const Reason = `Activity function '${name}' failed with an unhandled exception.`;
    return { Reason, Details: null, FailureDetails: details };
  }
  const stack = (error instanceof Error ? error.stack : undefined) ?? `Error: ${message}`;
  const Details = JSON.stringify({
    ClassName: 'System.Exception',
    Message: ` ${message}`,
    InnerException: {
      RemoteMessage: message,
      RemoteStackTrace: stack,
      Message: `Result: Failure\nException: ${message}\nStack: ${stack}`,
    },
  });
  return { Reason: `Activity function '${name}' failed:  ${message}`, Details, FailureDetails: null };
}

function readExceptionProperties(message: string): FailureDetails | undefined {
  if (!message.startsWith('{"errorType":')) return undefined;
  const parsed = exceptionProperties.safeParse(parseJson(message));
  if (!parsed.success) return undefined;
  const { errorType, errorMessage, isNonRetriable, properties, stackTrace } = parsed.data;
  return {
    ErrorType: errorType,
    ErrorMessage: errorMessage,
    StackTrace: stackTrace ?? null,
    InnerFailure: null,
    IsNonRetriable: isNonRetriable,
    Properties: (withNetDates(properties) as Record<string, unknown> | undefined) ?? null,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const ISO_DATE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d+?)0*Z$/;

/** .NET reads ISO times as dates on the way and writes them without closing zeros. */
function withNetDates(value: unknown): unknown {
  if (typeof value === 'string') {
    const [, seconds, fraction] = ISO_DATE.exec(value) ?? [];
    if (!seconds) return value;
    return Number(fraction) === 0 ? `${seconds}Z` : `${seconds}.${fraction}Z`;
  }
  if (Array.isArray(value)) return value.map(withNetDates);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withNetDates(member)]));
}

export function orchestratorFailure(name: string, error: string): string {
  return `Orchestrator function '${name}' failed: ${error}`;
}

/** Output of a failed instance: details, where there are some, are told instead of the reason. */
export function failureOutput(reason: string, details: FailureDetails | null): string {
  return details ? `${details.ErrorType}: ${details.ErrorMessage}` : reason;
}

export function subOrchestrationDetails(error: string): string {
  return `Message: ${error}, StackTrace: `;
}

export function unknownOrchestrator(name: string, known: readonly string[]): string {
  const names = known.map((one) => `'${one}'`).join(', ');
  return `Orchestrator function '${name}' failed: The function '${name}' doesn't exist, is disabled, or is not an orchestrator function. Additional info: The following are the known orchestrator functions: ${names}.`;
}

const ACTION_NAMES: Record<Decision['kind'], string> = {
  activity: 'ScheduleTaskOrchestratorAction',
  subOrchestration: 'CreateSubOrchestrationAction',
  timer: 'CreateTimerOrchestratorAction',
};

const ASKED = 'Was a change made to the orchestrator code after this instance had already started running?';
const DETECTED = 'Non-Deterministic workflow detected: A previous execution of this orchestration scheduled ';

/**
 * Why an event of the history does not fit what the orchestrator now does, or undefined when it does
 * (worded as the real host does, its double space and missing words included).
 * @param produced what now has the event's number
 */
export function nonDeterminism(event: DecisionEvent, produced: Decision | undefined): string | undefined {
  const id = event.EventId;
  const absent = `but the current replay execution hasn't (yet?) scheduled this task. ${ASKED}`;
  switch (event.EventType) {
    case EventType.TaskScheduled: {
      const numbered = `${DETECTED}an activity task with sequence number ${id} named '${event.Name}', but the current orchestration replay instead `;
      if (!produced) {
        return `${DETECTED}an activity task with sequence ID ${id} and name '${event.Name}' (version '${event.Version}'), ${absent}`;
      }
      if (produced.kind !== 'activity') {
        return `${numbered}produced a ${ACTION_NAMES[produced.kind]} action with this sequence number. ${ASKED}`;
      }
      if (sameName(event.Name, produced.name)) return undefined;
      return `${numbered}scheduled an activity task named '${produced.name}' with this sequence number.  ${ASKED}`;
    }
    case EventType.TimerCreated: {
      const timer = `${DETECTED}a timer task with sequence number ${id} `;
      if (!produced) return `${timer}${absent}`;
      if (produced.kind === 'timer') return undefined;
      return `${timer}named but the current orchestration replay instead produced a ${ACTION_NAMES[produced.kind]} action with this sequence number. ${ASKED}`;
    }
    case EventType.SubOrchestrationInstanceCreated: {
      const sub = `${DETECTED}a sub-orchestration task with sequence ID ${id} and name '${event.Name}' (version '${event.Version ?? ''}', instance ID '${event.InstanceId}'), but the current `;
      if (!produced) return `${sub}replay execution hasn't (yet?) scheduled this task. ${ASKED}`;
      if (produced.kind !== 'subOrchestration') {
        return `${sub}orchestration replay instead produced a ${ACTION_NAMES[produced.kind]} action at this sequence number. ${ASKED}`;
      }
      if (sameName(event.Name, produced.name)) return undefined;
      return `${sub}orchestration replay instead scheduled a sub-orchestration task with name ${produced.name} at this sequence number. ${ASKED}`;
    }
  }
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
