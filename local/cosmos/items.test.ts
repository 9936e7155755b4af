import type { Container, JSONObject, OperationInput, OperationResponse, PatchOperation } from '@azure/cosmos';
import { ChangeFeedStartFrom, CosmosClient } from '@azure/cosmos';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusal, startTestAccount, type TestAccount } from './test-account.ts';

let account: TestAccount;
let container: Container;
let serial = 0;
/** An id no other test uses. */
function fresh(): string {
  serial += 1;
  return `id-${serial}`;
}
const ifMatch = (etag: string | undefined) => ({
  accessCondition: { type: 'IfMatch' as const, condition: etag ?? '' },
});

beforeAll(async () => {
  account = await startTestAccount();
  container = await account.container('items');
});
afterAll(() => account.stop());

describe('databases and containers', () => {
  test('are created, read, listed, replaced and deleted', async () => {
    const { client } = account;
    expect((await client.databases.create({ id: 'other' })).statusCode).toBe(201);
    expect((await refusal(client.databases.create({ id: 'other' }))).code).toBe(409);
    const database = client.database('other');
    const definition = {
      id: 'things',
      partitionKey: { paths: ['/a', '/b/c'] },
      defaultTtl: 60,
      indexingPolicy: { includedPaths: [{ path: '/a/?' }], excludedPaths: [{ path: '/*' }] },
    };
    const { resource, container: things } = await database.containers.create(definition);
    expect(resource).toMatchObject({
      id: 'things',
      partitionKey: { paths: ['/a', '/b/c'], kind: 'MultiHash', version: 2 },
      defaultTtl: 60,
      indexingPolicy: { indexingMode: 'consistent', automatic: true, ...definition.indexingPolicy },
    });
    expect((await things.read()).resource?._rid).toBe(resource?._rid);
    expect((await database.containers.readAll().fetchAll()).resources.map((entry) => entry.id)).toEqual([
      'things',
    ]);
    const replaced = await things.replace({
      id: 'things',
      partitionKey: definition.partitionKey,
      defaultTtl: -1,
    });
    expect(replaced.resource?.defaultTtl).toBe(-1);
    expect((await refusal(things.replace({ id: 'things', partitionKey: { paths: ['/x'] } }))).code).toBe(400);
    await things.delete();
    expect((await refusal(things.read())).code).toBe(404);
    await database.delete();
    expect((await refusal(database.read())).code).toBe(404);
  });

  test.each([
    ['an unknown property', { vectorEmbeddingPolicy: {} }, 501, 'vectorEmbeddingPolicy'],
    [
      'partition key version 1',
      { partitionKey: { paths: ['/pk'], version: 1 } },
      400,
      'not supported: partition key version 1',
    ],
    [
      'a policy without the mandatory path',
      { indexingPolicy: { includedPaths: [{ path: '/a/?' }] } },
      400,
      '/*',
    ],
    [
      'unique keys',
      { uniqueKeyPolicy: { uniqueKeys: [{ paths: ['/a'] }] } },
      400,
      'not supported: unique keys',
    ],
    ['a time to live of 0', { defaultTtl: 0 }, 400, 'defaultTtl'],
  ])('with %s are refused, naming it', async (_, definition, code, text) => {
    const error = await refusal(
      account.database.containers.create({ id: 'bad', partitionKey: '/pk', ...definition } as { id: string }),
    );
    expect(error.code).toBe(code);
    expect(error.message).toContain(text);
  });

  test('have a throughput offer, for clients that ask', async () => {
    expect((await container.readOffer()).resource?.content?.offerThroughput).toBe(400);
  });

  test('what the server lacks is refused loudly', async () => {
    const error = await refusal(container.scripts.storedProcedures.readAll().fetchAll());
    expect(error.code).toBe(501);
    expect(error.message).toContain('not supported');
  });
});

describe('authorization', () => {
  test('a wrong key is refused with 401', async () => {
    const client = new CosmosClient({
      endpoint: account.server.endpoint,
      key: Buffer.from('wrong').toString('base64'),
    });
    expect((await refusal(client.databases.readAll().fetchAll())).code).toBe(401);
    client.dispose();
  });

  test('a request without a signature is refused with 401', async () => {
    expect((await fetch(`${account.server.endpoint}/dbs`)).status).toBe(401);
  });

  test('names with spaces and other letters are signed alike by both sides', async () => {
    const named = await account.container('Lager 日本');
    const id = 'Ää ü%20+';
    const item = { id, pk: 'Größe "1" 大' };
    await named.items.create(item);
    expect((await named.item(id, item.pk).read()).resource).toMatchObject(item);
  });
});

describe('an item', () => {
  test('has the system properties, and an etag that changes with every write', async () => {
    const item = { id: fresh(), pk: 'a', value: 1 };
    const created = await container.items.create(item);
    expect(created.statusCode).toBe(201);
    expect(created.resource).toMatchObject({
      ...item,
      _attachments: 'attachments/',
      _ts: expect.any(Number),
    });
    expect(created.resource?._self).toContain(created.resource?._rid);
    expect(created.etag).toBe(created.resource?._etag);
    const replaced = await container
      .item(item.id, 'a')
      .replace({ ...created.resource, value: 1 } as JSONObject & { id: string });
    expect(replaced.etag).not.toBe(created.etag);
    const read = await container.item(item.id, 'a').read();
    expect(read.resource).toEqual(replaced.resource);
    expect(read.etag).toBe(replaced.etag);
    expect(read.headers['x-ms-session-token']).toMatch(/^\d:-1#\d+$/);
    expect(Number(read.headers['x-ms-request-charge'])).toBe(1);
  });

  test('is unique by id within its partition key, whatever the type of the key', async () => {
    const id = fresh();
    for (const pk of ['1', 1, true, null, 1.5, '']) {
      expect((await container.items.create({ id, pk })).statusCode).toBe(201);
      expect((await refusal(container.items.create({ id, pk }))).code).toBe(409);
      expect((await container.item(id, pk).read()).resource?.pk).toBe(pk);
    }
    expect((await container.items.create({ id })).statusCode).toBe(201);
    expect((await container.item(id, undefined).read()).resource?.pk).toBeUndefined();
  });

  test('that is missing is 404', async () => {
    expect((await container.item('none', 'a').read()).statusCode).toBe(404);
    expect((await refusal(container.item('none', 'a').replace({ id: 'none', pk: 'a' }))).code).toBe(404);
    expect((await refusal(container.item('none', 'a').delete())).code).toBe(404);
    expect(
      (await refusal(container.item('none', 'a').patch([{ op: 'add', path: '/x', value: 1 }]))).code,
    ).toBe(404);
  });

  test('is replaced, deleted and patched only when If-Match names its etag, else 412', async () => {
    const item = { id: fresh(), pk: 'a', value: 1 };
    const { etag: stale } = await container.items.create(item);
    const handle = container.item(item.id, 'a');
    const { etag } = await handle.replace({ ...item, value: 2 }, ifMatch(stale));
    expect((await refusal(handle.replace({ ...item, value: 3 }, ifMatch(stale)))).code).toBe(412);
    expect((await refusal(handle.delete(ifMatch(stale)))).code).toBe(412);
    expect(
      (await refusal(handle.patch([{ op: 'incr', path: '/value', value: 1 }], ifMatch(stale)))).code,
    ).toBe(412);
    expect((await refusal(container.items.upsert(item, ifMatch(stale)))).code).toBe(412);
    expect((await handle.read()).resource?.value).toBe(2);
    expect((await handle.delete(ifMatch(etag))).statusCode).toBe(204);
  });

  test('is not sent again when If-None-Match names its etag: 304', async () => {
    const { etag, item } = await container.items.create({ id: fresh(), pk: 'a' });
    const answer = await item.read({ accessCondition: { type: 'IfNoneMatch', condition: etag } });
    expect(answer.statusCode).toBe(304);
    expect(answer.resource).toBeNull();
  });

  test('is upserted: created, then replaced', async () => {
    const item = { id: fresh(), pk: 'a', value: 1 };
    expect((await container.items.upsert(item)).statusCode).toBe(201);
    const again = await container.items.upsert({ ...item, value: 2 });
    expect(again.statusCode).toBe(200);
    expect(again.resource?.value).toBe(2);
  });

  test('cannot change its partition key or id, nor be larger than 2 MB', async () => {
    const { item } = await container.items.create({ id: fresh(), pk: 'a' });
    expect((await refusal(item.replace({ id: item.id, pk: 'b' }))).code).toBe(400);
    expect((await refusal(item.replace({ id: 'another', pk: 'a' }))).code).toBe(400);
    const largest = { id: item.id, pk: 'a', data: '' };
    largest.data = 'x'.repeat(2 * 1024 * 1024 - JSON.stringify(largest).length);
    expect((await item.replace(largest)).statusCode).toBe(200);
    largest.data += 'x';
    expect((await refusal(item.replace(largest))).code).toBe(413);
    expect(
      (await refusal(container.items.create({ id: fresh(), pk: 'a', data: 'x'.repeat(3_000_000) }))).code,
    ).toBe(413);
  });

  test('has a hierarchical partition key, with queries by prefix', async () => {
    const deep = await account.container('deep', {
      partitionKey: { paths: ['/tenant', '/user', '/session'] },
    });
    for (const [tenant, user, session] of [
      ['t1', 'u1', 's1'],
      ['t1', 'u1', 's2'],
      ['t1', 'u2', 's1'],
      ['t2', 'u1', 's1'],
    ]) {
      await deep.items.create({ id: 'x', tenant, user, session });
    }
    expect((await deep.item('x', ['t1', 'u1', 's2']).read()).resource).toMatchObject({ session: 's2' });
    const rows = await deep.items
      .query('SELECT VALUE c.session FROM c', { partitionKey: ['t1', 'u1'] })
      .fetchAll();
    expect(rows.resources.sort()).toEqual(['s1', 's2']);
    expect(
      (await deep.items.query('SELECT * FROM c', { partitionKey: ['t1'] }).fetchAll()).resources,
    ).toHaveLength(3);
    const feed = deep.items.getChangeFeedIterator({
      changeFeedStartFrom: ChangeFeedStartFrom.Beginning(['t1']),
    });
    let seen = 0;
    for await (const page of feed.getAsyncIterator()) {
      if (page.statusCode === 304) break;
      seen += page.count;
    }
    expect(seen).toBe(3);
  });

  test('is in the list of all items, page by page', async () => {
    const list = await account.container('list');
    for (let n = 0; n < 7; n += 1) await list.items.create({ id: `i${n}`, pk: `p${n}` });
    const iterator = list.items.readAll({ maxItemCount: 3 });
    const sizes: number[] = [];
    for await (const page of iterator.getAsyncIterator()) sizes.push(page.resources.length);
    expect(sizes).toEqual([3, 3, 1]);
  });
});

describe('patch', () => {
  const start = { value: 1, list: [1, 2, 3], nested: { a: { b: 1 } }, text: 'x' };
  test.each<[string, PatchOperation[], object]>([
    [
      'add',
      [
        { op: 'add', path: '/new', value: { a: 1 } },
        { op: 'add', path: '/list/1', value: 9 },
        { op: 'add', path: '/list/-', value: 4 },
      ],
      { ...start, new: { a: 1 }, list: [1, 9, 2, 3, 4] },
    ],
    [
      'set',
      [
        { op: 'set', path: '/value', value: null },
        { op: 'set', path: '/list/0', value: 7 },
      ],
      { ...start, value: null, list: [7, 2, 3] },
    ],
    ['replace', [{ op: 'replace', path: '/nested/a/b', value: 2 }], { ...start, nested: { a: { b: 2 } } }],
    [
      'remove',
      [
        { op: 'remove', path: '/nested/a' },
        { op: 'remove', path: '/list/0' },
      ],
      { ...start, nested: {}, list: [2, 3] },
    ],
    [
      'incr',
      [
        { op: 'incr', path: '/value', value: 2.5 },
        { op: 'incr', path: '/count', value: 1 },
      ],
      { ...start, value: 3.5, count: 1 },
    ],
    [
      'move',
      [{ op: 'move', from: '/nested/a/b', path: '/moved' } as never],
      { ...start, nested: { a: {} }, moved: 1 },
    ],
  ])('applies %s', async (_, operations, expected) => {
    const { item } = await container.items.create({ id: fresh(), pk: 'patch', ...start });
    const { resource } = await item.patch(operations);
    const { _rid, _self, _etag, _attachments, _ts, id, pk, ...own } = resource as JSONObject;
    expect(own).toEqual(expected);
    expect((await item.read()).resource).toEqual(resource);
  });

  test.each<[string, PatchOperation[]]>([
    ['replaces what is not there', [{ op: 'replace', path: '/none', value: 1 }]],
    ['removes what is not there', [{ op: 'remove', path: '/none' }]],
    ['leads nowhere', [{ op: 'add', path: '/none/deeper', value: 1 }]],
    ['increments text', [{ op: 'incr', path: '/text', value: 1 }]],
    ['changes the id', [{ op: 'set', path: '/id', value: 'y' }]],
    ['changes the partition key', [{ op: 'set', path: '/pk', value: 'y' }]],
    [
      'has 11 operations',
      Array.from({ length: 11 }, (_, n) => ({ op: 'set' as const, path: `/x${n}`, value: n })),
    ],
  ])('that %s is refused with 400 and changes nothing', async (_, operations) => {
    const { item, resource } = await container.items.create({ id: fresh(), pk: 'patch', ...start });
    const first =
      operations.length > 10
        ? operations
        : [{ op: 'set' as const, path: '/value', value: 99 }, ...operations];
    expect((await refusal(item.patch(first))).code).toBe(400);
    expect((await item.read()).resource).toEqual(resource);
  });

  test('is applied only when its condition holds for that item, else 412', async () => {
    const { item } = await container.items.create({ id: fresh(), pk: 'patch', ...start });
    const operations = [{ op: 'incr' as const, path: '/value', value: 1 }];
    expect(
      (await item.patch({ condition: 'FROM c WHERE c.value = 1 AND c.text = "x"', operations })).resource
        ?.value,
    ).toBe(2);
    expect((await refusal(item.patch({ condition: 'FROM c WHERE c.value = 1', operations }))).code).toBe(412);
    expect((await item.read()).resource?.value).toBe(2);
  });
});

const statuses = (results: OperationResponse[] | undefined): number[] =>
  (results ?? []).map((result) => result.statusCode);

describe('a transactional batch', () => {
  test('does all of its operations', async () => {
    const [a, b, c] = [fresh(), fresh(), fresh()];
    await container.items.create({ id: b, pk: 'batch', n: 1 });
    await container.items.create({ id: c, pk: 'batch' });
    const { result, code } = await container.items.batch(
      [
        { operationType: 'Create', resourceBody: { id: a, pk: 'batch' } },
        {
          operationType: 'Patch',
          id: b,
          resourceBody: { operations: [{ op: 'incr', path: '/n', value: 4 }] },
        },
        { operationType: 'Upsert', resourceBody: { id: a, pk: 'batch', again: true } },
        { operationType: 'Read', id: b },
        { operationType: 'Delete', id: c },
      ],
      'batch',
    );
    expect(code).toBe(200);
    expect(statuses(result)).toEqual([201, 200, 200, 200, 204]);
    expect(result?.[3]?.resourceBody).toMatchObject({ n: 5 });
    expect(result?.[0]?.eTag).not.toBe(result?.[2]?.eTag);
    expect((await container.item(c, 'batch').read()).statusCode).toBe(404);
  });

  test('that fails leaves nothing behind: 207, the cause and 424 for the others', async () => {
    const [a, b] = [fresh(), fresh()];
    await container.items.create({ id: b, pk: 'batch', n: 1 });
    const { result, code } = await container.items.batch(
      [
        { operationType: 'Create', resourceBody: { id: a, pk: 'batch' } },
        { operationType: 'Replace', id: b, resourceBody: { id: b, pk: 'batch', n: 2 } },
        { operationType: 'Create', resourceBody: { id: b, pk: 'batch' } },
        { operationType: 'Delete', id: b },
      ],
      'batch',
    );
    expect(code).toBe(207);
    expect(statuses(result)).toEqual([424, 424, 409, 424]);
    expect((await container.item(a, 'batch').read()).statusCode).toBe(404);
    expect((await container.item(b, 'batch').read()).resource?.n).toBe(1);
  });

  test('that carries a stale If-Match is refused as a whole', async () => {
    const [a, b] = [fresh(), fresh()];
    const { etag: stale } = await container.items.create({ id: b, pk: 'batch', n: 1 });
    const { etag } = await container.item(b, 'batch').replace({ id: b, pk: 'batch', n: 2 });
    const batch = (condition: string) =>
      container.items.batch(
        [
          { operationType: 'Create', resourceBody: { id: a, pk: 'batch' } },
          { operationType: 'Replace', id: b, ifMatch: condition, resourceBody: { id: b, pk: 'batch', n: 3 } },
        ],
        'batch',
      );
    expect(statuses((await batch(stale)).result)).toEqual([424, 412]);
    expect((await container.item(a, 'batch').read()).statusCode).toBe(404);
    expect((await container.item(b, 'batch').read()).resource?.n).toBe(2);
    expect(statuses((await batch(etag)).result)).toEqual([201, 200]);
  });

  test('of another partition key, or of more than 100 operations, is refused', async () => {
    const other = await container.items.batch(
      [{ operationType: 'Create', resourceBody: { id: fresh(), pk: 'other' } }],
      'batch',
    );
    expect(statuses(other.result)).toEqual([400]);
    const many = Array.from({ length: 101 }, () => ({ operationType: 'Read' as const, id: 'x' }));
    await expect(container.items.batch(many, 'batch')).rejects.toThrow('100');
  });
});

describe('a bulk request', () => {
  test('answers each operation for itself, with status, charge, etag and body', async () => {
    const { etag: stale } = await container.items.create({ id: 'bulk', pk: 'bulk-1', n: 1 });
    const { etag } = await container.item('bulk', 'bulk-1').replace({ id: 'bulk', pk: 'bulk-1', n: 2 });
    const created = fresh();
    const operations: OperationInput[] = [
      { operationType: 'Read', id: 'bulk', partitionKey: 'bulk-1' },
      {
        operationType: 'Replace',
        id: 'bulk',
        partitionKey: 'bulk-1',
        ifMatch: stale,
        resourceBody: { id: 'bulk', pk: 'bulk-1', n: 3 },
      },
      { operationType: 'Create', partitionKey: 'bulk-2', resourceBody: { id: created, pk: 'bulk-2' } },
      {
        operationType: 'Replace',
        id: 'bulk',
        partitionKey: 'bulk-1',
        ifMatch: etag,
        resourceBody: { id: 'bulk', pk: 'bulk-1', n: 4 },
      },
      { operationType: 'Read', id: 'none', partitionKey: 'bulk-3' },
      { operationType: 'Delete', id: created, partitionKey: 'bulk-2' },
    ];
    const results = await container.items.bulk(operations);
    expect(statuses(results)).toEqual([200, 412, 201, 200, 404, 204]);
    expect(results[0]).toMatchObject({ requestCharge: 1, eTag: etag, resourceBody: { n: 2 } });
    expect(results[3]?.eTag).not.toBe(etag);
    expect(results[3]?.resourceBody?._etag).toBe(results[3]?.eTag);
    expect((await container.item('bulk', 'bulk-1').read()).resource?.n).toBe(4);
  });

  test('finds every key in the range the SDK sends it to, and works by executeBulkOperations', async () => {
    const operations: OperationInput[] = Array.from({ length: 120 }, (_, n) => ({
      operationType: 'Create',
      partitionKey: `key-${n}`,
      resourceBody: { id: 'x', pk: `key-${n}` },
    }));
    const results = await container.items.executeBulkOperations(operations);
    expect(results.every((result) => result.response?.statusCode === 201)).toBe(true);
  });
});

describe('the request charge', () => {
  test('of a write counts the index terms of the included paths, of a replace those that changed', async () => {
    const indexed = await account.container('indexed', {
      indexingPolicy: {
        includedPaths: [{ path: '/a/?' }, { path: '/list/[]/b/?' }],
        excludedPaths: [{ path: '/*' }],
      },
    });
    const item = { id: 'x', pk: 'p', a: 1, list: [{ b: 1 }, { b: 2, c: 3 }], other: 'not indexed' };
    expect((await indexed.items.create(item)).requestCharge).toBe(5.6);
    const handle = indexed.item('x', 'p');
    expect((await handle.replace({ ...item, other: 'changed' })).requestCharge).toBe(10);
    expect((await handle.replace({ ...item, a: 2 })).requestCharge).toBe(10.4);
    expect((await handle.patch([{ op: 'set', path: '/a', value: 2 }])).requestCharge).toBe(10.4);
    expect((await handle.read()).requestCharge).toBe(1);
    expect((await handle.delete()).requestCharge).toBe(5.6);
  });

  test('is the sum of the operations for a batch, and is counted by the metrics', async () => {
    await fetch(`${account.server.endpoint}/_local/metrics/reset`, { method: 'POST' });
    const plain = await account.container('plain', {
      indexingPolicy: { indexingMode: 'none', includedPaths: [], excludedPaths: [] },
    });
    const created = await plain.items.batch(
      ['a', 'b', 'c'].map((id) => ({ operationType: 'Create', resourceBody: { id, pk: 'p' } })),
      'p',
    );
    expect(created.headers?.['x-ms-request-charge']).toBe('15');
    const metrics = await (await fetch(`${account.server.endpoint}/_local/metrics`)).json();
    expect(metrics).toMatchObject({
      byOperation: { Batch: { requests: 1, operations: 3, requestCharge: 15 } },
    });
    expect(metrics).toEqual(account.server.metrics());
  });
});
