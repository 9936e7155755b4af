import { type Answer, empty, withJson } from './http-api-answer.ts';
import type { ApiCall } from './http-api-request.ts';
import { historyEvents, statusBody } from './status-body.ts';
import { isTerminal, type RuntimeStatus } from './task-hub.ts';

/** Instances on one page at most, whatever `top` says. */
const LARGEST_PAGE = 1000;

/** GET `instances/ID` (H:status): 200 for a finished instance, 202 and where to ask again for another. */
export async function readInstance(call: ApiCall, instanceId: string): Promise<Answer> {
  const { hub, query, request, origin } = call;
  const status = await hub.status(instanceId);
  if (!status) return empty(404);
  const showInput = query.flag('showInput') ?? true;
  const showHistory = query.flag('showHistory') === true && status.runtimeStatus !== 'Pending';
  const history = showHistory ? await hub.history(instanceId) : undefined;
  const showOutput = query.flag('showHistoryOutput') ?? false;
  const json = statusBody(status, {
    showInput,
    history: history && historyEvents(history, { showInput, showOutput }),
  });
  if (status.runtimeStatus === 'Failed' && query.flag('returnInternalServerErrorOnFailure'))
    return { status: 500, json };
  if (isTerminal(status.runtimeStatus)) return { status: 200, json };
  return { status: 202, json, headers: { Location: `${origin}${request.url ?? ''}`, 'Retry-After': '5' } };
}

/** GET `instances` (H:list): one page; the header `x-ms-continuation-token` leads to the next. */
export async function listInstances({ hub, query, request }: ApiCall): Promise<Answer> {
  const top = query.number('top');
  const token = request.headers['x-ms-continuation-token'];
  const page = await hub.list({
    runtimeStatus: query.statuses('runtimeStatus'),
    createdFrom: query.time('createdTimeFrom'),
    createdTo: query.time('createdTimeTo'),
    instanceIdPrefix: query.text('instanceIdPrefix'),
    top: top !== undefined && top >= 1 ? Math.min(Math.trunc(top), LARGEST_PAGE) : undefined,
    continuationToken: typeof token === 'string' && token !== '' ? token : undefined,
  });
  const showInput = query.flag('showInput') ?? true;
  return {
    status: 200,
    json: `[${page.instances.map((status) => statusBody(status, { showInput })).join(',')}]`,
    headers: page.continuationToken ? { 'x-ms-continuation-token': page.continuationToken } : {},
  };
}

/** DELETE `instances/ID` (H:purge). */
export async function purgeInstance({ hub }: ApiCall, instanceId: string): Promise<Answer> {
  const outcome = await hub.purge(instanceId);
  if (outcome === 'missing') return empty(404);
  if (outcome === 'purged') return withJson(200, { instancesDeleted: 1 });
  const status = (await hub.status(instanceId))?.runtimeStatus;
  return withJson(
    412,
    `Only orchestrations in a terminal state can be purged, but the orchestration with instance ID ${instanceId} has status ${status}`,
  );
}

/**
 * DELETE `instances`. Statuses that are not terminal filter nothing: `runtimeStatus=Running` alone deletes all instances of the
 * time window, the running ones too (H:purge-by-status-and-unknown).
 */
export async function purgeInstances({ hub, query }: ApiCall): Promise<Answer> {
  const createdFrom = query.time('createdTimeFrom');
  if (createdFrom === undefined)
    return withJson(400, "Please provide value for 'createdTimeFrom' parameter.");
  const terminal: RuntimeStatus[] = (query.statuses('runtimeStatus') ?? []).filter(isTerminal);
  const instancesDeleted = await hub.purgeMany({
    createdFrom,
    createdTo: query.time('createdTimeTo'),
    runtimeStatus: terminal.length > 0 ? terminal : undefined,
  });
  return instancesDeleted === 0 ? empty(404) : withJson(200, { instancesDeleted });
}
