import { DatabaseUnavailableError } from '../booking/group-commit.ts';
import type { Database } from '../database.ts';
import { InvalidCursorError } from '../page.ts';
import type { Outbox } from '../relay/outbox.ts';

/** What the routes ask the database themselves; what is booked goes by the group commit. */
export type ReadDatabase = Omit<Database, 'book' | 'addWarehouses' | 'ping' | 'close' | keyof Outbox>;

/**
 * The database as the routes see it: a call that it does not answer throws `DatabaseUnavailableError`, whatever the driver
 * threw, which stands in the log in one line.
 */
export function tellingFailures(database: ReadDatabase, log: (line: string) => void): ReadDatabase {
  function telling<Args extends unknown[], Result>(
    call: (...args: Args) => Promise<Result>,
  ): (...args: Args) => Promise<Result> {
    return async (...args) => {
      try {
        return await call(...args);
      } catch (error) {
        if (error instanceof InvalidCursorError) throw error;
        const what = 'the WMS database does not answer';
        log(`${what}: ${error instanceof Error ? error.message : String(error)}`);
        throw new DatabaseUnavailableError(what, { cause: error });
      }
    };
  }

  return {
    positions: telling((query) => database.positions(query)),
    allocations: telling((query) => database.allocations(query)),
    openAllocations: telling((query) => database.openAllocations(query)),
    events: telling((query) => database.events(query)),
    locks: telling((query, now) => database.locks(query, now)),

    putItems: telling((items) => database.putItems(items)),
    item: telling((itemId) => database.item(itemId)),
    putLocations: telling((locations) => database.putLocations(locations)),
    location: telling((warehouseId, locationId) => database.location(warehouseId, locationId)),
    masterDataSince: telling((query) => database.masterDataSince(query)),

    history: telling((key, query) => database.history(key, query)),
    shortfalls: telling((query) => database.shortfalls(query)),
    recounts: telling((query) => database.recounts(query)),

    takeRecountOrder: telling((order) => database.takeRecountOrder(order)),
    recountTasks: telling((query) => database.recountTasks(query)),

    putDevice: telling((device, keyHash, now) => database.putDevice(device, keyHash, now)),
    revokeDevice: telling((scannerId, now) => database.revokeDevice(scannerId, now)),
    deviceOfKey: telling((keyHash) => database.deviceOfKey(keyHash)),
    device: telling((scannerId) => database.device(scannerId)),
    devices: telling((query) => database.devices(query)),
    noteCall: telling((scannerId, at, offset) => database.noteCall(scannerId, at, offset)),
    putUser: telling((user, pinHash) => database.putUser(user, pinHash)),
    user: telling((userId) => database.user(userId)),
    users: telling((query) => database.users(query)),
    runBeginnings: telling((runs) => database.runBeginnings(runs)),

    userOfBadge: telling((badge) => database.userOfBadge(badge)),
    beginSignIn: telling((attempt) => database.beginSignIn(attempt)),
    takeBackSignIn: telling((attemptId) => database.takeBackSignIn(attemptId)),
    forgetSignIns: telling((badgeHash) => database.forgetSignIns(badgeHash)),
  };
}
