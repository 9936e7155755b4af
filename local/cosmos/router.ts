import { accountDocument, offers } from './account.ts';
import { handleContainers, handlePartitionKeyRanges } from './container-requests.ts';
import { handleDatabases, methodNotAllowed } from './database-requests.ts';
import { notSupported } from './errors.ts';
import { type Answer, flagOf, type Request } from './exchange.ts';
import { handleItems } from './item-requests.ts';
import type { Service } from './service.ts';

/** Hands a request to the handler of its kind of resource. `endpoint` is this server's address, with `/` at its end. */
export function route(service: Service, request: Request, endpoint: string): Answer {
  const [root, , collection, , kind] = request.segments;
  const length = request.segments.length;
  if (root === undefined) {
    if (request.method !== 'GET') throw methodNotAllowed(request);
    return { status: 200, body: accountDocument(endpoint), charge: 0, operation: 'ReadAccount' };
  }
  if (root === 'offers' && length === 1) return listOffers(service, request);
  if (root === 'dbs') {
    if (length <= 2) return handleDatabases(service, request);
    if (collection === 'colls' && length <= 4) return handleContainers(service, request);
    if (collection === 'colls' && kind === 'docs' && length <= 6) return handleItems(service, request);
    if (collection === 'colls' && kind === 'pkranges' && length === 5)
      return handlePartitionKeyRanges(service, request);
  }
  throw notSupported(
    `${request.method} /${request.segments.join('/')} (stored procedures, triggers, functions, users and conflicts)`,
  );
}

function listOffers(service: Service, request: Request): Answer {
  const query = flagOf(request, 'x-ms-documentdb-isquery') ? request.body.replaceAll('\\"', '"') : undefined;
  return {
    status: 200,
    body: offers(service.catalog.databases.values(), query),
    charge: 1,
    operation: 'ReadOffers',
  };
}
