import type sql from 'mssql';
import { expect, test } from 'vitest';
import { WmsUnavailable } from '../ports/wms-sql.ts';
import { mssqlWmsSql } from './wms-sql-reader.ts';

const POSITION = {
  ...{ item_id: 'ITEM-1', location_id: 'A-01', lot_number: '', on_hand: 5, version: null, changed_at: null },
};
const READ = { locationId: 'A-01', lotNumber: null, onHand: 5, version: null, changedAt: null };

/** The reader on a driver that answers so; on a server: `test/contracts`. */
function readerOf(...recordsets: readonly object[][]) {
  const request = { input: () => request, query: async () => ({ recordsets }) };
  const pool = { request: () => request } as unknown as sql.ConnectionPool;
  return mssqlWmsSql(async () => pool, { random: Math.random, sleep: async () => {}, tries: 1 });
}

test('An item is found by its id also where its column adds blanks', async () => {
  const wms = readerOf([{ ...POSITION, item_id: 'ITEM-1   ' }], [{ item_id: 'ITEM-1   ', reserved: 2 }]);
  const expected = { itemId: 'ITEM-1', warehouseId: 'WH-001', positions: [READ], reserved: 2 };
  expect(await wms.stocksOf('WH-001', ['ITEM-1'])).toEqual([expected]);
  expect(await wms.stocksFrom('WH-001', {}, 10)).toEqual({ stocks: [expected], more: false });
});

test('A row that cannot be read leaves the others of its page as they are', async () => {
  const spoilt = { ...POSITION, location_id: 'B-01', on_hand: 1.5 };
  const wms = readerOf(
    [POSITION, spoilt, { ...POSITION, item_id: 'ITEM-2' }],
    [{ item_id: 'ITEM-2', reserved: 'x' }],
  );
  const { stocks } = await wms.stocksFrom('WH-001', {}, 10);
  expect(stocks).toMatchObject([
    { itemId: 'ITEM-1', positions: [READ], unreadable: [{ locationId: 'B-01' }] },
    { itemId: 'ITEM-2', positions: [READ], unreadable: [{ locationId: null }] },
  ]);
});

test('A row without its item fails by name: it may be of any', async () => {
  const wms = readerOf([{ ...POSITION, item_id: null }], []);
  for (const reading of [wms.stocksFrom('WH-001', {}, 10), wms.stocksOf('WH-001', ['ITEM-1'])]) {
    await expect(reading).rejects.toThrow(WmsUnavailable);
    await expect(reading).rejects.toThrow('wms.position.item_id is NULL: it must be a text');
  }
  const changes = readerOf([{ bound: '7', taken: 1 }], [{ item_id: null }]);
  const reading = changes.changedItems('WH-001', { after: '0', upTo: '9' }, 10);
  await expect(reading).rejects.toThrow('item_id of a row that changed is NULL: it must be a text');
});

test('A price that is no number is none', async () => {
  const wms = readerOf([
    { item_id: 'ITEM-1', unit_price: 'dear' },
    { item_id: 'ITEM-2', unit_price: '2.50' },
  ]);
  expect(await wms.unitPrices(['ITEM-1', 'ITEM-2'])).toEqual(new Map([['ITEM-2', 2.5]]));
});

test('A version or time that cannot be read is named', async () => {
  const known = readerOf([{ nth: 0, version: 1.5 }]).knownTransactions(
    { itemId: 'ITEM-1', warehouseId: 'WH-001', locationId: 'A-01', lotNumber: null },
    ['TRX-1'],
  );
  await expect(known).rejects.toThrow(
    'wms.movement.version of transaction TRX-1 is 1.5: it must be a whole number',
  );
  const unsent = readerOf([{ committed_at: 'yesterday' }]).oldestUnsent();
  await expect(unsent).rejects.toThrow('wms.outbox.committed_at is "yesterday": it must be a date and time');
});
