import { type DeviceStore, type SignInStore, StorageFullError } from './device-store.ts';

/** Scans that are synced and not forgotten for what the server tells: what comes to be scanned may need their room. */
const LEFT_FOR_SCANS = 1_000;

/**
 * Writes; where the storage is full it forgets the oldest scans that are synced, as many as it takes, and leaves the newest.
 * @throws StorageFullError where that does not help
 */
export function makingRoom<Result>(
  store: Pick<DeviceStore, 'makeRoom'>,
  write: () => Result,
  leave = 0,
): Result {
  for (;;) {
    try {
      return write();
    } catch (error) {
      if (!(error instanceof StorageFullError) || store.makeRoom(leave) === 0) throw error;
    }
  }
}

/** Writes what is only better known than not: where the storage is full it is left out. */
export function ifThereIsRoom(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof StorageFullError)) throw error;
  }
}

/** Sign-ins of a store, for which room is made: who cannot sign out would have the next one scan under their name. */
export function signInsMakingRoom(store: SignInStore & Pick<DeviceStore, 'makeRoom'>): SignInStore {
  return {
    ...store,
    putSession: (user) => makingRoom(store, () => store.putSession(user)),
    remember: (signIn) => makingRoom(store, () => store.remember(signIn)),
    forgetSignIns: (validUntilBefore) => makingRoom(store, () => store.forgetSignIns(validUntilBefore)),
  };
}

/** A store that makes room for what the server tells of its warehouses, but not at the cost of scans to come. */
export function toldMakingRoom(store: DeviceStore): DeviceStore {
  const put = (write: () => void) => makingRoom(store, write, LEFT_FOR_SCANS);
  return {
    ...store,
    putMasterData: (page, at) => put(() => store.putMasterData(page, at)),
    putPositions: (positions, at) => put(() => store.putPositions(positions, at)),
    finishStock: (warehouseId, startedAt) => put(() => store.finishStock(warehouseId, startedAt)),
    putPickList: (warehouseId, tasks, at) => put(() => store.putPickList(warehouseId, tasks, at)),
    putRecounts: (warehouseId, tasks, at) => put(() => store.putRecounts(warehouseId, tasks, at)),
  };
}
