import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Device, User } from '../../../shared/contracts/device.ts';
import { pageOf } from '../cursor.ts';
import {
  type DeviceRegistry,
  type DeviceRun,
  deviceRunText,
  RUN_KEPT_MS,
  type UserRefusal,
} from '../devices/device-registry.ts';
import { jsonOf, rowOf, rowsOf } from './rows.ts';
import { inRelaxedTransaction, inTransaction } from './transaction.ts';
import { createWarehouseStore } from './warehouse-store.ts';

interface DeviceRow {
  scanner_id: string;
  name: string | null;
  warehouse_ids: string;
  registered_at: string;
  revoked_at: string | null;
  last_seen_at: string | null;
  clock_offset_ms: number | null;
}

export interface UserRow {
  user_id: string;
  name: string | null;
  role: User['role'];
  warehouse_ids: string;
  is_active: number;
  badge: string | null;
  has_pin: number;
}

/** The columns of `UserRow`. */
export const USER_COLUMNS =
  'user_id, name, role, warehouse_ids, is_active, badge, pin_hash IS NOT NULL AS has_pin';

/** Devices, users and the runs of devices. */
export function createDeviceStore(connection: DatabaseSync): DeviceRegistry {
  const sql = prepareStatements(connection);
  const warehouses = createWarehouseStore(connection);
  const beganAt = (scannerId: string, run: string) =>
    rowOf<{ began_at: number }>(sql.run, scannerId, run)?.began_at;

  /** Writes unless one of the warehouses does not exist; answers those. */
  function putIfKnown(warehouseIds: readonly string[], write: () => void): string[] {
    return inTransaction(connection, () => {
      const unknown = warehouses.unknownOf(warehouseIds);
      if (unknown.length === 0) write();
      return unknown;
    });
  }

  function refusalOf({ userId, warehouseIds, badge }: Omit<User, 'hasPin'>): UserRefusal | undefined {
    const unknown = warehouses.unknownOf(warehouseIds);
    if (unknown.length > 0) return { kind: 'unknown-warehouses', warehouseIds: unknown };
    const other = rowOf<{ user_id: string }>(sql.otherWithBadge, badge ?? null, userId);
    return other && { kind: 'badge-taken', userId: other.user_id };
  }

  function putUser(
    { userId, name, role, warehouseIds, isActive, badge }: Omit<User, 'hasPin'>,
    pinHash: string | null | undefined,
  ): void {
    const details = [name ?? null, role, JSON.stringify(warehouseIds), isActive ? 1 : 0, badge ?? null];
    sql.putUser.run(userId, ...details);
    if (pinHash !== undefined) sql.putPin.run(pinHash, userId);
  }

  function oneDevice(statement: typeof sql.device, value: SQLInputValue): Device | undefined {
    const row = rowOf<DeviceRow>(statement, value);
    return row && deviceOf(row);
  }

  /** Without a write where nothing is new, as in almost every call. */
  function propose(runs: readonly DeviceRun[]): void {
    const unknown = runs.flatMap(({ scannerId, run, proposed }) =>
      proposed !== undefined && beganAt(scannerId, run) === undefined ? [{ scannerId, run, proposed }] : [],
    );
    if (unknown.length === 0) return;
    // Whatever is booked by it is committed later, and takes it along to the disk.
    inRelaxedTransaction(connection, () => {
      for (const { scannerId, proposed } of unknown) sql.forgetRuns.run(scannerId, proposed - RUN_KEPT_MS);
      for (const { scannerId, run, proposed } of unknown) sql.addRun.run(scannerId, run, proposed);
    });
  }

  return {
    putDevice: async ({ scannerId, name, warehouseIds }, keyHash, now) =>
      putIfKnown(warehouseIds, () =>
        sql.putDevice.run(scannerId, name ?? null, JSON.stringify(warehouseIds), keyHash, now.toISOString()),
      ),

    revokeDevice: async (scannerId, now) =>
      inTransaction(connection, () => sql.revoke.run(now.toISOString(), scannerId).changes === 1),

    deviceOfKey: async (keyHash) => oneDevice(sql.deviceOfKey, keyHash),
    device: async (scannerId) => oneDevice(sql.device, scannerId),
    devices: async ({ after = '', limit }) =>
      pageOf(rowsOf<DeviceRow>(sql.devices, after, limit + 1), limit, deviceOf, (row) => row.scanner_id),

    async noteCall(scannerId, at, clockOffsetMs) {
      inRelaxedTransaction(connection, () =>
        sql.noteCall.run(at.toISOString(), clockOffsetMs ?? null, scannerId),
      );
    },

    putUser: async (user, pinHash) =>
      inTransaction(connection, () => {
        const refusal = refusalOf(user);
        if (refusal === undefined) putUser(user, pinHash);
        return refusal;
      }),

    async user(userId) {
      const row = rowOf<UserRow>(sql.user, userId);
      return row && userOf(row);
    },
    users: async ({ after = '', limit }) =>
      pageOf(rowsOf<UserRow>(sql.users, after, limit + 1), limit, userOf, (row) => row.user_id),

    async runBeginnings(runs) {
      propose(runs);
      const found = new Map<string, number>();
      for (const run of runs) {
        const began = beganAt(run.scannerId, run.run);
        if (began !== undefined) found.set(deviceRunText(run), began);
      }
      return found;
    },
  };
}

function deviceOf(row: DeviceRow): Device {
  return {
    scannerId: row.scanner_id,
    ...(row.name !== null && { name: row.name }),
    warehouseIds: jsonOf(row.warehouse_ids),
    registeredAt: row.registered_at,
    ...(row.revoked_at !== null && { revokedAt: row.revoked_at }),
    ...(row.last_seen_at !== null && { lastSeenAt: row.last_seen_at }),
    ...(row.clock_offset_ms !== null && { clockOffsetMs: row.clock_offset_ms }),
  };
}

/** A user as it is known. */
export function userOf(row: UserRow): User {
  return {
    userId: row.user_id,
    ...(row.name !== null && { name: row.name }),
    role: row.role,
    warehouseIds: jsonOf(row.warehouse_ids),
    isActive: row.is_active === 1,
    ...(row.badge !== null && { badge: row.badge }),
    hasPin: row.has_pin === 1,
  };
}

function prepareStatements(connection: DatabaseSync) {
  const prepare = (text: string) => connection.prepare(text);
  return {
    putDevice: prepare(`INSERT INTO device (scanner_id, name, warehouse_ids, key_hash, registered_at)
      VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (scanner_id) DO UPDATE SET name = excluded.name, warehouse_ids = excluded.warehouse_ids,
        key_hash = excluded.key_hash, revoked_at = NULL`),
    // Revoked once more, it was revoked when it was first.
    revoke: prepare('UPDATE device SET revoked_at = coalesce(revoked_at, ?) WHERE scanner_id = ?'),
    deviceOfKey: prepare('SELECT * FROM device WHERE key_hash = ? AND revoked_at IS NULL'),
    device: prepare('SELECT * FROM device WHERE scanner_id = ?'),
    devices: prepare('SELECT * FROM device WHERE scanner_id > ? ORDER BY scanner_id LIMIT ?'),
    noteCall: prepare(`UPDATE device SET last_seen_at = ?, clock_offset_ms = coalesce(?, clock_offset_ms)
      WHERE scanner_id = ?`),
    putUser:
      prepare(`INSERT INTO app_user (user_id, name, role, warehouse_ids, is_active, badge) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (user_id) DO UPDATE SET name = excluded.name, role = excluded.role,
        warehouse_ids = excluded.warehouse_ids, is_active = excluded.is_active, badge = excluded.badge`),
    putPin: prepare('UPDATE app_user SET pin_hash = ? WHERE user_id = ?'),
    otherWithBadge: prepare('SELECT user_id FROM app_user WHERE badge = ? AND user_id <> ?'),
    user: prepare(`SELECT ${USER_COLUMNS} FROM app_user WHERE user_id = ?`),
    users: prepare(`SELECT ${USER_COLUMNS} FROM app_user WHERE user_id > ? ORDER BY user_id LIMIT ?`),
    addRun: prepare('INSERT OR IGNORE INTO device_run (scanner_id, run, began_at) VALUES (?, ?, ?)'),
    forgetRuns: prepare('DELETE FROM device_run WHERE scanner_id = ? AND began_at < ?'),
    run: prepare('SELECT began_at FROM device_run WHERE scanner_id = ? AND run = ?'),
  };
}
