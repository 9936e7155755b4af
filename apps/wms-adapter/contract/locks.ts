import { describe, expect, test } from 'vitest';
import type { Database } from '../database.ts';
import type { LockCommand } from '../locks/lock-order.ts';
import { bookOn, decideOn, foundBy, lock, lockOn, NOW, scan, take } from './fixtures.ts';

const TEN_PAST = new Date('2024-11-18T12:10:00.000Z');
const HALF_PAST = new Date('2024-11-18T12:30:00.000Z');
const LATER = new Date('2024-11-18T12:40:00.000Z');

/** What is kept of the locks of locations. */
export function describeLocks(databaseOf: () => Database, reopen: () => Promise<void>): void {
  describe('The lock of a location', () => {
    const order = (command: LockCommand, now = NOW) => lockOn(databaseOf(), command, now);
    const running = async (now = NOW) => (await databaseOf().locks({ limit: 100 }, now)).rows;
    const idsSince = async (since: Date, locationId = 'A-05-02') => {
      const place = { warehouseId: 'WH-001', locationId, since: since.toISOString() };
      return (await foundBy(databaseOf(), { lockLocations: [place] })).locks.map(({ lockId }) => lockId);
    };
    const kept = async (...lockIds: string[]) => (await foundBy(databaseOf(), { lockIds })).locks;

    test('is kept over a restart, and listed page by page while it runs', async () => {
      expect(await order(take())).toEqual({ kind: 'running', lock: lock() });
      await order(take({ lockId: 'LOCK-2', locationId: 'B-01' }), TEN_PAST);
      await reopen();
      const first = await databaseOf().locks({ limit: 1 }, TEN_PAST);
      expect(first.rows).toEqual([lock()]);
      const second = await databaseOf().locks({ limit: 1, after: first.next }, TEN_PAST);
      expect(second.rows).toMatchObject([{ lockId: 'LOCK-2', until: LATER.toISOString() }]);
      expect(second.next).toBeUndefined();
      expect((await running(HALF_PAST)).map(({ lockId }) => lockId)).toEqual(['LOCK-2']);
    });

    test('is listed by warehouse', async () => {
      await order(take());
      await order(take({ lockId: 'LOCK-2', warehouseId: 'WH-002' }));
      const idsOf = async (warehouseId: string) =>
        (await databaseOf().locks({ limit: 1, warehouseId }, NOW)).rows.map(({ lockId }) => lockId);
      expect(await Promise.all(['WH-001', 'WH-002', 'WH-003'].map(idsOf))).toEqual([
        ['LOCK-1'],
        ['LOCK-2'],
        [],
      ]);
    });

    test('that is extended runs on under its id, with the time at which it began', async () => {
      await order(take());
      await order({ kind: 'extend', lockId: 'LOCK-1', by: { scannerId: 'SCANNER-08' } }, TEN_PAST);
      await reopen();
      expect(await running(HALF_PAST)).toEqual([lock({ until: LATER.toISOString() })]);
    });

    test.each([
      ['released', () => ({ kind: 'release', lockId: 'LOCK-1' }) as const],
      ['counted', () => scan({ type: 'count', quantity: 0, acknowledgeLock: 'LOCK-1' })],
    ] as const)(
      'that is %s is listed no more, and kept with its end and why it ended',
      async (because, end) => {
        await order(take());
        await decideOn(databaseOf(), [end()], TEN_PAST);
        await reopen();
        expect(await running(TEN_PAST)).toEqual([]);
        expect(await kept('LOCK-1')).toEqual([lock({ ended: { at: TEN_PAST.toISOString(), because } })]);
      },
    );

    test('that is taken over is kept beside its successor, which tells of it and why', async () => {
      await order(take());
      const who = { scannerId: 'SCANNER-09', userId: 'supervisor' };
      await order(
        { kind: 'take-over', lockId: 'LOCK-1', newLockId: 'LOCK-2', reason: 'shift ended', ...who },
        TEN_PAST,
      );
      await reopen();
      const successor = lock({
        ...{ lockId: 'LOCK-2', ...who, startedAt: TEN_PAST.toISOString(), until: LATER.toISOString() },
        takenOver: { lockId: 'LOCK-1', reason: 'shift ended' },
      });
      expect(await running(TEN_PAST)).toEqual([successor]);
      const before = lock({ ended: { at: TEN_PAST.toISOString(), because: 'taken-over' } });
      expect(await kept('LOCK-1', 'LOCK-2', 'LOCK-9')).toEqual([before, successor]);
    });

    test('is found by its location as long as it had not ended, by itself or before', async () => {
      await order(take());
      await order({ kind: 'release', lockId: 'LOCK-1' }, TEN_PAST);
      await order(take({ lockId: 'LOCK-2' }), TEN_PAST);
      await order(take({ lockId: 'LOCK-3', locationId: 'B-01' }));
      expect((await idsSince(NOW)).sort()).toEqual(['LOCK-1', 'LOCK-2']);
      expect(await idsSince(TEN_PAST)).toEqual(['LOCK-2']);
      expect(await idsSince(LATER)).toEqual([]);
      expect(await idsSince(NOW, 'B-01')).toEqual(['LOCK-3']);
      expect(await idsSince(HALF_PAST, 'B-01')).toEqual([]);
    });

    test('is found once, however often it is asked for, and by the demands of its warehouse only while it runs', async () => {
      await bookOn(databaseOf(), [scan({ quantity: 5 })]);
      await order(take());
      const demands = [{ itemId: 'ITEM-1', warehouseId: 'WH-001' }];
      const place = { warehouseId: 'WH-001', locationId: 'A-05-02', since: NOW.toISOString() };
      const found = await foundBy(databaseOf(), { demands, lockLocations: [place], lockIds: ['LOCK-1'] });
      expect(found.locks).toEqual([lock()]);
      expect(found.lockedOnHand).toEqual(new Map([['ITEM-1|WH-001|A-05-02', 5]]));
      const later = await foundBy(databaseOf(), { demands, now: HALF_PAST.toISOString() });
      expect(later.locks).toEqual([]);
      const elsewhere = [{ itemId: 'ITEM-1', warehouseId: 'WH-002' }];
      expect((await foundBy(databaseOf(), { demands: elsewhere })).locks).toEqual([]);
    });

    test('finds the positions that hold pieces, and those that the cloud was told of, with their state', async () => {
      await bookOn(databaseOf(), [
        ...[scan({ quantity: 5 }), scan({ quantity: 3, lotNumber: 'LOT-1' })],
        ...[scan({ quantity: 2, locationId: 'B-01' }), scan({ quantity: 2, warehouseId: 'WH-002' })],
      ]);
      await order(take());
      await bookOn(databaseOf(), [
        scan({ type: 'pick', quantity: 5 }),
        scan({ quantity: 1, lotNumber: 'LOT-2' }),
      ]);
      await reopen();
      const found = await foundBy(databaseOf(), {
        countLockIds: ['LOCK-1'],
        countLocations: [{ warehouseId: 'WH-001', locationId: 'B-01' }],
      });
      const lots = (keys: readonly { lotNumber: string | null }[] | undefined) =>
        keys?.map(({ lotNumber }) => lotNumber ?? '').sort();
      expect(lots(found.countedPositions.get('LOCK-1'))).toEqual(['', 'LOT-1', 'LOT-2']);
      expect(lots(found.holdingPositions.get('WH-001|A-05-02'))).toEqual(['LOT-1', 'LOT-2']);
      expect(lots(found.holdingPositions.get('WH-001|B-01'))).toEqual(['']);
      expect([...found.positions.keys()].sort()).toEqual([
        ...['ITEM-1|WH-001|A-05-02|', 'ITEM-1|WH-001|A-05-02|LOT-1', 'ITEM-1|WH-001|A-05-02|LOT-2'],
        'ITEM-1|WH-001|B-01|',
      ]);
      expect(found.positions.get('ITEM-1|WH-001|A-05-02|')).toMatchObject({ raw: 0, version: 2 });
      expect(found.locations).toEqual(new Set(['WH-001|B-01']));
    });
  });
}
