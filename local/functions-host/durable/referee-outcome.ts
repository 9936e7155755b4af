import type { Answered, Invocation } from './referee-host.ts';
import { normal } from './referee-normal.ts';
import type { Episode } from './referee-recordings.ts';

/** What both hosts are compared by. */
export interface Outcome {
  /** Answers to the driver, in order: status and body. */
  answers: unknown[];
  /** Invocations of orchestrators by instance, in order. */
  orchestrators: Record<string, unknown[]>;
  /** Activities by what they were given, since those side by side have no order. */
  activities: unknown[];
  finalStatus: Record<string, unknown>;
}

type Ran = Omit<Invocation, 'invocationId' | 'kind'> & { kind: string };

/** What the real host did. */
export function recordedOutcome({ driver, steps, finalStatus }: Episode): Outcome {
  const ran = steps.map(({ kind, function: name, input, output }) => ({
    kind,
    function: name,
    input: input.inputData[0]?.data ?? {},
    instanceId: input.triggerMetadata.instanceId?.string,
    output: output.result.exception
      ? { error: output.result.exception.message }
      : { returnValue: output.returnValue ?? null },
  }));
  return {
    answers: driver.map(({ response }) => comparable({ ...response, body: String(response.body) })),
    ...invoked(ran),
    finalStatus: Object.fromEntries(
      Object.entries(finalStatus).map(([id, status]) => [String(normal(id)), normal(status)]),
    ),
  };
}

/** Invocations in comparable form. */
export function invoked(invocations: Ran[]): Pick<Outcome, 'orchestrators' | 'activities'> {
  const orchestrators: Record<string, unknown[]> = {};
  const activities: unknown[] = [];
  for (const one of invocations) {
    const told = { function: one.function, input: normal(one.input), output: normal(one.output) };
    if (one.kind === 'activity') activities.push({ ...told, instanceId: normal(one.instanceId) });
    else if (one.kind === 'orchestrator') {
      const id = String(normal(one.instanceId));
      orchestrators[id] = [...(orchestrators[id] ?? []), told];
    }
  }
  const text = (value: unknown) => JSON.stringify(value);
  return { orchestrators, activities: activities.sort((a, b) => text(a).localeCompare(text(b))) };
}

/** An answer without .NET stack traces, and without what a JSON reader of .NET says of wrong JSON. */
export function comparable({ status, body }: Pick<Answered, 'status' | 'body'>): unknown {
  if (body === '') return { status };
  const { StackTrace: _, ...members } = asObject(JSON.parse(body));
  if (members.Message === 'Invalid JSON content') return { status, body: { Message: members.Message } };
  return { status, body: normal('value' in members ? members.value : members) };
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : { value };
}
