import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { User } from '../../../shared/contracts/device.ts';
import type { Database } from '../database.ts';
import type { SignInAttempt } from '../sign-in/sign-ins.ts';
import { NOW } from './fixtures.ts';

const USER: Omit<User, 'hasPin'> = {
  ...{ userId: 'user-23', role: 'worker', warehouseIds: ['WH-001'] },
  isActive: true,
};
const MINUTE_MS = 60_000;

/** Badges, PINs and attempts to sign in. */
export function describeSignIns(databaseOf: () => Database, reopen: () => Promise<void>): void {
  describe('The badge of a user', () => {
    test('leads to the user and what is kept of the PIN, over a restart, and no other does', async () => {
      expect(await databaseOf().putUser({ ...USER, badge: 'B-1 x' }, 'hash-1')).toBeUndefined();
      await reopen();
      const user = { ...USER, badge: 'B-1 x', hasPin: true };
      expect(await databaseOf().userOfBadge('B-1 x')).toEqual({ user, pinHash: 'hash-1' });
      expect(await databaseOf().user('user-23')).toEqual(user);
      expect((await databaseOf().users({ limit: 9 })).rows).toEqual([user]);
      for (const other of ['b-1 x', 'B-1', 'user-23', '']) {
        expect(await databaseOf().userOfBadge(other)).toBeUndefined();
      }
    });

    test('is replaced with the user; the PIN stays until another or none is put', async () => {
      await databaseOf().putUser({ ...USER, badge: 'B-1' }, 'hash-1');
      await databaseOf().putUser({ ...USER, badge: 'B-2' });
      expect(await databaseOf().userOfBadge('B-1')).toBeUndefined();
      expect((await databaseOf().userOfBadge('B-2'))?.pinHash).toBe('hash-1');
      await databaseOf().putUser({ ...USER, badge: 'B-2' }, 'hash-2');
      expect((await databaseOf().userOfBadge('B-2'))?.pinHash).toBe('hash-2');
      await databaseOf().putUser({ ...USER, badge: 'B-2' }, null);
      expect(await databaseOf().userOfBadge('B-2')).toEqual({
        user: { ...USER, badge: 'B-2', hasPin: false },
        pinHash: undefined,
      });
      await databaseOf().putUser(USER);
      expect(await databaseOf().user('user-23')).toEqual({ ...USER, hasPin: false });
      expect(await databaseOf().userOfBadge('B-2')).toBeUndefined();
    });

    test('is that of one user: another who would have it is refused as a whole, until it is given back', async () => {
      const other = { ...USER, userId: 'user-24' };
      await databaseOf().putUser({ ...USER, badge: 'B-1' }, 'hash-1');
      expect(await databaseOf().putUser({ ...other, badge: 'B-1' }, 'hash-2')).toEqual({
        kind: 'badge-taken',
        userId: 'user-23',
      });
      expect(await databaseOf().user('user-24')).toBeUndefined();
      expect((await databaseOf().userOfBadge('B-1'))?.pinHash).toBe('hash-1');
      expect(await databaseOf().putUser({ ...USER, badge: 'B-1' })).toBeUndefined();
      await databaseOf().putUser(USER);
      await databaseOf().putUser(other);
      expect(await databaseOf().putUser({ ...other, badge: 'B-1' }, 'hash-2')).toBeUndefined();
    });
  });

  describe('Attempts to sign in', () => {
    const begin = (fields: Partial<SignInAttempt> = {}, minutes = 0) =>
      databaseOf().beginSignIn({
        attemptId: randomUUID(),
        badgeHash: 'badge-1',
        scannerId: 'SCANNER-08',
        at: new Date(NOW.getTime() + minutes * MINUTE_MS),
        ...fields,
      });
    const at = (minutes: number) => new Date(NOW.getTime() + minutes * MINUTE_MS);

    test('are counted by badge, over a restart, until the first of five is five minutes old', async () => {
      for (const minute of [0, 1, 2, 3]) expect(await begin({}, minute)).toBeUndefined();
      await reopen();
      expect(await begin({ scannerId: undefined }, 4)).toBeUndefined();
      expect(await begin({ scannerId: 'SCANNER-09' }, 4)).toEqual(at(5));
      expect(await begin({ badgeHash: 'badge-2' }, 4)).toBeUndefined();
      expect(await begin({}, 5)).toBeUndefined();
      expect(await begin({}, 5)).toEqual(at(6));
    });

    test('are as many as the limit when they come at the same time', async () => {
      const answers = await Promise.all(Array.from({ length: 12 }, () => begin()));
      expect(answers.filter((until) => until === undefined)).toHaveLength(5);
      expect(answers.filter((until) => until !== undefined)).toEqual(Array(7).fill(at(5)));
    });

    test('that were right count no more, and those that were refused never did', async () => {
      for (const name of ['a', 'b', 'c', 'd', 'e']) await begin({ attemptId: name });
      expect(await begin({ attemptId: 'f' })).toEqual(at(5));
      await databaseOf().takeBackSignIn('c');
      await databaseOf().takeBackSignIn('f');
      expect(await begin({}, 1)).toBeUndefined();
      expect(await begin({}, 1)).toEqual(at(5));
    });

    test('are counted by device as well, whatever the badges', async () => {
      for (let count = 0; count < 30; count += 1) {
        expect(await begin({ badgeHash: `badge-${count}` })).toBeUndefined();
      }
      expect(await begin({ badgeHash: 'badge-new' })).toEqual(at(5));
      expect(await begin({ badgeHash: 'badge-new', scannerId: 'SCANNER-09' })).toBeUndefined();
      expect(await begin({ badgeHash: 'badge-new', scannerId: undefined })).toBeUndefined();
    });

    test('are counted for a day, and of a badge forgotten when that is asked for', async () => {
      for (let count = 0; count < 50; count += 1) expect(await begin({}, count * 6)).toBeUndefined();
      expect(await begin({}, 300)).toEqual(at(24 * 60));
      await databaseOf().forgetSignIns('badge-2');
      expect(await begin({}, 301)).toEqual(at(24 * 60));
      await databaseOf().forgetSignIns('badge-1');
      expect(await begin({}, 301)).toBeUndefined();
    });
  });
}
