import type { DeviceStatus } from '../core/scanner-device.ts';

export type StorageRoom = NonNullable<DeviceStatus['storage']>;

/** Bytes of the origin that are used and granted, and whether the browser promised to keep them; undefined where it does not tell. */
export async function storageRoom(): Promise<StorageRoom | undefined> {
  const { storage } = navigator;
  if (storage?.estimate === undefined) return undefined;
  const [{ usage = 0, quota = 0 }, isPersistent] = await Promise.all([
    storage.estimate(),
    storage.persisted(),
  ]);
  return { usedBytes: usage, quotaBytes: quota, isPersistent };
}
