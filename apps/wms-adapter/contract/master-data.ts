import { describe, expect, test } from 'vitest';
import type { Database, MasterDataChanges } from '../database.ts';

/** Items, locations and warehouses, and what a scanner is told of them. */
export function describeMasterData(databaseOf: () => Database, reopen: () => Promise<void>): void {
  describe('Master data', () => {
    test('keeps master data, replaced as a whole', async () => {
      await databaseOf().putItems([
        { itemId: 'ITEM-1', description: 'Mug', barcodes: ['123'], maxQuantity: 50 },
      ]);
      await databaseOf().putItems([{ itemId: 'ITEM-1', description: 'Cup' }]);
      await reopen();
      expect(await databaseOf().item('ITEM-1')).toEqual({ itemId: 'ITEM-1', description: 'Cup' });
      expect(await databaseOf().item('ITEM-9')).toBeUndefined();
      expect(await databaseOf().location('WH-001', 'A-05-02')).toEqual({
        warehouseId: 'WH-001',
        locationId: 'A-05-02',
      });
      expect(await databaseOf().location('WH-001', 'Z-99')).toBeUndefined();
    });

    test('refuses locations of unknown warehouses as a whole, naming those', async () => {
      const locations = [
        { warehouseId: 'WH-001', locationId: 'C-01' },
        { warehouseId: 'WH-999', locationId: 'C-01' },
      ];
      expect(await databaseOf().putLocations(locations)).toEqual(['WH-999']);
      expect(await databaseOf().location('WH-001', 'C-01')).toBeUndefined();
    });

    const since = (version: number, warehouseIds = ['WH-001'], limit = 100) =>
      databaseOf().masterDataSince({ version, warehouseIds, limit });
    const names = ({ items, locations }: MasterDataChanges) => [
      ...items.map(({ itemId }) => itemId),
      ...locations.map(({ warehouseId, locationId }) => `${warehouseId}/${locationId}`),
    ];

    test('is told as a whole to who has nothing, and then only what was put since', async () => {
      const all = await since(0);
      expect(names(all)).toEqual(['ITEM-1', 'WH-001/A-05-02', 'WH-001/B-01']);
      expect(all.hasMore).toBe(false);
      expect(await since(all.version)).toEqual({ ...all, items: [], locations: [] });
      await databaseOf().putItems([{ itemId: 'ITEM-2', description: 'Mug', unitPrice: 3.95 }]);
      await reopen();
      await databaseOf().putLocations([{ warehouseId: 'WH-001', locationId: 'A-05-02', description: 'Top' }]);
      const changes = await since(all.version);
      expect(changes).toMatchObject({
        items: [{ itemId: 'ITEM-2', description: 'Mug', unitPrice: 3.95 }],
        locations: [{ warehouseId: 'WH-001', locationId: 'A-05-02', description: 'Top' }],
      });
      expect(changes.version).toBeGreaterThan(all.version);
    });

    test('is told of the warehouses that are asked for, and of the items of all', async () => {
      expect(names(await since(0, ['WH-002']))).toEqual(['ITEM-1', 'WH-002/A-05-02']);
      expect(names(await since(0, ['WH-001', 'WH-002', 'WH-001']))).toHaveLength(4);
      expect(names(await since(0, ['WH-999']))).toEqual(['ITEM-1']);
    });

    test('comes page by page in the order of its versions, each item and location once, as it is now', async () => {
      await databaseOf().putItems(
        Array.from({ length: 7 }, (_unused, index) => ({ itemId: `ITEM-${index}` })),
      );
      const found: string[] = [];
      let page = await since(0, ['WH-001'], 2);
      for (;;) {
        expect(names(page).length).toBeLessThanOrEqual(2);
        found.push(...names(page));
        if (!page.hasMore) break;
        const next = await since(page.version, ['WH-001'], 2);
        expect(next.version).toBeGreaterThan(page.version);
        page = next;
      }
      // ITEM-1 was there before the locations, and was put again after them.
      expect(found).toEqual([
        ...['WH-001/A-05-02', 'WH-001/B-01'],
        ...Array.from({ length: 7 }, (_unused, index) => `ITEM-${index}`),
      ]);
    });

    test('that was refused is told to nobody', async () => {
      const before = await since(0);
      await databaseOf().putLocations([
        { warehouseId: 'WH-001', locationId: 'C-01' },
        { warehouseId: 'WH-999', locationId: 'C-01' },
      ]);
      expect(await since(0)).toEqual(before);
    });
  });
}
