import type { HttpFunctionOptions, InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import type { OrchestrationStart, Orchestrations } from '../../shared/ports/orchestrations.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import { activeTrace } from '../../shared/telemetry/spans.ts';

/** What a function has to be registered with to ask `orchestrationsOf`. */
export const WITH_ORCHESTRATIONS = { extraInputs: [df.input.durableClient()] } satisfies Pick<
  HttpFunctionOptions,
  'extraInputs'
>;

/**
 * The orchestrations of the task hub, by the durable client of an invocation. Its calls throw {StoreUnavailable} when
 * the host does not take them.
 */
export function orchestrationsOf(context: InvocationContext): Orchestrations {
  const client = df.getClient(context);
  return {
    start: (start) => startUnlessRunning(client, inTrace(start)),
    raise: async (instanceId, eventName, data) => {
      const name = await nameOf(instanceId);
      await refused(client.raiseEvent(name, eventName, data), isNobodyWaiting);
    },
  };
}

/** A promise's orchestration goes on in the trace of what starts it. */
function inTrace(start: OrchestrationStart): OrchestrationStart {
  const trace = activeTrace();
  if (!trace) return start;
  if (start.name === 'allocateLine') return { ...start, input: { ...start.input, trace } };
  return start.name === 'allocateOrder' ? { ...start, input: { ...start.input, trace } } : start;
}

/** "Instance IDs must be between 1 and 100 characters" (Durable Functions, manage instances); not every backend keeps more. */
const LONGEST_NAME = 100;
const KEPT_OF_LONGER = 35;

/** A longer one is named by how it begins, and the SHA-256 of all of it. */
async function nameOf(instanceId: string): Promise<string> {
  if (instanceId.length <= LONGEST_NAME) return instanceId;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(instanceId));
  return `${instanceId.slice(0, KEPT_OF_LONGER)}~${Buffer.from(digest).toString('hex')}`;
}

async function startUnlessRunning(
  client: df.DurableClient,
  { name, instanceId, input }: OrchestrationStart,
): Promise<void> {
  await refused(client.startNew(name, { instanceId: await nameOf(instanceId), input }), isRunning);
}

/** The client tells a refusal in its message only (durable-functions 3.5, DurableClient.createGenericError). */
async function refused(call: Promise<unknown>, isExpected: (message: string) => boolean): Promise<void> {
  try {
    await call;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!isExpected(message))
      throw new StoreUnavailable(`Durable Functions: ${message}`, undefined, { cause: error });
  }
}

function isRunning(message: string): boolean {
  return message.includes('unexpected status code: 409');
}

/** 410, the instance has ended, is no error to the client; 404 is. */
function isNobodyWaiting(message: string): boolean {
  return /^No instance with ID '.*' found\.$/.test(message);
}
