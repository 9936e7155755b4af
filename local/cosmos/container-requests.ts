import type { Container, Database } from './catalog.ts';
import { parseContainerDefinition } from './container-definition.ts';
import { methodNotAllowed } from './database-requests.ts';
import { type Answer, flagOf, headerOf, jsonBody, type Request } from './exchange.ts';
import { PARTITION_KEY_RANGES } from './partition-key.ts';
import { queryList } from './query/resource-query.ts';
import type { Service } from './service.ts';

/** `/dbs/{id}/colls` and `/dbs/{id}/colls/{id}`: create, list, query, read, replace, delete. */
export function handleContainers(service: Service, request: Request): Answer {
  const [, databaseName = '', , name] = request.segments;
  const { catalog } = service;
  const database = catalog.database(databaseName);
  if (name === undefined) return handleFeed(service, request, database);
  const container = catalog.container(databaseName, name);
  switch (request.method) {
    case 'GET':
      return answer(200, container, 'ReadContainer');
    case 'PUT':
      catalog.replaceContainer(container, parseContainerDefinition(jsonBody(request)));
      return answer(200, container, 'ReplaceContainer');
    case 'DELETE':
      catalog.deleteContainer(container);
      return { status: 204, charge: 1, operation: 'DeleteContainer' };
    default:
      throw methodNotAllowed(request);
  }
}

/** `/dbs/{id}/colls/{id}/pkranges`: the container's two ranges, the same for all. */
export function handlePartitionKeyRanges(service: Service, request: Request): Answer {
  const [, database = '', , name = ''] = request.segments;
  const container = service.catalog.container(database, name);
  if (request.method !== 'GET') throw methodNotAllowed(request);
  const etag = '"1"';
  if (headerOf(request, 'if-none-match') === etag) {
    return { status: 304, headers: { etag }, charge: 1, operation: 'ReadPartitionKeyRanges' };
  }
  const ranges = PARTITION_KEY_RANGES.map(({ id, min, max }) => ({
    id,
    _rid: container.rid,
    _self: `dbs/${container.database.rid}/colls/${container.rid}/pkranges/${id}/`,
    _etag: etag,
    _ts: container.changed,
    minInclusive: min,
    maxExclusive: max,
    ridPrefix: Number(id),
    throughputFraction: 1 / PARTITION_KEY_RANGES.length,
    status: 'online',
    parents: [],
  }));
  const body = JSON.stringify({ _rid: container.rid, PartitionKeyRanges: ranges, _count: ranges.length });
  return { status: 200, body, headers: { etag }, charge: 1, operation: 'ReadPartitionKeyRanges' };
}

function handleFeed({ catalog, now }: Service, request: Request, database: Database): Answer {
  const documents = (): object[] => [...database.containers.values()].map(containerDocument);
  if (request.method === 'GET') return list(database, documents());
  if (request.method !== 'POST') throw methodNotAllowed(request);
  if (flagOf(request, 'x-ms-documentdb-isquery'))
    return list(database, queryList(documents(), request.body, now()));
  const created = catalog.createContainer(database, parseContainerDefinition(jsonBody(request)));
  return answer(201, created, 'CreateContainer');
}

function containerDocument(container: Container): object {
  const { rid, definition, changed, version, database } = container;
  return {
    conflictResolutionPolicy: {
      mode: 'LastWriterWins',
      conflictResolutionPath: '/_ts',
      conflictResolutionProcedure: '',
    },
    geospatialConfig: { type: 'Geography' },
    ...definition,
    _rid: rid,
    _ts: changed,
    _self: `dbs/${database.rid}/colls/${rid}/`,
    _etag: `"${container.number}-${version}"`,
    _docs: 'docs/',
    _sprocs: 'sprocs/',
    _triggers: 'triggers/',
    _udfs: 'udfs/',
    _conflicts: 'conflicts/',
  };
}

function answer(status: number, container: Container, operation: string): Answer {
  const headers = { etag: `"${container.number}-${container.version}"` };
  return { status, body: JSON.stringify(containerDocument(container)), headers, charge: 1, operation };
}

function list(database: Database, documents: unknown[]): Answer {
  const body = JSON.stringify({
    _rid: database.rid,
    DocumentCollections: documents,
    _count: documents.length,
  });
  return { status: 200, body, charge: 1, operation: 'ListContainers' };
}
