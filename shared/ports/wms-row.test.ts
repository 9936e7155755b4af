import { describe, expect, test } from 'vitest';
import { reservationOf } from './wms-decision.ts';
import { positionOf, reservedOf } from './wms-row.ts';
import { UnreadableValue } from './wms-sql.ts';

const ROW = {
  ...{ item_id: 'ITEM-1', location_id: 'A-01', lot_number: 'LOT-1', on_hand: 5, version: 2 },
  changed_at: new Date('2026-11-22T10:00:00Z'),
};
const READ = {
  ...{ itemId: 'ITEM-1', locationId: 'A-01', lotNumber: 'LOT-1', onHand: 5, version: 2 },
  changedAt: '2026-11-22T10:00:00.000Z',
};
const LONG = 'x'.repeat(65);

describe('A row of a position', () => {
  test.each([
    ['as it is', {}, {}],
    [
      'without lot, version and time',
      { lot_number: '', version: null, changed_at: null },
      { lotNumber: null, version: null, changedAt: null },
    ],
    ['with NULL for no lot', { lot_number: null }, { lotNumber: null }],
    ['with numbers as text, as drivers give large ones', { on_hand: '5', version: '2' }, {}],
    [
      'with the blanks that char adds',
      { item_id: 'ITEM-1  ', location_id: 'A-01 ', lot_number: 'LOT-1 ' },
      {},
    ],
    [
      'with other white space, which is part of an id to the database',
      { item_id: 'ITEM-1\r', location_id: 'A-01\t ', lot_number: 'LOT-1\n' },
      { itemId: 'ITEM-1\r', locationId: 'A-01\t', lotNumber: 'LOT-1\n' },
    ],
    ['with a time as text', { changed_at: '2026-11-22T10:00:00.000Z' }, {}],
    [
      'with ids and a figure that no event can have',
      { location_id: 'Büro/05', on_hand: -3 },
      { locationId: 'Büro/05', onHand: -3 },
    ],
  ])('%s is read', (_what, columns, fields) => {
    expect(positionOf({ ...ROW, ...columns })).toEqual({ ...READ, ...fields });
  });

  test.each([
    [{ on_hand: 1.5 }, 'wms.position.on_hand is 1.5: it must be a whole number'],
    [{ on_hand: null }, 'wms.position.on_hand is NULL: it must be a whole number'],
    [{ on_hand: 'many' }, 'wms.position.on_hand is "many": it must be a whole number'],
    [{ on_hand: ' ' }, 'wms.position.on_hand is " ": it must be a whole number'],
    [{ on_hand: 4_006_381_333_931 }, 'wms.position.on_hand is 4006381333931: it must be at most 1000000000'],
    [{ version: -1 }, 'wms.position.version is -1: it must be 0 or more'],
    [{ changed_at: 'yesterday' }, 'wms.position.changed_at is "yesterday": it must be a date and time'],
    [
      { changed_at: '2026-13-45T10:00:00Z' },
      'wms.position.changed_at is "2026-13-45T10:00:00Z": it must be a date and time',
    ],
    [
      { changed_at: new Date(Number.NaN) },
      expect.stringMatching(/^wms.position.changed_at is .*: it must be a date and time$/),
    ],
  ])('with %j is told with its place', (columns, fault) => {
    const place = { itemId: 'ITEM-1', locationId: 'A-01', lotNumber: 'LOT-1' };
    expect(positionOf({ ...ROW, ...columns })).toEqual({ ...place, fault });
  });

  test.each([
    [{ location_id: null }, 'wms.position.location_id is NULL: it must be a text'],
    [{ location_id: '' }, 'wms.position.location_id is "": it must be a text'],
    [{ location_id: 5 }, 'wms.position.location_id is 5: it must be a text'],
    [{ lot_number: 5 }, 'wms.position.lot_number is 5: it must be a text'],
    [{ lot_number: 'LOT-\ud800' }, 'wms.position.lot_number is "LOT-\\ud800": it must be a text'],
    [{ location_id: LONG }, `wms.position.location_id is "${LONG}": it must be at most 64 characters long`],
  ])('with %j is told without a place', (columns, fault) => {
    const nowhere = { itemId: 'ITEM-1', locationId: null, lotNumber: null };
    expect(positionOf({ ...ROW, ...columns })).toEqual({ ...nowhere, fault });
  });

  test('of an item whose id is too long is told of that item', () => {
    const fault = `wms.position.item_id is "${LONG}": it must be at most 64 characters long`;
    expect(positionOf({ ...ROW, item_id: LONG })).toMatchObject({ itemId: LONG, fault });
  });

  test.each([null, '', ' ', 5])(
    'that does not say its item (%j) fails: any position may be it',
    (item_id) => {
      expect(() => positionOf({ ...ROW, item_id })).toThrow(UnreadableValue);
      expect(() => positionOf({ ...ROW, item_id })).toThrow(/^wms\.position\.item_id is /);
      expect(() => reservedOf({ item_id, reserved: 1 })).toThrow(/^wms\.item_stock\.item_id is /);
    },
  );
});

test('What is reserved of an item is told by name where it cannot be read', () => {
  expect(reservedOf({ item_id: 'ITEM-1 ', reserved: '3' })).toEqual({ itemId: 'ITEM-1', reserved: 3 });
  expect(reservedOf({ item_id: 'ITEM-1', reserved: 0.5 })).toEqual({
    ...{ itemId: 'ITEM-1', locationId: null, lotNumber: null },
    fault: 'wms.item_stock.reserved is 0.5: it must be a whole number',
  });
});

describe('A reservation', () => {
  const decision = {
    ...{ allocationId: 'ORDER-1:L1:1', orderId: 'ORDER-1', lineId: 'L1', sequence: 1, status: 'confirmed' },
    ...{ itemId: 'ITEM-1', warehouseId: 'WH-001', quantity: 5, picked: 0 },
    decidedAt: '2024-11-18T10:00:01.000Z',
  };
  const row = { allocation_id: 'ORDER-1:L1:1', decision: JSON.stringify(decision), reserved: 5, picked: '0' };

  test('is read', () => {
    expect(reservationOf(row)).toEqual({ decision, reserved: 5, picked: 0 });
    expect(reservationOf({ ...row, allocation_id: 'ORDER-1:L1:1  ' })).toHaveProperty('decision');
  });

  test.each([
    [{ decision: null }, 'wms.allocation.decision is NULL: it is not as the contract has it'],
    [{ decision: 'none' }, 'wms.allocation.decision is "none": it is not as the contract has it'],
    [{ decision: '{}' }, 'wms.allocation.decision is "{}": it is not as the contract has it'],
    [{ reserved: 0.5 }, 'wms.allocation.reserved is 0.5: it must be a whole number'],
    [{ picked: null }, 'wms.allocation.picked is NULL: it must be a whole number'],
    [
      { decision: JSON.stringify({ ...decision, allocationId: 'ORDER-2:L1:1' }) },
      'it is of allocation ORDER-2:L1:1',
    ],
  ])('with %j is told by its id', (columns, fault) => {
    const read = reservationOf({ ...row, ...columns });
    expect(read).toEqual({ allocationId: 'ORDER-1:L1:1', fault: expect.stringContaining(fault) });
    expect(JSON.stringify(read)).not.toContain('\\n');
  });
});
