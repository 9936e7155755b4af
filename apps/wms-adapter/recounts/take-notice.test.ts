import { describe, expect, test } from 'vitest';
import { DatabaseUnavailableError } from '../booking/group-commit.ts';
import { noticeOf } from './notice-fixture.ts';
import type { RecountOrder } from './recount-tasks.ts';
import { takeNotice } from './take-notice.ts';

/** A database that fails by each of these, one after the other, before it works. */
function setUp(...failures: Error[]) {
  const orders: RecountOrder[] = [];
  const lines: string[] = [];
  const stopping = new AbortController();
  const options = {
    database: {
      takeRecountOrder: async (order: RecountOrder) => {
        orders.push(order);
        const failure = failures.shift();
        if (failure) throw failure;
      },
    },
    random: () => 0,
    log: (line: string) => lines.push(line),
    stopping: stopping.signal,
  };
  return { orders, lines, stopping, take: (body: unknown) => takeNotice({ body }, 'WH-001', options) };
}

const place = { locationId: 'A-05-02', lotNumber: null, sinceVersion: 3 };

describe('A notice of an investigation', () => {
  test('that asks for a recount becomes an order for its positions, each once, with when, by whom and why', async () => {
    const { orders, take } = setUp();
    const lot = { locationId: 'B-01', lotNumber: '', sinceVersion: 0 };
    const notice = noticeOf(4, 'recount-asked', { positions: [place, lot, { ...place, sinceVersion: 9 }] });
    expect(await take(notice)).toEqual({ kind: 'complete' });
    const key = { itemId: 'ITEM-1', warehouseId: 'WH-001', lotNumber: null };
    expect(orders).toEqual([
      {
        investigationId: 'WH-001:ITEM-1:1',
        stepNumber: 4,
        asked: {
          ...{ askedAt: '2024-11-18T12:00:00.000Z', askedBy: 'ann', reason: notice.step.detail },
          positions: [
            { position: { ...key, locationId: 'A-05-02' }, sinceVersion: 9 },
            { position: { ...key, locationId: 'B-01' }, sinceVersion: 0 },
          ],
        },
      },
    ]);
  });

  test.each(['Look behind the pallet too.', ''])(
    'tells who counts what was written for them, %j, and not the sentence that the cloud makes of it',
    async (note) => {
      const { orders, take } = setUp();
      await take(noticeOf(4, 'recount-asked', { positions: [place], note }));
      expect(orders).toMatchObject([{ asked: { reason: note } }]);
    },
  );

  test.each(['explained', 'closed'] as const)(
    'that it is %s withdraws what was asked for',
    async (action) => {
      const { orders, take } = setUp();
      // What it had asked for is still in it.
      expect(await take(noticeOf(6, action, { positions: [place] }))).toEqual({ kind: 'complete' });
      expect(orders).toEqual([{ investigationId: 'WH-001:ITEM-1:1', stepNumber: 6 }]);
    },
  );

  test.each(['opened', 'added', 'assigned', 'recounted', 'reminded', 'escalated'] as const)(
    'that it is %s is completed, and changes nothing',
    async (action) => {
      const { orders, take } = setUp();
      expect(await take(noticeOf(5, action, { positions: [place] }))).toEqual({ kind: 'complete' });
      expect(orders).toEqual([]);
    },
  );

  test('is completed once it is durable, however often the database does not take it before', async () => {
    const { orders, lines, take } = setUp(
      new DatabaseUnavailableError('away'),
      new DatabaseUnavailableError('x'),
    );
    expect(await take(noticeOf(4, 'closed'))).toEqual({ kind: 'complete' });
    expect(orders).toHaveLength(3);
    expect(lines).toEqual([]);
  });

  test('is left to its lock when the adapter stops before', async () => {
    const { stopping, take } = setUp(...Array.from({ length: 100 }, () => new DatabaseUnavailableError('x')));
    const taken = take(noticeOf(4, 'closed'));
    stopping.abort();
    expect(await taken).toEqual({ kind: 'leave' });
  });

  test('is given back when taking it fails by a fault of ours, which is logged', async () => {
    const { lines, take } = setUp(new TypeError('a fault of the adapter'));
    expect(await take(noticeOf(4, 'closed'))).toEqual({ kind: 'abandon' });
    expect(lines).toEqual([expect.stringContaining('WH-001:ITEM-1:1#4 cannot be taken: TypeError: a fault')]);
  });

  const asked = noticeOf(4, 'recount-asked', { positions: [place] });
  const changed = (fields: object) => ({ ...asked, investigation: { ...asked.investigation, ...fields } });
  const about = (fields: object) => noticeOf(4, 'recount-asked', { positions: [{ ...place, ...fields }] });
  test.each([
    ['is no JSON object', 'text', 'invalid-notice', 'body: '],
    ['names no step', { ...asked, step: undefined }, 'invalid-notice', '/step: '],
    ['is not numbered', { ...asked, noticeId: 'WH-001:ITEM-1:1' }, 'invalid-notice', '/noticeId: '],
    [
      'has the number of another',
      { ...asked, noticeId: 'WH-001:ITEM-1:2#4' },
      'invalid-notice',
      '/noticeId: ',
    ],
    ['has an id too long', changed({ investigationId: 'x'.repeat(257) }), 'invalid-notice', '1 to 256'],
    ['asks for nothing', changed({ recount: undefined }), 'invalid-notice', '/investigation/recount: '],
    [
      'asks for no position',
      noticeOf(4, 'recount-asked'),
      'invalid-notice',
      '/investigation/recount/positions: ',
    ],
    ['is about no item', changed({ itemId: null }), 'invalid-notice', '/investigation/itemId: '],
    ['asks for no location', about({ locationId: 'A|B' }), 'invalid-notice', '/positions/0/locationId: '],
    ['asks about no version', about({ sinceVersion: -1 }), 'invalid-notice', '(given: -1)'],
    ['is for another warehouse', changed({ warehouseId: 'WH-002' }), 'other-warehouse', 'WH-002'],
  ])('that %s is dead-lettered, saying why', async (_what, body, reason, part) => {
    const { orders, take } = setUp();
    const description = expect.stringContaining(part);
    expect(await take(body)).toEqual({ kind: 'dead-letter', reason, description });
    expect(orders).toEqual([]);
  });
});
