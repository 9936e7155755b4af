import { type BatchMode, parseBatch, runBatch } from './batch.ts';
import type { Container } from './catalog.ts';
import { readChangeFeed } from './change-feed.ts';
import { inTransaction } from './database-file.ts';
import { methodNotAllowed } from './database-requests.ts';
import { badRequest } from './errors.ts';
import { type Answer, flagOf, headerOf, jsonBody, type Request } from './exchange.ts';
import { listItems } from './item-feed.ts';
import {
  type Conditions,
  createItem,
  type Draft,
  deleteItem,
  draftOf,
  type ItemResult,
  patchItem,
  readItem,
  replaceItem,
  upsertItem,
} from './items.ts';
import { type PartitionKey, parseFullPartitionKey, rangeOf } from './partition-key.ts';
import { rangeById } from './partition-scope.ts';
import { parsePatch } from './patch.ts';
import { compileCondition } from './query/condition.ts';
import { handleQuery, handleQueryPlan } from './query/query-requests.ts';
import { itemNumber } from './resource-ids.ts';
import type { Service } from './service.ts';

/** `/dbs/{id}/colls/{id}/docs` and `…/docs/{id}`: everything done with items. */
export function handleItems(service: Service, request: Request): Answer {
  const [, database = '', , name = '', , id] = request.segments;
  const container = service.catalog.container(database, name);
  service.throttle.admit(container.definition.id, request.method);
  const result =
    id === undefined ? handleFeed(service, request, container) : handleItem(service, request, container, id);
  service.throttle.spend(container.definition.id, result.charge);
  return result;
}

function handleFeed(service: Service, request: Request, container: Container): Answer {
  if (request.method === 'GET') {
    const feed = headerOf(request, 'a-im') === undefined ? listItems : readChangeFeed;
    return feed(container, request, service.now());
  }
  if (request.method !== 'POST') throw methodNotAllowed(request);
  if (flagOf(request, 'x-ms-cosmos-is-query-plan-request')) return handleQueryPlan(container, request);
  if (flagOf(request, 'x-ms-documentdb-isquery')) return handleQuery(container, request, service.now());
  if (flagOf(request, 'x-ms-cosmos-is-batch-request')) return handleBatch(service, request, container);
  const key = keyOf(request, container);
  const draft = draftIn(request);
  const at = service.now();
  if (flagOf(request, 'x-ms-documentdb-is-upsert')) {
    return write(service, container, key, 'Upsert', () =>
      upsertItem(container, key, draft, conditionsOf(request), at),
    );
  }
  return write(service, container, key, 'Create', () => createItem(container, key, draft, at));
}

function handleItem(service: Service, request: Request, container: Container, name: string): Answer {
  const key = keyOf(request, container);
  if (key === undefined) throw badRequest('The header x-ms-documentdb-partitionkey is missing');
  const at = service.now();
  const id = idOf(container, name, key, at);
  const conditions = conditionsOf(request);
  switch (request.method) {
    case 'GET':
      return toAnswer(container, key, 'Read', readItem(container, key, id, conditions, at));
    case 'PUT': {
      const draft = draftIn(request);
      return write(service, container, key, 'Replace', () =>
        replaceItem(container, key, id, draft, conditions, at),
      );
    }
    case 'PATCH': {
      const patch = parsePatch(jsonBody(request), compileCondition);
      return write(service, container, key, 'Patch', () =>
        patchItem(container, key, id, patch, conditions, at),
      );
    }
    case 'DELETE':
      return write(service, container, key, 'Delete', () => deleteItem(container, key, id, conditions, at));
    default:
      throw methodNotAllowed(request);
  }
}

function handleBatch(service: Service, request: Request, container: Container): Answer {
  const operations = parseBatch(jsonBody(request));
  const minimal = headerOf(request, 'prefer') === 'return=minimal';
  const mode = batchMode(request, container, minimal);
  const result = runBatch(service.file, container, operations, mode, service.now());
  const range = mode.atomic ? rangeOf(mode.key.effective) : mode.range;
  return {
    status: result.succeeded ? 200 : 207,
    body: result.body,
    headers: sessionHeaders(container, range.id),
    charge: result.charge,
    operation: mode.atomic ? 'Batch' : 'Bulk',
    operations: result.operations,
  };
}

function batchMode(request: Request, container: Container, minimal: boolean): BatchMode {
  if (flagOf(request, 'x-ms-cosmos-batch-atomic')) {
    const key = keyOf(request, container);
    if (key === undefined)
      throw badRequest('The header x-ms-documentdb-partitionkey of the batch is missing');
    return { atomic: true, key, minimal };
  }
  const range = rangeById(headerOf(request, 'x-ms-documentdb-partitionkeyrangeid') ?? '');
  const continueOnError = headerOf(request, 'x-ms-cosmos-batch-continue-on-error')?.toLowerCase() !== 'false';
  return { atomic: false, range, minimal, continueOnError };
}

function keyOf(request: Request, container: Container): PartitionKey | undefined {
  const header = headerOf(request, 'x-ms-documentdb-partitionkey');
  return header === undefined ? undefined : parseFullPartitionKey(header, container.definition.partitionKey);
}

/** Items are addressed by id, or by rid as `_self` links do. */
function idOf(container: Container, name: string, key: PartitionKey, at: number): string {
  const number = itemNumber(name, container.database.number, container.number);
  if (number === undefined || container.items.findBody(key, name, at) !== undefined) return name;
  return container.items.findNumber(number, at)?.id ?? name;
}

function draftIn(request: Request): Draft {
  return draftOf(jsonBody(request), request.body);
}

function conditionsOf(request: Request): Conditions {
  return { ifMatch: headerOf(request, 'if-match'), ifNoneMatch: headerOf(request, 'if-none-match') };
}

function write(
  service: Service,
  container: Container,
  key: PartitionKey | undefined,
  operation: string,
  work: () => ItemResult,
): Answer {
  container.items.reserveLsns(1);
  return toAnswer(container, key, operation, inTransaction(service.file, work));
}

function toAnswer(
  container: Container,
  key: PartitionKey | undefined,
  operation: string,
  result: ItemResult,
): Answer {
  const { status, body, etag, charge } = result;
  const headers = sessionHeaders(container, key === undefined ? '0' : rangeOf(key.effective).id);
  if (etag !== undefined) headers.etag = etag;
  return { status, body, headers, charge, operation };
}

function sessionHeaders(container: Container, range: string): Record<string, string> {
  return {
    'x-ms-session-token': `${range}:-1#${container.items.lastLsn()}`,
    // Headers carry ASCII only; names need not.
    'x-ms-alt-content-path': encodeURI(`dbs/${container.database.id}/colls/${container.definition.id}`),
    'x-ms-content-path': container.rid,
  };
}
