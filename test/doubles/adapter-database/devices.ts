import { pageOf } from '../../../apps/wms-adapter/cursor.ts';
import {
  type DeviceRegistry,
  deviceRunText,
  RUN_KEPT_MS,
  type UserRefusal,
} from '../../../apps/wms-adapter/devices/device-registry.ts';
import type { Page, PageQuery } from '../../../apps/wms-adapter/page.ts';
import type { Device, User } from '../../../shared/contracts/device.ts';
import { sealed } from '../sealed.ts';
import { check } from './constraint.ts';
import { unknownOf } from './master-data.ts';
import type { Tables } from './memory.ts';

export type DeviceTables = {
  readonly devices: Map<string, Device & { readonly keyHash: string }>;
  /** Scanner ids by the hash of their key. */
  readonly scannersByKey: Map<string, string>;
  readonly users: Map<string, KeptUser>;
  /** When the runs of a scanner began: milliseconds since 1970, by its runs. */
  readonly runs: Map<string, Map<string, number>>;
};

/** A user with what is kept of the PIN. */
export type KeptUser = Omit<User, 'hasPin'> & { readonly pinHash: string | undefined };

export function noDevices(): DeviceTables {
  return { devices: new Map(), scannersByKey: new Map(), users: new Map(), runs: new Map() };
}

/** Devices, users and the runs of devices. `tablesOf` throws when the database is closed. */
export function deviceRegistry(tablesOf: () => Tables): DeviceRegistry {
  return {
    putDevice: async (device, keyHash, now) => putDevice(tablesOf(), device, keyHash, now.toISOString()),
    async revokeDevice(scannerId, now) {
      return changeDevice(tablesOf(), scannerId, { revokedAt: now.toISOString() }, 'kept');
    },
    async deviceOfKey(keyHash) {
      const { devices, scannersByKey } = tablesOf();
      const device = devices.get(scannersByKey.get(keyHash) ?? '');
      return device && device.revokedAt === undefined ? plainDevice(device) : undefined;
    },
    async device(scannerId) {
      const device = tablesOf().devices.get(scannerId);
      return device && plainDevice(device);
    },
    async devices(query) {
      const page = idPage(tablesOf().devices, query);
      return { ...page, rows: page.rows.map(plainDevice) };
    },
    async noteCall(scannerId, at, clockOffsetMs) {
      const told = { lastSeenAt: at.toISOString(), ...(clockOffsetMs !== undefined && { clockOffsetMs }) };
      changeDevice(tablesOf(), scannerId, told, 'replaced');
    },

    putUser: async (user, pinHash) => putUser(tablesOf(), user, pinHash),
    async user(userId) {
      const kept = tablesOf().users.get(userId);
      return kept && userOf(kept);
    },
    async users(query) {
      const page = idPage(tablesOf().users, query);
      return { ...page, rows: page.rows.map(userOf) };
    },

    async runBeginnings(runs) {
      const tables = tablesOf();
      proposeRuns(tables, runs);
      const found = new Map<string, number>();
      for (const run of runs) {
        const began = tables.runs.get(run.scannerId)?.get(run.run);
        if (began !== undefined) found.set(deviceRunText(run), began);
      }
      return found;
    },
  };
}

function putDevice(
  tables: Tables,
  { scannerId, name, warehouseIds }: Parameters<DeviceRegistry['putDevice']>[0],
  keyHash: string,
  now: string,
): string[] {
  const unknown = unknownOf(tables, warehouseIds);
  if (unknown.length > 0) return unknown;
  const { scannersByKey, devices } = tables;
  const owner = scannersByKey.get(keyHash) ?? scannerId;
  check(owner === scannerId, () => `${owner} has the key that ${scannerId} would get`);
  const before = devices.get(scannerId);
  if (before) scannersByKey.delete(before.keyHash);
  scannersByKey.set(keyHash, scannerId);
  const { revokedAt: _revoked, name: _name, ...kept } = before ?? { registeredAt: now };
  const named = name === undefined ? {} : { name };
  devices.set(scannerId, sealed({ ...kept, scannerId, ...named, warehouseIds, keyHash }));
  return [];
}

/** False when there is no such device. */
function changeDevice(
  { devices }: Tables,
  scannerId: string,
  fields: Partial<Device>,
  known: 'kept' | 'replaced',
): boolean {
  const device = devices.get(scannerId);
  if (device === undefined) return false;
  devices.set(scannerId, sealed(known === 'kept' ? { ...fields, ...device } : { ...device, ...fields }));
  return true;
}

function plainDevice({ keyHash: _secret, ...device }: Device & { readonly keyHash: string }): Device {
  return device;
}

function putUser(
  tables: Tables,
  user: Omit<User, 'hasPin'>,
  pinHash: string | null | undefined,
): UserRefusal | undefined {
  const unknown = unknownOf(tables, user.warehouseIds);
  if (unknown.length > 0) return { kind: 'unknown-warehouses', warehouseIds: unknown };
  const { users } = tables;
  const { userId, name, role, warehouseIds, isActive, badge } = user;
  const other = users.values().find((one) => one.badge === badge && one.userId !== userId);
  if (badge !== undefined && other) return { kind: 'badge-taken', userId: other.userId };
  const details = {
    ...{ userId, ...(name !== undefined && { name }), role, warehouseIds, isActive },
    ...(badge !== undefined && { badge }),
  };
  const kept = pinHash === undefined ? users.get(userId)?.pinHash : (pinHash ?? undefined);
  users.set(userId, sealed({ ...details, pinHash: kept }));
  return undefined;
}

/** A user as it is known. */
export function userOf({ pinHash, ...details }: KeptUser): User {
  return { ...details, hasPin: pinHash !== undefined };
}

function proposeRuns({ runs: known }: Tables, runs: Parameters<DeviceRegistry['runBeginnings']>[0]): void {
  const unknown = runs.flatMap(({ scannerId, run, proposed }) =>
    proposed === undefined || known.get(scannerId)?.has(run) ? [] : [{ scannerId, run, proposed }],
  );
  for (const { scannerId, proposed } of unknown)
    for (const [run, began] of known.get(scannerId) ?? [])
      if (began < proposed - RUN_KEPT_MS) known.get(scannerId)?.delete(run);
  for (const { scannerId, run, proposed } of unknown) {
    const own = known.get(scannerId) ?? new Map<string, number>();
    known.set(scannerId, own.set(run, own.get(run) ?? proposed));
  }
}

function idPage<Row>(rows: ReadonlyMap<string, Row>, { after = '', limit }: PageQuery): Page<Row> {
  const ids = [...rows.keys()].filter((id) => id > after).sort();
  const page = pageOf(
    ids.slice(0, limit + 1),
    limit,
    (id) => rows.get(id),
    (id) => id,
  );
  return { ...page, rows: page.rows.filter((row) => row !== undefined) };
}
