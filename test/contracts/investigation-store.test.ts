import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Investigation } from '../../shared/contracts/investigation.ts';
import type { InvestigationStore } from '../../shared/ports/investigation-store.ts';
import { InvalidContinuationToken } from '../../shared/ports/quarantine-store.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import { openStorage } from '../../shared/storage/connection.ts';
import { tableInvestigationStore } from '../../shared/storage/investigation-store.ts';
import { unique } from '../doubles/fixtures.ts';
import { inMemoryInvestigations } from '../doubles/investigation-store.ts';
import { someInvestigation } from '../doubles/reconciliation-fixtures.ts';
import { startAzurite } from '../parts/local-part.ts';

type Implementation = { readonly store: InvestigationStore; goAway(): Promise<void>; stop(): Promise<void> };

async function startInMemory(): Promise<Implementation> {
  const store = inMemoryInvestigations();
  const goAway = async () => {
    store.away = true;
  };
  return { store, goAway, stop: async () => {} };
}

async function startInStorage(): Promise<Implementation> {
  const part = await startAzurite();
  const storage = await openStorage({ StorageConnection: part.connectionString });
  return {
    store: tableInvestigationStore(storage.table('investigations')),
    goAway: part.kill,
    stop: part.stop,
  };
}

const NOBODY = { topic: 0, webhook: 0 };

/** A warehouse that no other test uses, so that none meets another's investigations. */
function newWarehouse(): string {
  return `WH-${String(unique()).padStart(6, '0')}`;
}

describe.each<[string, () => Promise<Implementation>]>([
  ['in memory', startInMemory],
  ['in Table storage', startInStorage],
])('the store of investigations %s', (_name, start) => {
  let implementation: Implementation;
  let store: InvestigationStore;

  beforeAll(async () => {
    implementation = await start();
    store = implementation.store;
  });
  afterAll(() => implementation.stop());

  async function stored(changes: Parameters<typeof someInvestigation>[0]): Promise<Investigation> {
    const investigation = someInvestigation(changes);
    expect(await store.put(investigation, NOBODY, null)).toBe('stored');
    return investigation;
  }

  describe('an investigation', () => {
    test('comes back as it was put, with how much of it was told', async () => {
      const step = {
        at: '2024-11-18T10:00:02Z',
        by: 'anna',
        action: 'assigned',
        detail: 'ä'.repeat(1_000),
      } as const;
      const investigation = someInvestigation({
        assignee: 'anna',
        steps: Array.from({ length: 100 }, () => step),
      });
      const told = { topic: 3, webhook: 2, recountSentAt: '2024-11-18T10:00:00.000Z' };
      expect(await store.put(investigation, told, null)).toBe('stored');
      const read = await store.read(investigation.investigationId);
      expect(read).toEqual({ investigation, told, etag: expect.any(String) });
    });

    test('is stored over what was read, and not over what somebody else stored since', async () => {
      const first = await stored({});
      const read = await store.read(first.investigationId);
      const closed = { ...first, status: 'closed' } as const;
      expect(await store.put(closed, NOBODY, read?.etag ?? '')).toBe('stored');
      expect(await store.put(first, NOBODY, read?.etag ?? '')).toBe('conflict');
      expect(await store.read(first.investigationId)).toMatchObject({ investigation: closed, told: NOBODY });
      const again = await store.read(first.investigationId);
      expect(await store.put(first, NOBODY, again?.etag ?? '')).toBe('stored');
    });

    test('is made once', async () => {
      const first = await stored({});
      expect(await store.put({ ...first, assignee: 'bert' }, NOBODY, null)).toBe('conflict');
      const other = someInvestigation();
      const both = await Promise.all([store.put(other, NOBODY, null), store.put(other, NOBODY, null)]);
      expect(both.sort()).toEqual(['conflict', 'stored']);
    });

    test('that nobody made cannot be stored over', async () => {
      const read = await store.read((await stored({})).investigationId);
      expect(await store.put(someInvestigation(), NOBODY, read?.etag ?? '')).toBe('conflict');
    });

    test.each(['WH-001:NONE:1', 'WH-001:NONE', 'x', '', "WH-001:' or 1:1", ':ITEM:1', 'a/b:c:1'])(
      'of which nobody knows, such as "%s", is not there',
      async (id) => expect(await store.read(id)).toBeUndefined(),
    );

    test('without an id of its form is refused', async () => {
      const nameless = someInvestigation({ investigationId: 'mine' });
      await expect(store.put(nameless, NOBODY, null)).rejects.toThrow('"mine" is no id of an investigation');
    });
  });

  describe('the newest', () => {
    test('of an item is that of the highest number, not that of a neighbour', async () => {
      const warehouseId = newWarehouse();
      for (const number of [9, 10, 2])
        await stored({ warehouseId, itemId: 'ITEM-1', number, status: 'closed' });
      await stored({ warehouseId, itemId: 'ITEM-10', number: 99 });
      await stored({ warehouseId: newWarehouse(), itemId: 'ITEM-1', number: 99 });
      const newest = await store.newest({ warehouseId, itemId: 'ITEM-1' });
      expect(newest?.investigation.investigationId).toBe(`${warehouseId}:ITEM-1:10`);
      expect(await store.newest({ warehouseId, itemId: 'ITEM' })).toBeUndefined();
    });

    test('of a warehouse as a whole is none of its items', async () => {
      const warehouseId = newWarehouse();
      await stored({ warehouseId, itemId: 'ITEM-1', number: 7 });
      expect(await store.newest({ warehouseId, itemId: null })).toBeUndefined();
      await stored({ warehouseId, itemId: null, number: 1 });
      const newest = await store.newest({ warehouseId, itemId: null });
      expect(newest?.investigation).toMatchObject({ investigationId: `${warehouseId}::1`, itemId: null });
    });
  });

  describe('the list', () => {
    test('comes by warehouse and item, page by page, each once, over all warehouses too', async () => {
      const warehouses = [newWarehouse(), newWarehouse()];
      const ids: string[] = [];
      for (const warehouseId of warehouses)
        for (const [itemId, number] of [
          ['ITEM-1', 2],
          ['ITEM-1', 1],
          ['ITEM-2', 1],
        ] as const)
          ids.push((await stored({ warehouseId, itemId, number })).investigationId);
      const all = await listed({}, 2);
      expect(all.filter((id) => ids.includes(id))).toEqual(ids);
      expect(new Set(all).size).toBe(all.length);
      expect(await listed({ warehouseId: warehouses[1] }, 2)).toEqual(ids.slice(3));
    });

    test('is narrowed by status, item and assignee', async () => {
      const warehouseId = newWarehouse();
      const item = `ITEM-${unique()}`;
      const one = (changes: Partial<Investigation> & { number: number }) =>
        stored({ warehouseId, itemId: item, ...changes }).then(({ investigationId }) => investigationId);
      const closed = await one({ number: 1, status: 'closed', assignee: 'anna@example.com' });
      const asked = await one({ number: 2, status: 'recount-asked', assignee: 'bert' });
      const opened = await one({ number: 3 });
      const other = await one({ number: 4, itemId: 'ITEM', assignee: 'anna@example.com' });
      expect(await listed({ warehouseId, status: 'open' })).toEqual(
        expect.arrayContaining([asked, opened, other]),
      );
      expect(await listed({ warehouseId, status: 'open' })).toHaveLength(3);
      expect(await listed({ warehouseId, status: 'closed' })).toEqual([closed]);
      expect(await listed({ itemId: item })).toEqual([opened, asked, closed]);
      expect(await listed({ warehouseId, itemId: item, assignee: 'anna@example.com' })).toEqual([closed]);
      expect(await listed({ warehouseId, assignee: 'anna@example.com', status: 'open' })).toEqual([other]);
      expect(await listed({ itemId: item, assignee: "an'na" })).toEqual([]);
    });

    test.each(['x', 'eyJ', 'bnVsbA', '"', 'WyJydW5zIiwieCJd'])(
      'tells of a continuation token that no list gave, %s',
      async (continuationToken) => {
        const asked = store.list({ top: 10, continuationToken });
        await expect(asked).rejects.toBeInstanceOf(InvalidContinuationToken);
      },
    );
  });

  test('a store that went away says so', async () => {
    await implementation.goAway();
    const investigation = someInvestigation();
    const calls = [
      store.read(investigation.investigationId),
      store.newest({ warehouseId: 'WH-001', itemId: null }),
      store.put(investigation, NOBODY, null),
      store.put(investigation, NOBODY, '"1"'),
      store.list({ top: 1 }),
    ];
    for (const result of await Promise.allSettled(calls))
      expect(result).toMatchObject({ reason: expect.any(StoreUnavailable) });
  });

  async function listed(
    query: Omit<Parameters<InvestigationStore['list']>[0], 'top'>,
    top = 3,
  ): Promise<string[]> {
    const ids: string[] = [];
    let token: string | undefined;
    do {
      const page = await store.list({ ...query, top, continuationToken: token });
      expect(page.rows.length).toBeLessThanOrEqual(top);
      ids.push(...page.rows.map(({ investigationId }) => investigationId));
      token = page.continuationToken;
    } while (token !== undefined);
    return ids;
  }
});
