import { describe, expect, test } from 'vitest';
import type { Transaction } from '../../../shared/contracts/transaction.ts';
import { scan, TRACE } from '../contract/fixtures.ts';
import { type BookingFound, locationKeyText, NOTHING_FOUND } from '../database.ts';
import type { LocationLock } from '../locks/location-lock.ts';
import { decide } from './decide.ts';

const NOW = new Date('2024-11-18T12:10:00.000Z');

/** Anna counts A-05-02 from noon to half past. */
const LOCK: LocationLock = {
  ...{
    lockId: 'LOCK-1',
    warehouseId: 'WH-001',
    locationId: 'A-05-02',
    scannerId: 'SCANNER-08',
    userId: 'anna',
  },
  ...{ startedAt: '2024-11-18T12:00:00.000Z', until: '2024-11-18T12:30:00.000Z' },
};
const ENDED: LocationLock = { ...LOCK, ended: { at: '2024-11-18T12:06:00.000Z', because: 'counted' } };
const BESIDE: LocationLock = { ...LOCK, lockId: 'LOCK-2', locationId: 'B-01', scannerId: 'SCANNER-07' };

const DURING = '2024-11-18T12:05:00Z';
const BEFORE = '2024-11-18T11:59:59.999Z';
const AFTER_END = '2024-11-18T12:06:00.000Z';

function foundWith(locks: readonly LocationLock[]): BookingFound {
  return {
    ...NOTHING_FOUND,
    locks,
    items: new Set(['ITEM-1']),
    warehouses: new Set(['WH-001']),
    locations: new Set(['A-05-02', 'B-01'].map((locationId) => locationKeyText('WH-001', locationId))),
  };
}

/** Ben's scan, online, of one piece received, where nothing else is said. */
function book(fields: Partial<Transaction>, ...locks: LocationLock[]) {
  const transaction = scan({ scannerId: 'SCANNER-09', userId: 'ben', scannedAt: DURING, ...fields });
  const scanTime = { scannedAt: transaction.scannedAt, flags: [] };
  const decision = decide([{ transaction, scanTime, trace: TRACE }], foundWith(locks), NOW);
  if (!('writes' in decision)) throw new Error('nothing is reserved');
  const [result] = decision.result.transactions;
  const { movements, messages, locks: changed, ledger, countedPositions } = decision.writes;
  return { result, movements, messages, changed, ledger, countedPositions };
}

describe('A scan in a location under count', () => {
  test('of another scanner, made online, is warned of with who counts and until when; nothing is booked', () => {
    const { result, movements, messages, ledger } = book({}, LOCK);
    expect(result).toMatchObject({
      outcome: 'warning',
      problem: {
        type: 'urn:stockbridge:problem:location-under-count',
        status: 409,
        locks: [{ lockId: 'LOCK-1', userId: 'anna' }],
      },
    });
    expect(result?.problem?.detail).toBe(
      'anna with SCANNER-08 counts WH-001/A-05-02 until 2024-11-18T12:30:00.000Z. Nothing was booked; send it again with acknowledgeLock LOCK-1 to go on beside the count',
    );
    expect(result).not.toHaveProperty('position');
    expect([movements, messages, ledger]).toEqual([[], [], []]);
  });

  test.each([
    ['a receipt', { type: 'receipt' }],
    ['a pick', { type: 'pick' }],
    ['an adjustment', { type: 'adjustment' }],
    ['another count', { type: 'count' }],
    ['a transfer out of it', { type: 'transfer', toLocationId: 'B-01' }],
    ['a transfer into it', { type: 'transfer', locationId: 'B-01', toLocationId: 'A-05-02' }],
  ] as const)('is warned of: %s', (_what, fields) => {
    expect(book(fields, LOCK).result?.outcome).toBe('warning');
  });

  test.each([
    ['the holder’s own', { scannerId: 'SCANNER-08' }, [LOCK], undefined],
    ['in another location', { locationId: 'B-01' }, [LOCK], undefined],
    ['after the lock has ended', { scannedAt: AFTER_END }, [ENDED], undefined],
    ['before the lock that has ended meanwhile', { scannedAt: BEFORE }, [ENDED], undefined],
    ['confirmed by the lock’s id', { acknowledgeLock: 'LOCK-1' }, [LOCK], 'LOCK-1'],
    ['scanned offline', { queued: true }, [LOCK], 'LOCK-1'],
    ['scanned offline during a lock that has ended', { queued: true }, [ENDED], 'LOCK-1'],
    ['online and late, during a lock that has ended', {}, [ENDED], 'LOCK-1'],
  ])('is booked when it is %s', (_what, fields, locks, recountLockId) => {
    const { result, movements, ledger } = book(fields, ...locks);
    expect(result).toMatchObject({ outcome: 'applied', position: { onHand: 1, version: 1 } });
    expect(movements.map((movement) => movement.recountLockId)).toEqual([recountLockId]);
    expect(result?.flags).toEqual(recountLockId === undefined ? undefined : ['recount']);
    expect(ledger[0]?.flags).toEqual(result?.flags ?? []);
  });

  test('tells the worker when it is booked beside the count', () => {
    const { result } = book({ queued: true }, LOCK);
    expect(result?.problem).toMatchObject({ status: 200, locks: [{ lockId: 'LOCK-1' }] });
    expect(result?.problem?.detail).toContain('anna with SCANNER-08 counts WH-001/A-05-02');
  });

  test('keeps what the worker confirmed', () => {
    const { ledger } = book({ acknowledgeLock: 'LOCK-1' }, LOCK);
    expect(ledger[0]?.transaction.acknowledgeLock).toBe('LOCK-1');
  });

  test('is not confirmed by the id of a lock elsewhere', () => {
    expect(book({ acknowledgeLock: 'LOCK-2' }, LOCK, BESIDE).result?.outcome).toBe('warning');
  });

  test('that moves between two such locations is confirmed by either, and flags each position by its own', () => {
    const transfer = { type: 'transfer', toLocationId: 'B-01' } as const;
    expect(book(transfer, LOCK, BESIDE).result?.problem?.locks).toHaveLength(2);
    const { movements } = book({ ...transfer, acknowledgeLock: 'LOCK-2' }, LOCK, BESIDE);
    expect(movements.map(({ recountLockId }) => recountLockId)).toEqual(['LOCK-1', 'LOCK-2']);
  });

  test('that is short tells of the count as well', () => {
    const { result } = book({ type: 'pick', queued: true }, LOCK);
    expect(result).toMatchObject({
      outcome: 'exception',
      flags: ['recount'],
      problem: { type: 'urn:stockbridge:problem:shortfall', locks: [{ lockId: 'LOCK-1' }] },
    });
  });

  test.each([
    ['fills an empty position: the cloud is told that it is under count', { queued: true }, LOCK, 1],
    ['fills one by the counter’s own hand', { scannerId: 'SCANNER-08' }, LOCK, 1],
    [
      'moves pieces into it',
      { queued: true, type: 'transfer', locationId: 'B-01', toLocationId: 'A-05-02' },
      LOCK,
      1,
    ],
    ['takes away', { queued: true, type: 'pick' }, LOCK, 0],
    ['comes after the lock', { queued: true }, ENDED, 0],
  ] as const)('%s', (_what, fields, lock, told) => {
    const { messages, countedPositions } = book(fields, lock);
    const started = messages.filter(
      (message) => message.kind === 'event' && message.event.eventType === 'InventoryCountStarted',
    );
    expect(started).toHaveLength(told);
    expect(countedPositions).toHaveLength(told);
    if (told > 0) {
      expect(messages.at(-1)).toMatchObject({
        event: { resultingOnHand: 1, version: 1, countLock: { lockId: 'LOCK-1', until: LOCK.until } },
      });
    }
  });
});

describe('An update that expects a version', () => {
  test('changes nothing where the position has another, and is told what it has', () => {
    const { result, movements } = book({ expectedVersion: 3 });
    expect(result).toMatchObject({ outcome: 'conflict', position: { onHand: 0, version: 0 } });
    expect(movements).toEqual([]);
  });

  test('is booked all the same when it waited in a queue', () => {
    expect(book({ expectedVersion: 3, queued: true }).result?.outcome).toBe('applied');
  });
});

describe('The count of a location', () => {
  const count = { type: 'count', acknowledgeLock: 'LOCK-1' } as const;

  test('ends the lock when its holder posts it', () => {
    const { changed } = book({ ...count, scannerId: 'SCANNER-08' }, LOCK);
    expect(changed).toEqual([{ ...LOCK, ended: { at: NOW.toISOString(), because: 'counted' } }]);
  });

  test.each([
    ['another scanner posts it', {}],
    ['it does not name the lock', { scannerId: 'SCANNER-08', acknowledgeLock: undefined }],
    ['it is of another location', { scannerId: 'SCANNER-08', locationId: 'B-01' }],
    ['it is no count', { scannerId: 'SCANNER-08', type: 'pick' }],
  ] as const)('leaves the lock alone when %s', (_what, fields) => {
    const { result, changed } = book({ ...count, ...fields }, LOCK);
    expect(result?.outcome).toMatch(/applied|exception/);
    expect(changed).toEqual([]);
  });
});

describe('The time of a scan, as corrected,', () => {
  test('orders it, stands in its event and in the ledger; the flags are answered and kept', () => {
    const transaction = scan({ scannedAt: '2031-01-01T00:00:00Z' });
    const scanTime = { scannedAt: DURING, flags: ['clamped-scan-time', 'device-clock-off'] as const };
    const decision = decide([{ transaction, scanTime, trace: TRACE }], foundWith([]), NOW);
    if (!('writes' in decision)) throw new Error('nothing is reserved');
    const { writes, result } = decision;
    expect(result.transactions[0]).toMatchObject({ outcome: 'applied', flags: scanTime.flags });
    expect(writes.ledger).toMatchObject([scanTime]);
    expect(writes.movements[0]?.scanKey).toMatch(/^2024-11-18T12:05:00\.000000000Z\t/);
    expect(writes.messages).toMatchObject([{ event: { scannedAt: DURING } }]);
  });
});
