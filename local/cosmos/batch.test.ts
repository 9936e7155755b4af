import type { Container, JSONObject, OperationInput, OperationResponse, PatchOperation } from '@azure/cosmos';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestAccount, type TestAccount } from './test-account.ts';

/** A hold of 5 pieces is possible: what a patch of an allocation asks of a stock document. */
const PROMISABLE = 'from c where c.onHand - c.safetyStock - c.tentative - c.confirmed + c.picked >= 5';
const STOCK = { kind: 'stock', onHand: 20, safetyStock: 2, tentative: 4, confirmed: 10, picked: 1 };

let account: TestAccount;
let container: Container;
let serial = 0;
/** The partition of a test. */
let pk = '';
let etag = '';

beforeAll(async () => {
  account = await startTestAccount();
  container = await account.container('stock');
});
beforeEach(async () => {
  serial += 1;
  pk = `item-${serial}`;
  etag = (await container.items.create({ id: 'stock', pk, ...STOCK })).etag;
  await container.items.create({ id: 'line', pk, kind: 'line', state: 'asked', sources: [{ held: 1 }] });
});
afterAll(() => account.stop());

const hold: PatchOperation[] = [
  { op: 'incr', path: '/tentative', value: 5 },
  { op: 'incr', path: '/revision', value: 1 },
];
const create = (id: string): OperationInput => ({ operationType: 'Create', resourceBody: { id, pk } });
const patch = (id: string, resourceBody: JSONObject, ifMatch?: string): OperationInput =>
  ({ operationType: 'Patch', id, resourceBody, ...(ifMatch && { ifMatch }) }) as OperationInput;
const patchIf = (condition: string): OperationInput =>
  patch('stock', { operations: hold as unknown as JSONObject[], condition });
const statuses = (result: OperationResponse[] | undefined) => result?.map((one) => one.statusCode);
const read = async (id: string) => (await container.item(id, pk).read()).resource;

describe('a batch with conditional patches', () => {
  test('of 99 operations of every kind is done as a whole', async () => {
    const creates = Array.from({ length: 94 }, (_, n) => create(`created-${n}`));
    const { code, result } = await container.items.batch(
      [
        patchIf(`${PROMISABLE} and c.kind = 'stock'`),
        patch(
          'line',
          {
            operations: [
              { op: 'set', path: '/state', value: 'held' },
              { op: 'add', path: '/sources/-', value: { held: 5 } },
              { op: 'incr', path: '/sources/0/held', value: 2 },
              { op: 'set', path: '/sources/0/at', value: { warehouse: 'WH-001' } },
              { op: 'remove', path: '/kind' },
            ],
          },
          (await container.item('line', pk).read()).etag,
        ),
        ...creates,
        { operationType: 'Replace', id: 'created-0', resourceBody: { id: 'created-0', pk, n: 1 } },
        { operationType: 'Upsert', resourceBody: { id: 'upserted', pk } },
        { operationType: 'Delete', id: 'created-1' },
      ],
      pk,
    );
    expect(code).toBe(200);
    expect(statuses(result)).toEqual([200, 200, ...creates.map(() => 201), 200, 201, 204]);
    expect(await read('stock')).toMatchObject({ tentative: 9, revision: 1 });
    const line = await read('line');
    expect(line).toMatchObject({
      state: 'held',
      sources: [{ held: 3, at: { warehouse: 'WH-001' } }, { held: 5 }],
    });
    expect(line?.kind).toBeUndefined();
    expect(result?.[0]?.eTag).toBe((await container.item('stock', pk).read()).etag);
  });

  test.each<[string, () => OperationInput, number]>([
    ['a condition that does not hold', () => patchIf(PROMISABLE.replace('5', '6')), 412],
    ['a condition on what is not there', () => patchIf('from c where c.onHand - c.missing >= 0'), 412],
    [
      'a stale etag',
      () => patch('stock', { operations: [{ op: 'incr', path: '/n', value: 1 }] }, '"stale"'),
      412,
    ],
    [
      'an item that is not there',
      () => patch('none', { operations: [{ op: 'incr', path: '/n', value: 1 }] }),
      404,
    ],
    ['an id that is taken', () => create('line'), 409],
    [
      'a stale replace',
      () => ({ operationType: 'Replace', id: 'line', ifMatch: '"stale"', resourceBody: { id: 'line', pk } }),
      412,
    ],
    ['a delete of nothing', () => ({ operationType: 'Delete', id: 'none' }), 404],
    [
      'an increment of text',
      () => patch('line', { operations: [{ op: 'incr', path: '/state', value: 1 }] }),
      400,
    ],
    [
      'a path whose parent is missing',
      () => patch('line', { operations: [{ op: 'incr', path: '/a/b', value: 1 }] }),
      400,
    ],
  ])('fails with the status of %s, 424 for the others, and changes nothing', async (_, failing, status) => {
    const before = [await read('stock'), await read('line')];
    const { code, result } = await container.items.batch(
      [create('new'), patchIf(PROMISABLE), failing(), create('newer')],
      pk,
    );
    expect(code).toBe(207);
    expect(statuses(result)).toEqual([424, 424, status, 424]);
    expect([await read('stock'), await read('line')]).toEqual(before);
    expect(await read('new')).toBeUndefined();
  });

  test('sees what the operations before it in the batch did', async () => {
    const { result } = await container.items.batch([patchIf(PROMISABLE), patchIf(PROMISABLE)], pk);
    expect(statuses(result)).toEqual([424, 412]);
    expect((await container.item('stock', pk).read()).etag).toBe(etag);
  });

  test('of two that want the last pieces only one gets them', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        container.items.batch([patchIf(PROMISABLE), create(`hold-${n}`)], pk),
      ),
    );
    expect(outcomes.filter(({ code }) => code === 200)).toHaveLength(1);
    expect((await read('stock'))?.tentative).toBe(9);
  });
});
