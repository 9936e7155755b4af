import type { HostFunction, Invoke } from '../invocation.ts';
import type { HostLog } from '../log.ts';
import type { RpcInvocationResponse, RpcTypedData } from '../rpc.ts';
import { activityFailure, type TaskFailure } from './failure-text.ts';
import { createInHand } from './in-hand.ts';
import type { ActivityRow } from './store.ts';
import { abandonTurn } from './turn.ts';

export interface ActivityTask extends ActivityRow {
  instanceId: string;
}

export type ActivityOutcome = { resultJson: string } | { failure: TaskFailure };

export interface ActivityServices {
  invoke: Invoke;
  /** By name in lower case. */
  functions: ReadonlyMap<string, HostFunction>;
  log: HostLog;
  maxConcurrent: number;
  onOutcome(task: ActivityTask, outcome: ActivityOutcome): void;
}

/** Runs activities, first come first served, so many at a time. What is not begun when the host stops is begun by the next one. */
export function createActivityRunner(services: ActivityServices) {
  const waiting = new Set<ActivityTask>();
  const inHand = createInHand();
  let isStopped = false;

  const runOne = async (task: ActivityTask, fn: HostFunction) => {
    inHand.begin();
    const outcome = await runActivity(task, fn, services.invoke);
    inHand.end();
    services.onOutcome(task, outcome);
    fill();
  };

  const fill = () => {
    for (const task of waiting) {
      if (isStopped || inHand.count() >= services.maxConcurrent) return;
      waiting.delete(task);
      const fn = services.functions.get(task.name.toLowerCase());
      if (fn) runOne(task, fn).catch(abandonTurn);
      else {
        services.log.write(
          'error',
          'durable',
          `the activity '${task.name}' that instance ${task.instanceId} waits for is gone from the app; it is tried again at the next start`,
        );
      }
    }
  };

  return {
    add(task: ActivityTask): void {
      waiting.add(task);
      fill();
    },
    /** Begins no more and resolves when those in hand have ended. */
    stop(): Promise<void> {
      isStopped = true;
      return inHand.idle();
    },
  };
}

async function runActivity(task: ActivityTask, fn: HostFunction, invoke: Invoke): Promise<ActivityOutcome> {
  try {
    const response = await invoke(fn, activityInput(task, fn.triggerKey));
    return { resultJson: activityResult(response) };
  } catch (error) {
    return { failure: activityFailure(task.name, error) };
  }
}

/**
 * Trigger data and metadata of an activity, with the real host's surprises: null arrives as nothing, a bare boolean as the text `True` or `False`
 * (section 8.5 of the protocol page).
 */
export function activityInput(task: Pick<ActivityTask, 'inputJson' | 'instanceId'>, triggerKey: string) {
  const triggerMetadata: Record<string, RpcTypedData> = { instanceId: { string: task.instanceId } };
  if (task.inputJson === null) return { data: {}, triggerMetadata };
  const value: unknown = JSON.parse(task.inputJson);
  const data = { string: triggerText(value, task.inputJson) };
  triggerMetadata[triggerKey] = data;
  triggerMetadata.data = { json: task.inputJson };
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [name, member] of Object.entries(value)) triggerMetadata[name] ??= metadataOf(member);
  }
  return { data, triggerMetadata };
}

/** Strings come from the library in JSON already; numbers and booleans take .NET's form. */
function triggerText(value: unknown, json: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return json.toUpperCase();
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return json;
}

function metadataOf(member: unknown): RpcTypedData {
  if (member === null || member === undefined) return {};
  if (typeof member === 'object') return { json: JSON.stringify(member) };
  return { string: triggerText(member, JSON.stringify(member)) };
}

const GREATEST_INT64 = 2 ** 63;

/** The result as JSON: bytes become base64, integers are cut to 64 bits. */
export function activityResult({ returnValue }: RpcInvocationResponse): string {
  if (returnValue?.string !== undefined) return JSON.stringify(returnValue.string);
  if (returnValue?.json !== undefined) return returnValue.json;
  if (returnValue?.bytes) return JSON.stringify(Buffer.from(returnValue.bytes).toString('base64'));
  if (returnValue?.int !== undefined) {
    if (returnValue.int >= GREATEST_INT64) return '9223372036854775807';
    if (returnValue.int <= -GREATEST_INT64) return '-9223372036854775808';
    return JSON.stringify(returnValue.int);
  }
  return JSON.stringify(returnValue?.double ?? null);
}
