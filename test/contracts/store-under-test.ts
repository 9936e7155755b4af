import { openStorage, type Storage } from '../../shared/storage/connection.ts';
import { startAzurite } from '../parts/local-part.ts';

/** A store that can go away, as one of its implementations keeps it. */
export type StoreUnderTest<Store> = {
  readonly store: Store;
  /** From now on nothing answers. */
  goAway(): Promise<void>;
  stop(): Promise<void>;
};

/** Starts a store in memory. */
export function inMemory<Store extends { away: boolean }>(open: () => Store) {
  return async (): Promise<StoreUnderTest<Store>> => {
    const store = open();
    const goAway = async () => {
      store.away = true;
    };
    return { store, goAway, stop: async () => {} };
  };
}

/** Starts a store in an Azurite of its own. */
export function inStorage<Store>(open: (storage: Storage) => Store) {
  return async (): Promise<StoreUnderTest<Store>> => {
    const part = await startAzurite();
    const storage = await openStorage({ StorageConnection: part.connectionString });
    return { store: open(storage), goAway: part.kill, stop: part.stop };
  };
}
