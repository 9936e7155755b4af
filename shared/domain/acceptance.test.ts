import { describe, expect, test } from 'vitest';
import { accept } from './acceptance.ts';

const WAREHOUSES = new Set(['WH-001']);
const ENQUEUED = Date.parse('2024-11-18T10:00:00Z');

const PUBLISHED = {
  eventId: 'evt-20241118-000123',
  timestamp: '2024-11-18T10:00:00Z',
  eventType: 'InventoryAdjustment',
  itemId: 'ITEM-12345',
  warehouseId: 'WH-001',
  locationId: 'A-05-02',
  lotNumber: 'LOT-2024-089',
  quantityChange: -50,
  resultingOnHand: 450,
  transactionId: 'TRX-445566',
  scannerId: 'SCANNER-08',
  userId: 'warehouse_user_23',
};

const acceptText = (text: string) => accept(Buffer.from(text), ENQUEUED, WAREHOUSES);
const acceptEvent = (changes: object) => acceptText(JSON.stringify({ ...PUBLISHED, ...changes }));

describe('an event with exactly the published fields', () => {
  test('is accepted as it is', () => {
    expect(acceptEvent({})).toEqual({ accepted: true, event: PUBLISHED });
  });

  test('may lack a lot, or say null or nothing for it', () => {
    const { lotNumber: _lot, ...withoutLot } = PUBLISHED;
    for (const event of [withoutLot, { ...PUBLISHED, lotNumber: null }, { ...PUBLISHED, lotNumber: '' }]) {
      expect(acceptText(JSON.stringify(event))).toMatchObject({ accepted: true, event: { lotNumber: null } });
    }
  });

  test('may carry fields of a later schema, which are left alone', () => {
    expect(acceptEvent({ colour: 'red' })).toMatchObject({ accepted: true });
  });

  test('may be ahead of the bus by up to five minutes', () => {
    expect(acceptEvent({ timestamp: '2024-11-18T10:05:00Z' })).toMatchObject({ accepted: true });
  });
});

describe('what cannot be folded is refused with a reason that names field and value', () => {
  test.each([
    ['a missing field', { itemId: undefined }, 'invalid-event', 'itemId (missing)'],
    ['a wrong type: a number as text', { quantityChange: '-50' }, 'invalid-event', 'quantityChange "-50"'],
    [
      'an unknown event type',
      { eventType: 'InventoryExploded' },
      'invalid-event',
      'eventType "InventoryExploded"',
    ],
    [
      'a count that began, without its lock',
      { eventType: 'InventoryCountStarted' },
      'invalid-event',
      'countLock (missing): is required of InventoryCountStarted',
    ],
    [
      'the lock of a count on another event, whose figures would be lost',
      { countLock: { lockId: 'L', until: '2024-11-18T10:30:00Z' } },
      'invalid-event',
      'countLock an object: does not belong to InventoryAdjustment',
    ],
    ['negative stock', { resultingOnHand: -1 }, 'invalid-event', 'resultingOnHand -1'],
    ['a part of a piece', { quantityChange: 0.5 }, 'invalid-event', 'quantityChange 0.5'],
    [
      'more pieces than there can be',
      { resultingOnHand: 1e12 },
      'invalid-event',
      'resultingOnHand 1000000000000',
    ],
    ['version 0', { version: 0 }, 'invalid-event', 'version 0'],
    [
      'a time without zone',
      { timestamp: '2024-11-18 10:00' },
      'invalid-event',
      'timestamp "2024-11-18 10:00"',
    ],
    [
      'a time without seconds',
      { timestamp: '2024-11-18T10:00Z' },
      'invalid-event',
      'timestamp "2024-11-18T10:00Z"',
    ],
    [
      'a time of endless precision',
      { scannedAt: `2024-11-18T10:00:00.${'1'.repeat(40_000)}Z` },
      'invalid-event',
      'scannedAt',
    ],
    ['a key that could not be stored', { itemId: 'a/b' }, 'invalid-event', 'itemId "a/b"'],
    ['an unknown warehouse', { warehouseId: 'WH-999' }, 'unknown-warehouse', 'warehouseId "WH-999"'],
    [
      'an event from the future',
      { timestamp: '2024-11-18T10:05:00.001Z' },
      'from-the-future',
      'timestamp "2024-11-18T10:05:00.001Z"',
    ],
  ])('%s', (_name, changes, reason, detail) => {
    expect(acceptEvent(changes)).toMatchObject({
      accepted: false,
      refusal: { reason, detail: expect.stringContaining(detail) },
    });
  });

  test.each([
    ['text that is no JSON', Buffer.from('{"eventId":'), 'not-json'],
    ['JSON that is no object', Buffer.from('[1, 2]'), 'invalid-event'],
    ['an empty body', Buffer.alloc(0), 'not-json'],
    ['broken UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 'not-utf-8'],
    ['a body larger than any event', Buffer.alloc(65 * 1024, 0x20), 'too-large'],
  ])('%s', (_name, body, reason) => {
    expect(accept(body, ENQUEUED, WAREHOUSES)).toMatchObject({ accepted: false, refusal: { reason } });
  });
});
