import { type Answer, empty, failure, invalidJson, refusal, withJson } from './http-api-answer.ts';
import { type ApiCall, readText } from './http-api-request.ts';
import { type ControlOutcome, isTerminal } from './task-hub.ts';

/**
 * POST `instances/ID/raiseEvent/NAME` (H:events). An empty body is refused, so that `raiseEvent(id, name)` of the SDK, which sends
 * one, fails here as it does in Azure.
 */
export async function raiseEvent(call: ApiCall, instanceId: string, name: string): Promise<Answer> {
  const status = await call.hub.status(instanceId);
  if (!status) return empty(404);
  if (isTerminal(status.runtimeStatus)) return empty(410);
  const mediaType = call.request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json')
    return refusal(400, { Message: 'Only application/json request content is supported' });
  const body = await readText(call.request);
  const wrong = invalidJson(body);
  if (wrong) return wrong;
  return answerTo(await call.hub.raiseEvent(instanceId, name, body));
}

export async function terminateInstance({ hub, query }: ApiCall, instanceId: string): Promise<Answer> {
  return answerTo(await hub.terminate(instanceId, query.text('reason') ?? null));
}

export async function suspendInstance(call: ApiCall, instanceId: string): Promise<Answer> {
  const outcome = await call.hub.suspend(instanceId, call.query.text('reason') ?? null);
  return outcome === 'unchanged' ? cannot(call, 'suspend', instanceId) : answerTo(outcome);
}

export async function resumeInstance(call: ApiCall, instanceId: string): Promise<Answer> {
  const outcome = await call.hub.resume(instanceId, call.query.text('reason') ?? null);
  return outcome === 'unchanged' ? cannot(call, 'resume', instanceId) : answerTo(outcome);
}

/** POST `instances/ID/rewind`: refused as the real host refuses it (H:control), and where that would rewind: not supported. */
export async function rewindInstance({ hub }: ApiCall, instanceId: string): Promise<Answer> {
  const status = await hub.status(instanceId);
  // The dollar sign is the real host's.
  if (!status) return withJson(404, `No orchestration with instance ID "$${instanceId}" found.`);
  if (status.runtimeStatus !== 'Failed') {
    return withJson(
      412,
      `This orchestration has status ${status.runtimeStatus}, but only orchestrations in the "Failed" state can be rewound.`,
    );
  }
  return withJson(501, 'not supported: rewind; start the instance again with restart');
}

function answerTo(outcome: ControlOutcome): Answer {
  switch (outcome) {
    case 'accepted':
    case 'unchanged':
      return empty(202);
    case 'missing':
      return empty(404);
    case 'finished':
      return empty(410);
  }
}

async function cannot({ hub }: ApiCall, what: string, instanceId: string): Promise<Answer> {
  const status = await hub.status(instanceId);
  return failure(
    `Cannot ${what} the orchestration instance ${instanceId} because instance is in the ${status?.runtimeStatus} state.`,
    'System.InvalidOperationException',
  );
}
