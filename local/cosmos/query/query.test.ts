import {
  BulkOperationType,
  type Container,
  type FeedOptions,
  type JSONObject,
  type JSONValue,
} from '@azure/cosmos';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusal, startTestAccount, type TestAccount } from '../test-account.ts';

const ITEMS = Array.from({ length: 30 }, (_, n) => ({
  id: `i${String(n).padStart(2, '0')}`,
  pk: `p${n % 3}`,
  n,
  name: `Item ${n}`,
  color: ['red', 'green', 'blue'][n % 3],
  ...(n % 5 === 0 ? {} : { size: n % 4 }),
  ...(n % 7 === 0 ? { nothing: null } : {}),
  tags: [
    { key: 'even', on: n % 2 === 0 },
    { key: 'third', on: n % 3 === 0 },
  ],
  numbers: [n, n + 1],
  nested: { deep: { value: n * 10 } },
}));

let account: TestAccount;
let container: Container;

beforeAll(async () => {
  account = await startTestAccount();
  container = await account.container('items', {
    indexingPolicy: {
      includedPaths: [{ path: '/*' }],
      excludedPaths: [{ path: '/secret/*' }],
      compositeIndexes: [
        [
          { path: '/color', order: 'ascending' },
          { path: '/n', order: 'descending' },
        ],
      ],
    },
  });
  const created = await container.items.bulk(
    ITEMS.map((item) => ({
      operationType: BulkOperationType.Create,
      partitionKey: item.pk,
      resourceBody: item as JSONObject,
    })),
  );
  expect(created.every((result) => result.statusCode === 201)).toBe(true);
});
afterAll(() => account.stop());

async function run(
  query: string,
  parameters: Record<string, JSONValue> = {},
  options: FeedOptions = {},
): Promise<unknown[]> {
  const spec = {
    query,
    parameters: Object.entries(parameters).map(([name, value]) => ({ name: `@${name}`, value })),
  };
  return (await container.items.query(spec, options).fetchAll()).resources;
}
const inPartition = (query: string, parameters?: Record<string, JSONValue>, pk = 'p0'): Promise<unknown[]> =>
  run(query, parameters, { partitionKey: pk });

describe('a query of one partition', () => {
  test('selects items, fields, aliases, objects and values', async () => {
    expect(await inPartition('SELECT * FROM c WHERE c.n = 3')).toMatchObject([ITEMS[3]]);
    expect(
      await inPartition('SELECT c.id, c.nested.deep["value"] AS v, c.missing FROM c WHERE c.n = 3'),
    ).toEqual([{ id: 'i03', v: 30 }]);
    expect(await inPartition('SELECT VALUE {"a": c.n, b: [c.id, 1, "x"]} FROM c WHERE c.n = 3')).toEqual([
      { a: 3, b: ['i03', 1, 'x'] },
    ]);
    expect(await inPartition('SELECT VALUE c.numbers[1] FROM c WHERE c.n = 3')).toEqual([4]);
    expect(await inPartition('SELECT c.n + 1, c.n * 2 FROM c WHERE c.n = 3')).toEqual([{ $1: 4, $2: 6 }]);
    expect(await inPartition('SELECT value x.n from items x where x.n = 3')).toEqual([3]);
  });

  test.each<[string, Record<string, JSONValue>, number[]]>([
    ['c.n >= 6 AND c.n < 12', {}, [6, 9]],
    ['c.n BETWEEN @low AND @high', { low: 6, high: 12 }, [6, 9, 12]],
    ['c.n NOT BETWEEN 3 AND 27', {}, [0]],
    ['c.n IN (3, 4, 9)', {}, [3, 9]],
    ['c.n NOT IN (0, 3, 6, 9, 12, 15, 18, 21)', {}, [24, 27]],
    ['c.id IN (@a, @b)', { a: 'i27', b: 'i00' }, [0, 27]],
    ["c.name LIKE 'Item 2%'", {}, [21, 24, 27]],
    ["c.name LIKE 'Item _'", {}, [0, 3, 6, 9]],
    ["c.name LIKE '%[14]'", {}, [21, 24]],
    ["c.name LIKE 'Item!_%' ESCAPE '!'", {}, []],
    ["c.name NOT LIKE 'Item %'", {}, []],
    ['ARRAY_CONTAINS(c.numbers, 10)', {}, [9]],
    ['ARRAY_CONTAINS(c.tags, {"key": "even", "on": true}, true) AND c.n < 13', {}, [0, 6, 12]],
    ['EXISTS (SELECT VALUE t FROM t IN c.tags WHERE t.key = "even" AND t.on) AND c.n > 20', {}, [24]],
    ['c.nothing = null', {}, [0, 21]],
    ['IS_NULL(c.nothing)', {}, [0, 21]],
    ['NOT IS_DEFINED(c.size)', {}, [0, 15]],
    ['c.size != 3 AND c.n < 10', {}, [6, 9]],
    ['c.size > "a"', {}, []],
    ['NOT (c.size > 1)', {}, [9, 12, 21, 24]],
    ['c.missing = 1 OR c.n = 3', {}, [3]],
    ['STARTSWITH(c.name, "ITEM 1", true)', {}, [12, 15, 18]],
    ['CONTAINS(c.name, "m 2") AND ENDSWITH(c.name, "7")', {}, [27]],
    ['LOWER(UPPER(c.color)) = "red" AND LENGTH(c.name) = 6', {}, [0, 3, 6, 9]],
    ['(c.n % 2 = 1 ? c.n : 0) > 20', {}, [21, 27]],
    ['(c.size ?? 100) = 100', {}, [0, 15]],
    ['c.n > 10 = true AND -c.n < -26', {}, [27]],
    ['ABS(c.n - 10) <= 2 -- a comment', {}, [9, 12]],
  ])('tests WHERE %s', async (where, parameters, expected) => {
    expect(await inPartition(`SELECT VALUE c.n FROM c WHERE ${where}`, parameters)).toEqual(expected);
  });

  test('joins arrays', async () => {
    const rows = await inPartition(
      'SELECT c.n, t.key FROM c JOIN t IN c.tags JOIN m IN c.numbers WHERE t.on AND m = 6',
    );
    expect(rows).toEqual([
      { n: 6, key: 'even' },
      { n: 6, key: 'third' },
    ]);
    expect(await inPartition('SELECT VALUE t.key FROM t IN c.tags WHERE t.on', {}, 'p1')).toHaveLength(5);
    expect(
      await inPartition('SELECT VALUE ARRAY(SELECT VALUE m + 1 FROM m IN c.numbers) FROM c WHERE c.n = 3'),
    ).toEqual([[4, 5]]);
    expect(
      await inPartition(
        'SELECT (SELECT VALUE COUNT(1) FROM t IN c.tags WHERE t.on) AS on FROM c WHERE c.n < 4',
      ),
    ).toEqual([{ on: 2 }, { on: 1 }]);
  });

  test('finds by what a joined source has that is named like the item', async () => {
    const hiding = await account.container('hiding');
    await hiding.items.create({ id: 'outer', pk: 'p', parts: [{ id: 'inner', pk: 'part', n: 1 }] });
    for (const where of ["c.id = 'inner'", "c.pk = 'part'"]) {
      const { resources } = await hiding.items
        .query(`SELECT VALUE c.n FROM c JOIN c IN c.parts WHERE ${where}`, { partitionKey: 'p' })
        .fetchAll();
      expect(resources).toEqual([1]);
    }
  });

  test('orders, limits, aggregates, groups and removes duplicates', async () => {
    expect(await inPartition('SELECT VALUE c.n FROM c ORDER BY c.n DESC OFFSET 2 LIMIT 3')).toEqual([
      21, 18, 15,
    ]);
    expect(await inPartition('SELECT TOP @most VALUE c.n FROM c WHERE c.n > 5', { most: 2 })).toEqual([6, 9]);
    expect(await inPartition('SELECT VALUE c.n FROM c OFFSET 8 LIMIT 10')).toEqual([24, 27]);
    expect(
      await inPartition(
        'SELECT COUNT(1) AS n, SUM(c.n) AS sum, MIN(c.n) AS min, MAX(c.n) AS max, AVG(c.n) AS avg, COUNT(c.size) AS sized FROM c',
      ),
    ).toEqual([{ n: 10, sum: 135, min: 0, max: 27, avg: 13.5, sized: 8 }]);
    expect(await inPartition('SELECT c.size, COUNT(1) AS n FROM c GROUP BY c.size')).toEqual(
      expect.arrayContaining([{ n: 2 }, { size: 3, n: 2 }]),
    );
    expect(await inPartition('SELECT DISTINCT VALUE c.color FROM c')).toEqual(['red']);
    expect(await inPartition('SELECT VALUE SUM(c.name) FROM c')).toEqual([]);
    expect(await inPartition('SELECT VALUE c.size FROM c ORDER BY c.size')).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
  });

  test('is continued page by page, over joins too', async () => {
    for (const query of [
      'SELECT VALUE c.n FROM c',
      'SELECT VALUE c.n FROM c ORDER BY c.n DESC',
      'SELECT VALUE m FROM c JOIN m IN c.numbers',
      'SELECT VALUE c.n FROM c OFFSET 3 LIMIT 5',
    ]) {
      const all = await inPartition(query);
      const paged: unknown[] = [];
      let continuationToken: string | undefined;
      do {
        const options = {
          partitionKey: 'p0',
          maxItemCount: 3,
          ...(continuationToken === undefined ? {} : { continuationToken }),
        };
        const page = await container.items.query(query, options).fetchNext();
        expect(page.resources.length).toBeLessThanOrEqual(3);
        paged.push(...page.resources);
        continuationToken = page.continuationToken;
      } while (continuationToken !== undefined);
      expect(paged).toEqual(all);
    }
  });
});

describe('a query of all partitions', () => {
  test('filters', async () => {
    expect((await run('SELECT VALUE c.n FROM c WHERE c.n < 4')).sort()).toEqual([0, 1, 2, 3]);
    expect(
      await run('SELECT VALUE c.n FROM c WHERE c.pk = @pk AND c.id = @id', { pk: 'p1', id: 'i04' }),
    ).toEqual([4]);
    expect(await run('SELECT * FROM c')).toHaveLength(30);
  });

  test('merges order, limits, aggregates, groups and duplicates of the partitions', async () => {
    expect(await run('SELECT VALUE c.n FROM c ORDER BY c.n')).toEqual(ITEMS.map((item) => item.n));
    expect(await run('SELECT c.id FROM c WHERE c.n > 3 ORDER BY c.n DESC OFFSET 1 LIMIT 2')).toEqual([
      { id: 'i28' },
      { id: 'i27' },
    ]);
    expect(await run('SELECT TOP 3 VALUE c.n FROM c ORDER BY c.n DESC')).toEqual([29, 28, 27]);
    expect(await run('SELECT VALUE c.n FROM c ORDER BY c.color DESC, c.n ASC OFFSET 0 LIMIT 3')).toEqual([
      0, 3, 6,
    ]);
    expect(await run('SELECT VALUE COUNT(1) FROM c')).toEqual([30]);
    expect(await run('SELECT VALUE SUM(c.n) FROM c WHERE c.pk IN ("p0", "p1")')).toEqual([135 + 145]);
    expect(await run('SELECT VALUE AVG(c.n) FROM c')).toEqual([14.5]);
    expect(await run('SELECT VALUE MAX(c.n) FROM c')).toEqual([29]);
    expect(await run('SELECT VALUE MIN(c.n) FROM c WHERE c.n > 3')).toEqual([4]);
    expect(await run('SELECT COUNT(1) AS n, MAX(c.n) AS max FROM c')).toEqual([{ n: 30, max: 29 }]);
    const groups = await run('SELECT c.color, COUNT(1) AS n, AVG(c.n) AS avg FROM c GROUP BY c.color');
    expect(groups).toHaveLength(3);
    expect(groups).toEqual(expect.arrayContaining([{ color: 'green', n: 10, avg: 14.5 }]));
    expect((await run('SELECT DISTINCT VALUE c.color FROM c')).sort()).toEqual(['blue', 'green', 'red']);
    expect(await run('SELECT VALUE t.key FROM c JOIN t IN c.tags WHERE c.n = 6 AND t.on')).toEqual([
      'even',
      'third',
    ]);
  });

  test('is continued with tokens of the query pipeline', async () => {
    const seen: unknown[] = [];
    let continuationToken: string | undefined;
    do {
      const options = {
        enableQueryControl: true,
        maxItemCount: 7,
        ...(continuationToken === undefined ? {} : { continuationToken }),
      };
      const page = await container.items.query('SELECT VALUE c.n FROM c ORDER BY c.n', options).fetchNext();
      seen.push(...(page.resources ?? []));
      continuationToken = page.continuationToken;
    } while (continuationToken !== undefined);
    expect(seen).toEqual(ITEMS.map((item) => item.n));
  });
});

describe('a query outside of the subset', () => {
  test.each([
    ['SELECT * FROM c WHERE', 'end of the query'],
    ['SELEC * FROM c', 'SELEC'],
    ['SELECT * FROM c WHERE c.a = #', '#'],
    ['SELECT * FROM c WHERE ST_DISTANCE(c.a, c.b) < 3', 'ST_DISTANCE'],
    ['SELECT * FROM c WHERE udf.tax(c.a) < 3', '('],
    ['SELECT VALUE d.n FROM c', "'d'"],
    ['SELECT * FROM c JOIN t IN c.tags', 'SELECT *'],
    ['SELECT c.n, COUNT(1) FROM c GROUP BY c.color', 'GROUP BY'],
    ['SELECT * FROM c WHERE COUNT(1) > 2', 'COUNT'],
    ['SELECT * FROM c WHERE c.n = @missing', '@missing'],
    ['SELECT * FROM c ORDER BY c.secret.value', 'secret'],
    ['SELECT * FROM c ORDER BY c.n, c.color', 'composite index'],
    ['SELECT TOP 1.5 * FROM c', '1.5'],
  ])('%s is refused with 400 and the offending text', async (query, text) => {
    for (const options of [{ partitionKey: 'p0' }, {}]) {
      const error = await refusal(run(query, {}, options));
      expect(error.code).toBe(400);
      expect(error.message).toContain(text);
    }
  });
});

test('databases and containers can be queried', async () => {
  const found = await account.database.containers
    .query({ query: 'SELECT * FROM root r WHERE r.id = @id', parameters: [{ name: '@id', value: 'items' }] })
    .fetchAll();
  expect(found.resources).toMatchObject([{ id: 'items' }]);
  expect((await account.client.databases.query('SELECT VALUE d.id FROM d').fetchAll()).resources).toEqual([
    'test',
  ]);
});
