import type { Database } from './catalog.ts';

/** The account document: one region, whose endpoint is this server. `endpoint` ends in `/`. */
export function accountDocument(endpoint: string): string {
  const location = { name: 'Local', databaseAccountEndpoint: endpoint };
  return JSON.stringify({
    _self: '',
    // Not "localhost": for that id the SDK ignores the locations (documents/DatabaseAccount.js).
    id: 'local-cosmos',
    _rid: 'local-cosmos',
    media: '//media/',
    addresses: '//addresses/',
    _dbs: '//dbs/',
    writableLocations: [location],
    readableLocations: [location],
    enableMultipleWriteLocations: false,
    userReplicationPolicy: { asyncReplication: false, minReplicaSetSize: 1, maxReplicasetSize: 1 },
    userConsistencyPolicy: { defaultConsistencyLevel: 'Session' },
    systemReplicationPolicy: { minReplicaSetSize: 1, maxReplicasetSize: 1 },
    readPolicy: { primaryReadCoefficient: 1, secondaryReadCoefficient: 1 },
    queryEngineConfiguration: JSON.stringify({
      maxSqlQueryInputLength: 262144,
      maxInExpressionItemsCount: 16000,
    }),
  });
}

/**
 * The offers feed: a fixed answer, one offer of 400 RU/s for each container, since nothing is provisioned on a laptop. The SDK asks with
 * `SELECT * from root where root.resource = "<self link>"`; only the offer of that resource is answered.
 */
export function offers(databases: Iterable<Database>, query: string | undefined): string {
  const wanted = query === undefined ? undefined : /root\.resource\s*=\s*"([^"]*)"/.exec(query)?.[1];
  const list = [...databases]
    .flatMap((database) => [...database.containers.values()])
    .map((container) => ({
      id: `offer${container.number}`,
      _rid: `offer${container.number}`,
      _self: `offers/offer${container.number}/`,
      _etag: '"1"',
      _ts: container.changed,
      resource: `dbs/${container.database.rid}/colls/${container.rid}/`,
      offerResourceId: container.rid,
      offerType: 'Invalid',
      offerVersion: 'V2',
      content: { offerThroughput: 400, offerIsRUPerMinuteThroughputEnabled: false },
    }))
    .filter((offer) => wanted === undefined || offer.resource === wanted);
  return JSON.stringify({ _rid: '', Offers: list, _count: list.length });
}
