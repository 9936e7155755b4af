import { type DeviceStore, StorageFullError } from './device-store.ts';

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
