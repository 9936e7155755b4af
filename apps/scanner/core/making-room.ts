import { type DeviceStore, type SignInStore, StorageFullError } from './device-store.ts';

/**
 * Writes; where the storage is full it forgets the oldest scans that are synced, as many as it takes.
 * @throws StorageFullError where that does not help
 */
export function makingRoom<Result>(store: Pick<DeviceStore, 'makeRoom'>, write: () => Result): Result {
  for (;;) {
    try {
      return write();
    } catch (error) {
      if (!(error instanceof StorageFullError) || store.makeRoom() === 0) throw error;
    }
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
