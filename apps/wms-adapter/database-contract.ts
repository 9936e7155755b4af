import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeAllocations } from './contract/allocations.ts';
import { describeBooking } from './contract/booking.ts';
import { describeClaims } from './contract/claims.ts';
import { describeCounts } from './contract/counts.ts';
import { describeDevices } from './contract/devices.ts';
import { addMasterData, type DatabaseUnderTest } from './contract/fixtures.ts';
import { describeHistory } from './contract/history.ts';
import { describeLocks } from './contract/locks.ts';
import { describeMasterData } from './contract/master-data.ts';
import { describePages } from './contract/pages.ts';
import { describePickList } from './contract/pick-list.ts';
import { describeRecountTasks } from './contract/recount-tasks.ts';
import { describeRecounts } from './contract/recounts.ts';
import { describeSignIns } from './contract/sign-ins.ts';
import type { Database } from './database.ts';

/** The suite that every implementation of `Database` passes, with the booking rules on top of it. */
export function describeDatabase(name: string, open: () => Promise<DatabaseUnderTest>): void {
  describe(`The WMS database on ${name}`, () => {
    let underTest: DatabaseUnderTest;
    let database: Database;

    beforeEach(async () => {
      underTest = await open();
      database = underTest.database;
      await addMasterData(database);
    });
    afterEach(() => underTest.dispose());

    const databaseOf = () => database;
    const reopen = async () => {
      database = await underTest.reopen();
    };

    test('answers a ping until it is closed', async () => {
      await database.ping();
      await database.close();
      await expect(database.ping()).rejects.toThrow();
      await reopen();
    });

    describeBooking(databaseOf, reopen);
    describePages(databaseOf);
    describeMasterData(databaseOf, reopen);
    describeClaims(databaseOf, reopen);
    describeHistory(databaseOf, reopen);
    describeRecounts(databaseOf, reopen);
    describeRecountTasks(databaseOf, reopen);
    describeLocks(databaseOf, reopen);
    describeCounts(databaseOf, reopen);
    describeDevices(databaseOf, reopen);
    describeSignIns(databaseOf, reopen);
    describePickList(databaseOf);
    describeAllocations(databaseOf, reopen);
  });
}
