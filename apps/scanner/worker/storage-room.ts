import type { DeviceStatus } from '../core/scanner-device.ts';

/** What the origin uses and is granted, and whether the browser promised to keep it; undefined where it does not tell. */
export async function storageRoom(): Promise<DeviceStatus['storage']> {
  const { storage } = navigator;
  if (storage?.estimate === undefined) return undefined;
  const [{ usage = 0, quota = 0 }, isPersistent] = await Promise.all([
    storage.estimate(),
    storage.persisted(),
  ]);
  return { usedBytes: usage, quotaBytes: quota, isPersistent };
}
