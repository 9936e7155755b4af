import { type Answer, invalidJson, refusal, withJson } from './http-api-answer.ts';
import { managementUrls } from './http-api-links.ts';
import { type ApiCall, readText } from './http-api-request.ts';
import { statusBody } from './status-body.ts';
import { InstanceExistsError } from './task-hub.ts';

/** Longest delay a timer of Node takes, in milliseconds. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/**
 * POST `orchestrators/NAME[/ID]`: starts an instance with the body as its input, read as JSON whatever the request calls it
 * (H:start).
 */
export async function startInstance(
  call: ApiCall,
  name: string,
  instanceId: string | undefined,
): Promise<Answer> {
  const { hub, query } = call;
  const body = await readText(call.request);
  const wrong = invalidJson(body);
  if (wrong && body.trim() !== '') return wrong;
  try {
    const started = await hub.start({
      name,
      instanceId,
      inputJson: body.trim() === '' ? null : body,
      version: query.text('version'),
    });
    return await linksOrOutcome(call, started.instanceId);
  } catch (error) {
    if (error instanceof InstanceExistsError) return refusal(409, { Message: error.message });
    throw error;
  }
}

/** POST `instances/ID/restart`: the same input again, under a new id unless told (H:control). */
export async function restartInstance(call: ApiCall, instanceId: string): Promise<Answer> {
  const { hub, query } = call;
  try {
    const started = await hub.restart(instanceId, query.flag('restartWithNewInstanceId') ?? true);
    if (started) return await linksOrOutcome(call, started.instanceId);
    return refusal(400, {
      Message: 'InstanceId does not match a valid orchestration instance.',
      ExceptionMessage: `No instance with ID '${instanceId}' was found. (Parameter 'instanceId')`,
      ExceptionType: 'System.ArgumentException',
    });
  } catch (error) {
    if (!(error instanceof InstanceExistsError)) throw error;
    return refusal(409, {
      Message: 'A non-terminal instance with this instance ID already exists.',
      ExceptionMessage: error.message,
      ExceptionType: 'DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException',
    });
  }
}

/**
 * With `timeout=` and `pollingInterval=`, both in seconds, the answer waits for the outcome: the bare output of a completed
 * instance, the status of another finished one. Without, or when the time is up: links.
 */
async function linksOrOutcome(call: ApiCall, instanceId: string): Promise<Answer> {
  const timeout = call.query.number('timeout');
  const interval = call.query.number('pollingInterval');
  if (timeout === undefined || interval === undefined) return links(call, instanceId);
  if (interval > timeout) {
    return refusal(400, {
      Message: `Total timeout ${timeout} should be bigger than retry timeout ${interval}`,
    });
  }
  const settled = await call.hub.settled(instanceId, Math.min(timeout * 1000, LONGEST_WAIT_MS));
  switch (settled?.runtimeStatus) {
    case 'Completed':
      return { status: 200, json: settled.outputJson ?? 'null' };
    case 'Failed':
    case 'Canceled':
    case 'Terminated':
      return { status: 200, json: statusBody(settled, { showInput: call.query.flag('showInput') ?? true }) };
    default:
      return links(call, instanceId);
  }
}

function links(call: ApiCall, instanceId: string): Answer {
  const { rewindPostUri: _, ...urls } = managementUrls(call, instanceId);
  return withJson(202, urls, { Location: urls.statusQueryGetUri, 'Retry-After': '10' });
}
