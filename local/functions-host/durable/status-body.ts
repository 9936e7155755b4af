import { EventType } from './history-events.ts';
import { type HistoryEvent, type InstanceStatus, RUNTIME_STATUSES } from './task-hub.ts';

/**
 * The JSON text that tells of one instance (H:status). The SDK demands that `input` and `output` are there; absent values
 * are null.
 * @param shown `history`: as `historyEvents` makes it; absent: the member is left out.
 */
export function statusBody(
  status: InstanceStatus,
  shown: { showInput: boolean; history?: unknown[] | undefined },
): string {
  // The values are JSON already: nothing is parsed to be written again.
  const members = [
    `"name":${JSON.stringify(status.name)}`,
    `"instanceId":${JSON.stringify(status.instanceId)}`,
    `"runtimeStatus":"${status.runtimeStatus}"`,
    `"input":${(shown.showInput ? status.inputJson : null) ?? 'null'}`,
    `"customStatus":${status.customStatusJson ?? 'null'}`,
    `"output":${status.outputJson ?? 'null'}`,
    `"createdTime":"${wholeSeconds(status.createdTime)}"`,
    `"lastUpdatedTime":"${wholeSeconds(status.lastUpdatedTime)}"`,
  ];
  if (shown.history) members.push(`"historyEvents":${JSON.stringify(shown.history)}`);
  return `{${members.join(',')}}`;
}

const wholeSeconds = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** Names by number. */
const EVENT_TYPES = new Map<number, string>(Object.entries(EventType).map(([name, code]) => [code, name]));

interface Shown {
  showInput: boolean;
  showOutput: boolean;
}

/** What was scheduled and how it ended is one entry: the kinds of both. */
const SCHEDULED_BY: Record<string, string> = {
  TaskCompleted: 'TaskScheduled',
  TaskFailed: 'TaskScheduled',
  SubOrchestrationInstanceCompleted: 'SubOrchestrationInstanceCreated',
  SubOrchestrationInstanceFailed: 'SubOrchestrationInstanceCreated',
};
const TAKES_INPUT = [
  'ExecutionStarted',
  'ExecutionTerminated',
  'EventRaised',
  ...Object.values(SCHEDULED_BY),
];
const HAS_RESULT = ['ExecutionCompleted', 'TaskCompleted', 'SubOrchestrationInstanceCompleted'];

/**
 * A stored history as GET `instances/ID?showHistory=true` tells it (H:status; `DurableClient.cs` of the extension): names for
 * numbers, no bookkeeping, and what was scheduled shown with its outcome or, until then, alone.
 */
export function historyEvents(history: readonly HistoryEvent[], shown: Shown): Record<string, unknown>[] {
  const typed = history.map((event) => ({ event, type: EVENT_TYPES.get(event.EventType) ?? 'GenericEvent' }));
  const scheduled = new Map<string, HistoryEvent>();
  for (const { event, type } of typed) scheduled.set(`${type} ${event.EventId}`, event);
  const ended = new Set<HistoryEvent>();
  const told = typed.flatMap(({ event, type }) => {
    if (type === 'OrchestratorStarted' || type === 'OrchestratorCompleted') return [];
    const origin = scheduled.get(`${SCHEDULED_BY[type]} ${event.TaskScheduledId}`);
    if (origin) ended.add(origin);
    return [{ event, entry: entryOf(event, type, origin, shown) }];
  });
  return told.filter(({ event }) => !ended.has(event)).map(({ entry }) => entry);
}

function entryOf(
  event: HistoryEvent,
  type: string,
  origin: HistoryEvent | undefined,
  { showInput, showOutput }: Shown,
): Record<string, unknown> {
  const { EventId: _, IsPlayed: _played, TaskScheduledId: _scheduled, TimerId: _timer, ...rest } = event;
  const entry: Record<string, unknown> = { ...rest, EventType: type };
  if (type === 'ExecutionStarted') {
    entry.FunctionName = entry.Name;
    for (const name of ['Name', 'OrchestrationInstance', 'ParentInstance', 'Tags']) delete entry[name];
  }
  if (type === 'ExecutionStarted' || Object.values(SCHEDULED_BY).includes(type)) delete entry.Version;
  if (type === 'ExecutionCompleted') entry.OrchestrationStatus = statusName(entry.OrchestrationStatus);
  if (HAS_RESULT.includes(type)) {
    if (showOutput) entry.Result = parsedOrText(entry.Result);
    else delete entry.Result;
  }
  if (origin) {
    entry.ScheduledTime = origin.Timestamp.replace(/Z$/, '+00:00');
    entry.FunctionName = origin.Name;
    if (showInput) entry.Input = origin.Input ?? null;
  }
  if (!showInput && TAKES_INPUT.includes(type)) delete entry.Input;
  return entry;
}

/** A result is JSON text, but that of a failed or terminated instance may be bare text. */
function parsedOrText(result: unknown): unknown {
  if (typeof result !== 'string') return result ?? null;
  try {
    return JSON.parse(result);
  } catch {
    return result;
  }
}

function statusName(status: unknown): unknown {
  return typeof status === 'number' ? (RUNTIME_STATUSES[status] ?? status) : status;
}
