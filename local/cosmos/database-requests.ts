import type { Database } from './catalog.ts';
import { badRequest, CosmosError } from './errors.ts';
import { type Answer, flagOf, jsonBody, type Request } from './exchange.ts';
import { isObject, type JsonObject } from './json.ts';
import { queryList } from './query/resource-query.ts';
import type { Service } from './service.ts';

/** `/dbs` and `/dbs/{id}`: create, list, query, read, delete. */
export function handleDatabases(service: Service, request: Request): Answer {
  const [, name] = request.segments;
  const { catalog } = service;
  if (name === undefined) {
    if (request.method === 'GET') return list([...catalog.databases.values()].map(databaseDocument));
    if (request.method !== 'POST') throw methodNotAllowed(request);
    if (flagOf(request, 'x-ms-documentdb-isquery')) {
      return list(
        queryList([...catalog.databases.values()].map(databaseDocument), request.body, service.now()),
      );
    }
    const created = catalog.createDatabase(databaseId(request));
    return answer(201, databaseDocument(created), 'CreateDatabase');
  }
  const database = catalog.database(name);
  if (request.method === 'GET') return answer(200, databaseDocument(database), 'ReadDatabase');
  if (request.method !== 'DELETE') throw methodNotAllowed(request);
  catalog.deleteDatabase(database);
  return { status: 204, charge: 1, operation: 'DeleteDatabase' };
}

/** 405. */
export function methodNotAllowed(request: Request): CosmosError {
  return new CosmosError(
    405,
    `The method ${request.method} is not allowed on /${request.segments.join('/')}`,
  );
}

function databaseId(request: Request): string {
  const body = jsonBody(request);
  const id = isObject(body) ? body.id : undefined;
  if (typeof id !== 'string' || id === '' || id.length > 255 || /[/\\?#]| $/.test(id)) {
    throw badRequest(
      "The required property 'id' is missing or invalid: 1 to 255 characters, none of / \\ ? #",
    );
  }
  return id;
}

function databaseDocument({ id, rid, changed, number }: Database): JsonObject {
  return {
    id,
    _rid: rid,
    _self: `dbs/${rid}/`,
    _etag: `"${number}"`,
    _colls: 'colls/',
    _users: 'users/',
    _ts: changed,
  };
}

function list(documents: unknown[]): Answer {
  return {
    status: 200,
    body: JSON.stringify({ _rid: '', Databases: documents, _count: documents.length }),
    charge: 1,
    operation: 'ListDatabases',
  };
}

function answer(status: number, document: JsonObject, operation: string): Answer {
  return {
    status,
    body: JSON.stringify(document),
    headers: { etag: String(document._etag) },
    charge: 1,
    operation,
  };
}
