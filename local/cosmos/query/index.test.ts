import type { Container, FeedOptions, JSONObject, JSONValue } from '@azure/cosmos';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestAccount, type TestAccount } from '../test-account.ts';

/** Hundreds of queries, seconds when nothing else runs; milliseconds. */
const SLOW = 120_000;
const SCANNED = { includedPaths: [{ path: '/*' }], excludedPaths: [] };
const INDEXED = {
  includedPaths: [{ path: '/kind/?' }, { path: '/rank/?' }, { path: '/since/?' }, { path: '/deep/"at"/?' }],
  excludedPaths: [{ path: '/*' }],
};

let account: TestAccount;
/** The server's clock, milliseconds since 1970. */
let now = Date.now();

beforeAll(async () => {
  account = await startTestAccount({ now: () => now });
});
afterAll(() => account.stop());

async function rowsOf(
  container: Container,
  query: string,
  options: FeedOptions = {},
  parameters: Record<string, JSONValue> = {},
): Promise<unknown[]> {
  const spec = {
    query,
    parameters: Object.entries(parameters).map(([name, value]) => ({ name: `@${name}`, value })),
  };
  return (await container.items.query(spec, options).fetchAll()).resources;
}

/** What a query costs: by the bytes of the items it had to load. */
async function chargeOf(container: Container, query: string, options: FeedOptions = {}): Promise<number> {
  const answer = await container.items.query(query, options).fetchAll();
  return answer.requestCharge;
}

async function createAll(container: Container, items: readonly JSONObject[], pk: string): Promise<void> {
  for (let at = 0; at < items.length; at += 100) {
    const operations = items
      .slice(at, at + 100)
      .map((resourceBody) => ({ operationType: 'Create' as const, resourceBody }));
    const { code } = await container.items.batch(operations, pk);
    expect(code).toBe(200);
  }
}

describe('beside 2,000 settled items of another kind', () => {
  let container: Container;
  const QUERIES: [query: string, options: FeedOptions, rows: number][] = [
    ["SELECT c.id, c.onHand, c._etag FROM c WHERE c.kind IN ('stock', 'item')", { partitionKey: 'a' }, 8],
    ["SELECT * FROM c WHERE c.kind = 'stock' AND c.onHand > 3", { partitionKey: 'a' }, 4],
    ['SELECT TOP 100 * FROM c WHERE IS_DEFINED(c.rank) ORDER BY c.rank', { partitionKey: 'a' }, 30],
    ['SELECT TOP 5 * FROM c WHERE c.rank > 10 ORDER BY c.rank', { partitionKey: 'a' }, 5],
    ['SELECT VALUE c.rank FROM c WHERE IS_DEFINED(c.rank) ORDER BY c.rank DESC', { partitionKey: 'a' }, 30],
    ["SELECT * FROM c WHERE c.rank BETWEEN 3 AND 5 AND c.kind = 'waiting'", { partitionKey: 'a' }, 3],
    ["SELECT * FROM c WHERE c.pk IN ('a', 'b') AND c.kind = 'stock'", {}, 8],
    ['SELECT c.id, c.rank FROM c WHERE IS_DEFINED(c.rank) ORDER BY c.rank', {}, 30],
    ['SELECT DISTINCT VALUE c.pk FROM c WHERE IS_DEFINED(c.rank)', {}, 1],
    ['SELECT * FROM c WHERE c.since < 5', {}, 5],
    ['SELECT VALUE COUNT(1) FROM c WHERE 5 > c.since', {}, 1],
    ['SELECT * FROM c WHERE ARRAY_CONTAINS(c.tags, "x") AND IS_DEFINED(c.since)', {}, 15],
  ];
  const before: number[] = [];

  beforeAll(async () => {
    container = await account.container('beside', { indexingPolicy: INDEXED, defaultTtl: -1 });
    const stock = Array.from({ length: 8 }, (_, n) => ({ id: `s${n}`, pk: 'a', kind: 'stock', onHand: n }));
    const waiting = Array.from({ length: 30 }, (_, n) => ({
      id: `w${n}`,
      pk: 'a',
      kind: 'waiting',
      rank: 30 - n,
      since: n,
      tags: n % 2 === 0 ? ['x'] : [],
    }));
    await createAll(container, [...stock, ...waiting], 'a');
    for (const [query, options] of QUERIES) before.push(await chargeOf(container, query, options));
    const settled = (pk: string, n: number) => ({ id: `l${n}`, pk, kind: 'line', settled: 'x'.repeat(100) });
    for (const pk of ['a', 'b']) {
      await createAll(
        container,
        Array.from({ length: 1000 }, (_, n) => settled(pk, n)),
        pk,
      );
    }
  });

  test.each(QUERIES.map(([query, options, rows], at) => ({ query, options, rows, at })))(
    '$query costs as much as without them',
    async ({ query, options, rows, at }) => {
      expect(await rowsOf(container, query, options)).toHaveLength(rows);
      expect(await chargeOf(container, query, options)).toBe(before[at]);
    },
  );

  test('an item without an indexed value still costs a look at all', async () => {
    const unindexed = 'SELECT * FROM c WHERE c.onHand = 3';
    expect(await rowsOf(container, unindexed, { partitionKey: 'a' })).toHaveLength(1);
    expect(await chargeOf(container, unindexed, { partitionKey: 'a' })).toBeGreaterThan(2 * (before[0] ?? 0));
  });

  test('a page of an ordered query loads what it gives, and the next one goes on behind it', async () => {
    const query = 'SELECT VALUE c.rank FROM c WHERE IS_DEFINED(c.rank) ORDER BY c.rank';
    const seen: unknown[] = [];
    let continuationToken: string | undefined;
    do {
      const page = await container.items
        .query(query, { partitionKey: 'a', maxItemCount: 7, ...(continuationToken && { continuationToken }) })
        .fetchNext();
      seen.push(...page.resources);
      continuationToken = page.continuationToken;
    } while (continuationToken !== undefined);
    expect(seen).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
  });
});

const scalar = fc.constantFrom<JSONValue>(null, true, false, -1, 0, 1.5, 2, 10, 'a', 'b', 'ä', '');
const anything = fc.oneof({ weight: 8, arbitrary: scalar }, fc.constantFrom<JSONValue>([1], ['a'], { x: 1 }));
const item = fc.record(
  { kind: anything, rank: anything, since: anything, deep: fc.oneof(scalar, fc.record({ at: anything })) },
  { requiredKeys: [] },
);
const field = fc.constantFrom('c.kind', 'c.rank', 'c["since"]', 'c.deep.at');
const literal = scalar.map((value) => JSON.stringify(value));
const condition = fc.oneof(
  field.map((path) => `IS_DEFINED(${path})`),
  fc
    .tuple(field, fc.constantFrom('=', '!=', '<', '<=', '>', '>='), literal)
    .chain(([path, operator, value]) =>
      fc.constantFrom(`${path} ${operator} ${value}`, `${value} ${operator} ${path}`),
    ),
  fc
    .tuple(field, fc.array(literal, { minLength: 1, maxLength: 3 }))
    .map(([path, list]) => `${path} IN (${list})`),
  fc.tuple(field, literal, literal).map(([path, low, high]) => `${path} BETWEEN ${low} AND ${high}`),
  fc.tuple(field, literal).map(([path, value]) => `NOT (${path} = ${value})`),
);
const where = fc
  .array(condition, { minLength: 1, maxLength: 3 })
  .chain((parts) => fc.constantFrom(parts.join(' AND '), `(${parts.join(' OR ')}) AND IS_DEFINED(c.rank)`));

const id = fc.constantFrom('a', 'b', 'c');
const write = fc.oneof(
  fc.record({ do: fc.constant('upsert' as const), id, item }),
  fc.record({ do: fc.constant('replace' as const), id, item }),
  fc.record({ do: fc.constant('patch' as const), id, value: anything }),
  fc.record({ do: fc.constant('delete' as const), id }),
  fc.record({ do: fc.constant('expire' as const), id, item }),
  fc.record({ do: fc.constant('fail' as const), id, item }),
);
type Write = typeof write extends fc.Arbitrary<infer T> ? T : never;

describe('with the index and without it', () => {
  let serial = 0;
  async function bothContainers(): Promise<{ indexed: Container; scanned: Container }> {
    serial += 1;
    return {
      indexed: await account.container(`indexed-${serial}`, { indexingPolicy: INDEXED, defaultTtl: -1 }),
      scanned: await account.container(`scanned-${serial}`, { indexingPolicy: SCANNED, defaultTtl: -1 }),
    };
  }
  const PARTITIONS = ['p0', 'p1', 'p2', 'p3'];

  async function expectAlike(both: { indexed: Container; scanned: Container }, text: string): Promise<void> {
    for (const [query, options] of [
      [`SELECT VALUE c.id FROM c WHERE ${text}`, { partitionKey: 'p0' }],
      [`SELECT VALUE c.id FROM c WHERE ${text}`, { maxItemCount: 3 }],
      [`SELECT VALUE c.id FROM c WHERE c.pk IN ("p1", "p2") AND ${text}`, { maxItemCount: 2 }],
      [`SELECT DISTINCT VALUE c.pk FROM c WHERE ${text}`, {}],
    ] as const) {
      const [left, right] = [
        await rowsOf(both.indexed, query, options),
        await rowsOf(both.scanned, query, options),
      ];
      expect([query, left.toSorted()]).toEqual([query, right.toSorted()]);
    }
    for (const [query, options] of [
      [`SELECT c.id, c.rank FROM c WHERE ${text} ORDER BY c.rank`, { partitionKey: 'p0', maxItemCount: 2 }],
      [
        `SELECT VALUE c.id FROM c WHERE ${text} ORDER BY c.rank DESC OFFSET 1 LIMIT 3`,
        { partitionKey: 'p0' },
      ],
      [`SELECT TOP 3 VALUE c.id FROM c WHERE ${text} ORDER BY c.since`, { partitionKey: 'p0' }],
    ] as const) {
      expect([query, await rowsOf(both.indexed, query, options)]).toEqual([
        query,
        await rowsOf(both.scanned, query, options),
      ]);
    }
  }

  test('any query gives the same rows, page by page', { timeout: SLOW }, async () => {
    const both = await bothContainers();
    const items = fc
      .sample(item, { numRuns: 60, seed: 4 })
      .map((one, n) => ({ id: `i${n}`, pk: `p${n % 4}`, ...one }));
    for (const pk of PARTITIONS) {
      const own = items.filter((one) => one.pk === pk) as JSONObject[];
      await createAll(both.indexed, own, pk);
      await createAll(both.scanned, own, pk);
    }
    await fc.assert(
      fc.asyncProperty(where, (text) => expectAlike(both, text)),
      { numRuns: 15 },
    );
  });

  test('the index follows every write, also those that are rolled back or expire', {
    timeout: SLOW,
  }, async () => {
    const both = await bothContainers();
    await fc.assert(
      fc.asyncProperty(fc.array(write, { maxLength: 12 }), where, async (writes, text) => {
        for (const container of [both.indexed, both.scanned]) {
          for (const one of writes) await apply(container, one);
        }
        await expectAlike(both, text);
      }),
      { numRuns: 10 },
    );

    async function apply(container: Container, one: Write): Promise<void> {
      const ignore = (error: { code?: unknown }) => expect([404, 409]).toContain(error.code);
      const handle = container.item(one.id, 'p0');
      if (one.do === 'upsert') await container.items.upsert({ ...one.item, id: one.id, pk: 'p0' });
      if (one.do === 'replace') await handle.replace({ ...one.item, id: one.id, pk: 'p0' }).catch(ignore);
      if (one.do === 'patch')
        await handle.patch([{ op: 'set', path: '/rank', value: one.value }]).catch(ignore);
      if (one.do === 'delete') await handle.delete().catch(ignore);
      if (one.do === 'expire') {
        await container.items.upsert({ ...one.item, id: one.id, pk: 'p0', ttl: 1 });
        now += 2000;
      }
      if (one.do === 'fail') {
        const resourceBody = { ...one.item, id: one.id, pk: 'p0' } as JSONObject;
        const { code } = await container.items.batch(
          [
            { operationType: 'Upsert', resourceBody },
            { operationType: 'Delete', id: 'none' },
          ],
          'p0',
        );
        expect(code).toBe(207);
      }
    }
  });

  test('paths that are added to the policy later find the items that were there before', async () => {
    const { scanned } = await bothContainers();
    await createAll(scanned, [{ id: 'x', pk: 'p0', kind: 'stock' }] as JSONObject[], 'p0');
    const query = "SELECT VALUE c.id FROM c WHERE c.kind = 'stock'";
    const partitionKey = { paths: ['/pk'] };
    await scanned.replace({ id: scanned.id, partitionKey, defaultTtl: -1, indexingPolicy: INDEXED });
    expect(await rowsOf(scanned, query)).toEqual(['x']);
    await scanned.item('x', 'p0').delete();
    expect(await rowsOf(scanned, query)).toEqual([]);
  });
});
