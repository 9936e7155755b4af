import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AccessKeys, isAuthorized } from '../http/keys.ts';
import { describeError, type HostLog } from '../log.ts';
import { type Answer, empty, failure, refusal, withJson, writeAnswer } from './http-api-answer.ts';
import {
  raiseEvent,
  resumeInstance,
  rewindInstance,
  suspendInstance,
  terminateInstance,
} from './http-api-control.ts';
import { listInstances, purgeInstance, purgeInstances, readInstance } from './http-api-instances.ts';
import { API_PATH, CONNECTION_NAME, RPC_PATH } from './http-api-links.ts';
import { ApiBodyTooLargeError, type ApiCall, queryOf } from './http-api-request.ts';
import { restartInstance, startInstance } from './http-api-start.ts';
import type { TaskHub } from './task-hub.ts';

export interface HttpApiOptions {
  /** Nothing while there is none: then the API is not there either. */
  hub(): TaskHub | undefined;
  hubName: string;
  keys: AccessKeys;
  enforceKeys: boolean;
  log: HostLog;
}

/**
 * The HTTP API of Durable Functions under `/runtime/webhooks/durabletask/`, and once more without key under `/durabletask/`,
 * for the SDK in this process. Routes, answers and wording are those recorded of the real host; entities and rewind are
 * refused with 501.
 * @returns answers a request; false when its path is not of this API.
 */
export function durableHttpApi(options: HttpApiOptions) {
  return (request: IncomingMessage, response: ServerResponse, path: string): boolean => {
    const rest = restAfter(API_PATH, path) ?? restAfter(RPC_PATH, path);
    const hub = options.hub();
    if (rest === undefined || !hub) return false;
    if (options.enforceKeys && under(API_PATH, path) && !isAuthorized(request, 'system', options.keys)) {
      request.resume();
      writeAnswer(response, { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } });
    } else void serve(request, response, rest, hub, options);
    return true;
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  hub: TaskHub,
  { hubName, keys, log }: HttpApiOptions,
): Promise<void> {
  const call: ApiCall = {
    hub,
    hubName,
    systemKey: keys.durabletask_extension,
    request,
    origin: `http://${request.headers.host ?? 'localhost'}`,
    query: queryOf(request.url ?? ''),
  };
  try {
    writeAnswer(response, await answerTo(call, path));
  } catch (error) {
    if (error instanceof ApiBodyTooLargeError) {
      writeAnswer(response, {
        ...refusal(413, { Message: error.message }),
        headers: { Connection: 'close' },
      });
    } else {
      log.write('error', 'durable', `${request.method} ${request.url} failed: ${describeError(error, true)}`);
      writeAnswer(response, failure(describeError(error), 'System.Exception'));
    }
  }
  // What is left of a body that nobody read.
  request.resume();
}

async function answerTo(call: ApiCall, path: string): Promise<Answer> {
  const segments = segmentsOf(path);
  const refused = segments && refuseOtherStore(call, segments);
  return refused ?? (segments && route(call, segments)) ?? empty(404);
}

/** The answer of the route, or nothing where none fits: a wrong method is "not found". */
function route(call: ApiCall, [kind, ...rest]: string[]): Promise<Answer> | Answer | undefined {
  const [first, second, third] = rest;
  const { method } = call.request;
  switch (`${method} ${kind?.toLowerCase()} ${rest.length}`) {
    case 'POST orchestrators 1':
    case 'POST orchestrators 2':
      return startInstance(call, first ?? '', second);
    case 'GET instances 0':
      return listInstances(call);
    case 'DELETE instances 0':
      return purgeInstances(call);
    case 'GET instances 1':
      return readInstance(call, first ?? '');
    case 'DELETE instances 1':
      return purgeInstance(call, first ?? '');
    case 'POST instances 2':
      return control(call, first ?? '', second ?? '');
    case 'POST instances 3':
      return second?.toLowerCase() === 'raiseevent' ? raiseEvent(call, first ?? '', third ?? '') : undefined;
  }
  if (kind?.toLowerCase() === 'entities' && rest.length <= 2)
    return withJson(501, { Message: 'not supported: entities' });
  return undefined;
}

function control(call: ApiCall, instanceId: string, operation: string): Promise<Answer> | undefined {
  switch (operation.toLowerCase()) {
    case 'terminate':
      return terminateInstance(call, instanceId);
    case 'suspend':
      return suspendInstance(call, instanceId);
    case 'resume':
      return resumeInstance(call, instanceId);
    case 'rewind':
      return rewindInstance(call, instanceId);
    case 'restart':
      return restartInstance(call, instanceId);
    default:
      return undefined;
  }
}

/** There is one task hub with one connection; of another hub nothing is known (H:start). */
function refuseOtherStore(
  { hubName, query, request }: ApiCall,
  [kind, ...rest]: string[],
): Answer | undefined {
  const connection = query.text('connection')?.trim() || CONNECTION_NAME;
  if (connection.toLowerCase() !== CONNECTION_NAME.toLowerCase()) {
    return failure(
      `Unable to resolve the Azure Storage connection named '${connection}'.`,
      'System.InvalidOperationException',
    );
  }
  const hub = query.text('taskHub')?.trim() || hubName;
  if (hub.toLowerCase() === hubName.toLowerCase()) return undefined;
  if (kind?.toLowerCase() === 'orchestrators')
    return refusal(501, { Message: `not supported: task hub ${hub}; this host runs ${hubName}` });
  return request.method === 'GET' && rest.length === 0 ? withJson(200, []) : empty(404);
}

/** Decoded as the extension does it: the whole path at once, `+` for a space too, so that `%2F` separates (H:start). */
function segmentsOf(path: string): string[] | undefined {
  try {
    const segments = decodeURIComponent(path.replaceAll('+', ' '))
      .replace(/^\/+|\/+$/g, '')
      .split('/');
    return segments.includes('') ? undefined : segments;
  } catch {
    return undefined;
  }
}

function restAfter(prefix: string, path: string): string | undefined {
  return under(prefix, path) ? path.slice(prefix.length) : undefined;
}

function under(prefix: string, path: string): boolean {
  return path.length > prefix.length && path.toLowerCase().startsWith(`${prefix}/`);
}
