import { describe, expect, test } from 'vitest';
import { openDeviceStore } from '../store/device-store.ts';
import { AT, page } from '../store/device-store-contract.ts';
import { openNodeSqlite } from '../store/node-sqlite.ts';
import { readCode } from './read-code.ts';

const teapot = { itemId: 'TEAPOT', barcodes: ['4006381333931', '036000291452', 'TEA/1'] };
const store = openDeviceStore(openNodeSqlite(':memory:'));
store.putMasterData(
  page({
    items: [teapot, { itemId: 'A-01' }],
    locations: [
      { warehouseId: 'WH-001', locationId: 'A-01' },
      { warehouseId: 'WH-008', locationId: 'A-01' },
      { warehouseId: 'WH-008', locationId: 'B-01' },
    ],
  }),
  AT,
);
const read = (code: string) => readCode(code, store, ['WH-008'], '2026-11-22');
const itemsOf = (code: string) => read(code).items.map(({ itemId }) => itemId);

describe('a code', () => {
  test.each([
    'TEAPOT',
    '4006381333931',
    ']E04006381333931',
    '04006381333931',
    ']C10104006381333931',
    '010400638133393110LOT-7',
    '036000291452',
    '0036000291452',
    'TEA/1',
    ']A0TEA/1',
    '  TEAPOT \r\n',
  ])('%j is the teapot', (code) => {
    expect(itemsOf(code)).toEqual(['TEAPOT']);
  });

  test.each(['teapot', '4006381333932', ']C10104006381333932', '0', '', ' ', 'A'.repeat(5_000)])(
    '%j is no item',
    (code) => {
      expect(itemsOf(code)).toEqual([]);
    },
  );

  test('may be an item and a location; the locations of the user come first', () => {
    expect(read('A-01')).toEqual({
      code: 'A-01',
      items: [{ itemId: 'A-01' }],
      locations: [
        { warehouseId: 'WH-008', locationId: 'A-01' },
        { warehouseId: 'WH-001', locationId: 'A-01' },
      ],
      badge: 'A-01',
    });
  });

  test('with a lot, an expiry and a count tells them', () => {
    expect(read(']d20104006381333931172812313048\u001d10LOT-7')).toMatchObject({
      items: [teapot],
      lotNumber: 'LOT-7',
      expiresOn: '2028-12-31',
      quantity: 48,
    });
  });

  test('tells no lot that the WMS could not keep', () => {
    expect(read(']d2010400638133393110LOT/7').lotNumber).toBeUndefined();
  });

  test('of an unknown item still tells what stands beside it', () => {
    expect(read(']d2011061414100041510LOT-7')).toMatchObject({ items: [], lotNumber: 'LOT-7' });
  });

  test('is a badge where a person signs in, but for element strings and cards of devices', () => {
    expect(read('B-4711').badge).toBe('B-4711');
    expect(read('Bärbel').badge).toBeUndefined();
    expect(read(']C10104006381333931').badge).toBeUndefined();
    expect(read('stockbridge:device?id=SCANNER-08').badge).toBeUndefined();
  });

  test.each([
    ['stockbridge:device?id=SCANNER-08&key=sbk_abc-_1', { scannerId: 'SCANNER-08', key: 'sbk_abc-_1' }],
    [']Q1stockbridge:device?id=SCANNER-08&key=sbk_a', { scannerId: 'SCANNER-08', key: 'sbk_a' }],
    ['stockbridge:device?id=SCANNER-08', { scannerId: 'SCANNER-08' }],
    ['stockbridge:device?key=sbk_a', undefined],
    ['stockbridge:device?id=|&key=sbk_a', undefined],
    ['stockbridge:device?id=SCANNER-08&key=%0d%0aevil', undefined],
    ['http://example.com/?id=SCANNER-08', undefined],
  ])('%j as the card of a device is %j', (code, card) => {
    expect(read(code).deviceCard).toEqual(card);
  });
});
