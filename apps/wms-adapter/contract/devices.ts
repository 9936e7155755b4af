import { describe, expect, test } from 'vitest';
import type { Device, User } from '../../../shared/contracts/device.ts';
import type { Database } from '../database.ts';
import { deviceRunText } from '../devices/device-registry.ts';
import { NOW, readAll } from './fixtures.ts';

const LATER = new Date('2024-11-18T13:00:00.000Z');
const DEVICE: Device = {
  ...{ scannerId: 'SCANNER-08', name: 'Dock 3', warehouseIds: ['WH-001', 'WH-002'] },
  registeredAt: NOW.toISOString(),
};
const USER: User = {
  ...{ userId: 'user-23', name: 'Kim', role: 'supervisor', warehouseIds: ['WH-001'] },
  isActive: true,
  hasPin: false,
};

/** Who may post, and from where. */
export function describeDevices(databaseOf: () => Database, reopen: () => Promise<void>): void {
  describe('The device registry', () => {
    const put = (fields: Partial<Device> = {}, keyHash = 'hash-1', now = NOW) =>
      databaseOf().putDevice({ ...DEVICE, ...fields }, keyHash, now);

    test('knows a device by its id and by its key, over a restart', async () => {
      expect(await put()).toEqual([]);
      await reopen();
      expect(await databaseOf().device('SCANNER-08')).toEqual(DEVICE);
      expect(await databaseOf().deviceOfKey('hash-1')).toEqual(DEVICE);
      expect(await databaseOf().device('SCANNER-09')).toBeUndefined();
      expect(await databaseOf().deviceOfKey('hash-2')).toBeUndefined();
    });

    test('gives a known device a new key, and the old one is valid no more', async () => {
      await put();
      const { registeredAt: _registered, name: _name, ...nameless } = DEVICE;
      await databaseOf().putDevice({ ...nameless, warehouseIds: ['WH-002'] }, 'hash-2', LATER);
      expect(await databaseOf().deviceOfKey('hash-1')).toBeUndefined();
      const device = await databaseOf().deviceOfKey('hash-2');
      expect(device).toEqual({ ...nameless, warehouseIds: ['WH-002'], registeredAt: NOW.toISOString() });
    });

    test('refuses a device of unknown warehouses as a whole, naming those', async () => {
      await put();
      expect(await put({ warehouseIds: ['WH-001', 'WH-998', 'WH-999'] }, 'hash-2')).toEqual([
        'WH-998',
        'WH-999',
      ]);
      expect(await databaseOf().device('SCANNER-08')).toEqual(DEVICE);
      expect(await databaseOf().deviceOfKey('hash-1')).toEqual(DEVICE);
    });

    test('makes the key of a revoked device invalid, until it is registered again', async () => {
      await put();
      expect(await databaseOf().revokeDevice('SCANNER-08', NOW)).toBe(true);
      expect(await databaseOf().revokeDevice('SCANNER-08', LATER)).toBe(true);
      expect(await databaseOf().revokeDevice('SCANNER-09', NOW)).toBe(false);
      await reopen();
      expect(await databaseOf().deviceOfKey('hash-1')).toBeUndefined();
      expect(await databaseOf().device('SCANNER-08')).toEqual({ ...DEVICE, revokedAt: NOW.toISOString() });
      await put({}, 'hash-2', LATER);
      expect(await databaseOf().deviceOfKey('hash-2')).toEqual(DEVICE);
    });

    test('notes calls, and how far the clock was off when it was last told', async () => {
      await put();
      await databaseOf().noteCall('SCANNER-08', NOW, -90_000);
      await databaseOf().noteCall('SCANNER-08', LATER, undefined);
      await databaseOf().noteCall('SCANNER-09', LATER, 5);
      const called = { lastSeenAt: LATER.toISOString(), clockOffsetMs: -90_000 };
      expect(await databaseOf().device('SCANNER-08')).toEqual({ ...DEVICE, ...called });
      expect(await databaseOf().device('SCANNER-09')).toBeUndefined();
    });

    test('lists devices in the order of their ids, the revoked ones too', async () => {
      for (const id of ['C', 'A', 'B']) await put({ scannerId: id }, `hash-${id}`);
      await databaseOf().revokeDevice('B', NOW);
      const devices = await readAll((after) => databaseOf().devices({ limit: 2, after }));
      expect(devices.map(({ scannerId }) => scannerId)).toEqual(['A', 'B', 'C']);
    });

    test('keeps users, replaced as a whole, and lists them in the order of their ids', async () => {
      expect(await databaseOf().putUser(USER)).toBeUndefined();
      expect(await databaseOf().putUser({ ...USER, userId: 'user-1', isActive: false })).toBeUndefined();
      expect(await databaseOf().putUser({ ...USER, warehouseIds: ['WH-999'] })).toEqual({
        kind: 'unknown-warehouses',
        warehouseIds: ['WH-999'],
      });
      await reopen();
      expect(await databaseOf().user('user-23')).toEqual(USER);
      const { name: _name, ...nameless } = USER;
      await databaseOf().putUser({ ...nameless, role: 'worker', warehouseIds: ['WH-002'] });
      expect(await databaseOf().user('user-23')).toEqual({
        ...nameless,
        ...{ role: 'worker', warehouseIds: ['WH-002'] },
      });
      expect(await databaseOf().user('user-9')).toBeUndefined();
      const users = await readAll((after) => databaseOf().users({ limit: 1, after }));
      expect(users.map(({ userId, isActive }) => [userId, isActive])).toEqual([
        ['user-1', false],
        ['user-23', true],
      ]);
    });
  });

  describe('The beginning of a run of a device', () => {
    const run = (fields: { scannerId?: string; run?: string; proposed?: number } = {}) => ({
      ...{ scannerId: 'SCANNER-08', run: 'RUN-1' },
      ...fields,
    });

    test('is what was proposed first, for good, whoever proposes later', async () => {
      const text = deviceRunText(run());
      const first = 1_731_931_200_000.25;
      expect(await databaseOf().runBeginnings([run({ proposed: first })])).toEqual(new Map([[text, first]]));
      await reopen();
      expect(await databaseOf().runBeginnings([run({ proposed: 5 })])).toEqual(new Map([[text, first]]));
      expect(await databaseOf().runBeginnings([run()])).toEqual(new Map([[text, first]]));
    });

    test('is of one run of one device, and missing where nobody proposed any', async () => {
      const proposals = [run({ proposed: 1 }), run({ run: 'RUN-2', proposed: 2 }), run({ proposed: 9 })];
      const other = run({ scannerId: 'SCANNER-09' });
      expect(await databaseOf().runBeginnings([...proposals, other])).toEqual(
        new Map([
          ['SCANNER-08|RUN-1', 1],
          ['SCANNER-08|RUN-2', 2],
        ]),
      );
      expect(await databaseOf().runBeginnings([])).toEqual(new Map());
    });

    test('is kept until a run of the same device begins 400 days later', async () => {
      const [first, latest] = [NOW.getTime(), NOW.getTime() + 400 * 86_400_000];
      await databaseOf().runBeginnings([
        run({ run: 'OLD', proposed: first - 1 }),
        run({ run: 'IN-TIME', proposed: first }),
        run({ scannerId: 'SCANNER-09', run: 'OLD', proposed: first - 1 }),
      ]);
      const asked = [
        run({ run: 'OLD' }),
        run({ run: 'IN-TIME' }),
        run({ scannerId: 'SCANNER-09', run: 'OLD' }),
        run({ run: 'NEW', proposed: latest }),
      ];
      await databaseOf().runBeginnings([run({ run: 'IN-TIME', proposed: latest + 1 })]);
      expect([...(await databaseOf().runBeginnings(asked.slice(0, 3))).keys()]).toHaveLength(3);
      await databaseOf().runBeginnings(asked);
      expect(await databaseOf().runBeginnings(asked)).toEqual(
        new Map([
          ['SCANNER-08|IN-TIME', first],
          ['SCANNER-08|NEW', latest],
          ['SCANNER-09|OLD', first - 1],
        ]),
      );
    });
  });
}
