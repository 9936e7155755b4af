import type { Device, User } from '../../../shared/contracts/device.ts';
import { pageOf } from '../cursor.ts';
import {
  type DeviceRegistry,
  type DeviceRun,
  deviceRunText,
  RUN_KEPT_MS,
  type UserRefusal,
} from '../devices/device-registry.ts';
import type { Page, PageQuery } from '../page.ts';
import { jsonRows } from './json-rows.ts';
import { unknownWarehouses } from './master-data-store.ts';
import { ascii, bit, integer, json, type Parameter, text, time } from './parameters.ts';
import type { Parameters, Session } from './session.ts';

/** Taken first by all who write here: two who create the same row follow one another. */
export const TAKE_TURN = 'UPDATE wms.master_data_version SET version = version WHERE id = 1';

/** Devices, users and the runs of devices. */
export function createDeviceStore(session: Session): DeviceRegistry {
  /** Writes unless one of the warehouses does not exist; answers those. */
  const putIfKnown = (warehouseIds: readonly string[], statements: string, parameters: Parameters) =>
    session.inTransaction(async (on) => {
      await on.rows(TAKE_TURN);
      const unknown = await unknownWarehouses(on, warehouseIds);
      if (unknown.length === 0) await on.rows(statements, parameters);
      return unknown;
    });

  const oneDevice = async (condition: string, value: Parameter) => {
    const [row] = await session.rows<DeviceRow>(
      `SELECT ${DEVICE_COLUMNS} FROM wms.device WHERE ${condition}`,
      {
        value,
      },
    );
    return row && deviceOf(row);
  };

  return {
    putDevice: ({ scannerId, name, warehouseIds }, keyHash, now) =>
      putIfKnown(warehouseIds, PUT_DEVICE, {
        scannerId: ascii(scannerId),
        name: text(name ?? null),
        warehouseIds: json(warehouseIds),
        keyHash: ascii(keyHash),
        now: time(now),
      }),

    async revokeDevice(scannerId, now) {
      const [row] = await session.rows<{ revoked: number }>(REVOKE, {
        scannerId: ascii(scannerId),
        now: time(now),
      });
      return row?.revoked === 1;
    },

    deviceOfKey: (keyHash) => oneDevice('key_hash = @value AND revoked_at IS NULL', ascii(keyHash)),
    device: (scannerId) => oneDevice('scanner_id = @value', ascii(scannerId)),
    devices: (query) => readDevices(session, query),

    async noteCall(scannerId, at, clockOffsetMs) {
      await session.rows(NOTE_CALL, {
        scannerId: ascii(scannerId),
        at: time(at),
        offset: { ...integer(0), value: clockOffsetMs ?? null },
      });
    },

    putUser: (user, pinHash) => putUser(session, user, pinHash),

    async user(userId) {
      const [row] = await session.rows<UserRow>(
        `SELECT ${USER_COLUMNS} FROM wms.app_user WHERE user_id = @userId`,
        {
          userId: ascii(userId),
        },
      );
      return row && userOf(row);
    },

    users: (query) => readUsers(session, query),
    runBeginnings: (runs) => readRuns(session, runs),
  };
}

interface DeviceRow {
  readonly scanner_id: string;
  readonly name: string | null;
  readonly warehouse_ids: string;
  readonly registered_at: Date;
  readonly revoked_at: Date | null;
  readonly last_seen_at: Date | null;
  readonly clock_offset_ms: string | null;
}

export interface UserRow {
  readonly user_id: string;
  readonly name: string | null;
  readonly role: User['role'];
  readonly warehouse_ids: string;
  readonly is_active: boolean;
  readonly badge: string | null;
  readonly has_pin: boolean;
}

const DEVICE_COLUMNS =
  'scanner_id, name, warehouse_ids, registered_at, revoked_at, last_seen_at, clock_offset_ms';
/** The columns of `UserRow`. */
export const USER_COLUMNS = `user_id, name, role, warehouse_ids, is_active, badge,
  CAST(CASE WHEN pin_hash IS NULL THEN 0 ELSE 1 END AS bit) AS has_pin`;

const PUT_DEVICE = `
  UPDATE wms.device SET name = @name, warehouse_ids = @warehouseIds, key_hash = @keyHash, revoked_at = NULL
    WHERE scanner_id = @scannerId;
  IF @@ROWCOUNT = 0 INSERT INTO wms.device (scanner_id, name, warehouse_ids, key_hash, registered_at)
    VALUES (@scannerId, @name, @warehouseIds, @keyHash, @now);`;

/** Revoked once more, it was revoked when it was first. */
const REVOKE = `
  UPDATE wms.device SET revoked_at = COALESCE(revoked_at, @now) WHERE scanner_id = @scannerId;
  SELECT @@ROWCOUNT AS revoked;`;

const NOTE_CALL = `UPDATE wms.device
  SET last_seen_at = @at, clock_offset_ms = COALESCE(@offset, clock_offset_ms) WHERE scanner_id = @scannerId`;

const PUT_USER = `
  UPDATE wms.app_user
    SET name = @name, role = @role, warehouse_ids = @warehouseIds, is_active = @isActive, badge = @badge
    WHERE user_id = @userId;
  IF @@ROWCOUNT = 0 INSERT INTO wms.app_user (user_id, name, role, warehouse_ids, is_active, badge)
    VALUES (@userId, @name, @role, @warehouseIds, @isActive, @badge);`;

const PUT_PIN = 'UPDATE wms.app_user SET pin_hash = @pinHash WHERE user_id = @userId';

const OTHER_WITH_BADGE = 'SELECT user_id FROM wms.app_user WHERE badge = @badge AND user_id <> @userId';

function putUser(
  session: Session,
  { userId, name, role, warehouseIds, isActive, badge }: Omit<User, 'hasPin'>,
  pinHash: string | null | undefined,
): Promise<UserRefusal | undefined> {
  const user = { userId: ascii(userId), badge: ascii(badge ?? null) };
  return session.inTransaction(async (on) => {
    await on.rows(TAKE_TURN);
    const unknown = await unknownWarehouses(on, warehouseIds);
    if (unknown.length > 0) return { kind: 'unknown-warehouses', warehouseIds: unknown };
    const [other] = await on.rows<{ user_id: string }>(OTHER_WITH_BADGE, user);
    if (other !== undefined) return { kind: 'badge-taken', userId: other.user_id };
    await on.rows(PUT_USER, {
      ...user,
      name: text(name ?? null),
      role: ascii(role),
      warehouseIds: json(warehouseIds),
      isActive: bit(isActive),
    });
    if (pinHash !== undefined) {
      await on.rows(PUT_PIN, { userId: ascii(userId), pinHash: ascii(pinHash) });
    }
    return undefined;
  });
}

async function readDevices(session: Session, { after = '', limit }: PageQuery): Promise<Page<Device>> {
  const rows = await session.rows<DeviceRow>(
    `SELECT TOP (@limit) ${DEVICE_COLUMNS} FROM wms.device WHERE scanner_id > @after ORDER BY scanner_id`,
    { after: ascii(after), limit: integer(limit + 1) },
  );
  return pageOf(rows, limit, deviceOf, (row) => row.scanner_id);
}

async function readUsers(session: Session, { after = '', limit }: PageQuery): Promise<Page<User>> {
  const rows = await session.rows<UserRow>(
    `SELECT TOP (@limit) ${USER_COLUMNS} FROM wms.app_user WHERE user_id > @after ORDER BY user_id`,
    { after: ascii(after), limit: integer(limit + 1) },
  );
  return pageOf(rows, limit, userOf, (row) => row.user_id);
}

const RUN_KEY = { scanner_id: 'varchar(64)', run: 'varchar(128)' };
const RUN = { ...RUN_KEY, began_at: 'float(53)' };

const READ_RUNS = `SELECT r.scanner_id, r.run, r.began_at FROM ${jsonRows('runs', RUN_KEY)} AS k
  JOIN wms.device_run AS r ON r.scanner_id = k.scanner_id AND r.run = k.run`;

interface RunRow {
  readonly scanner_id: string;
  readonly run: string;
  readonly began_at: number;
}

/** Without a write where nothing is new, as in almost every call. */
async function readRuns(session: Session, runs: readonly DeviceRun[]): Promise<Map<string, number>> {
  if (runs.length === 0) return new Map();
  const keys = json(runs.map(({ scannerId, run }) => ({ scanner_id: scannerId, run })));
  const found = beginningsOf(await session.rows<RunRow>(READ_RUNS, { runs: keys }));
  const proposed = runs.filter((run) => run.proposed !== undefined && !found.has(deviceRunText(run)));
  if (proposed.length === 0) return found;
  return beginningsOf(
    await session.inTransaction(async (on) => {
      await on.rows(TAKE_TURN);
      const proposals = json(firstOf(proposed));
      await on.rows(FORGET, { proposals, kept: integer(RUN_KEPT_MS) });
      await on.rows(PROPOSE, { proposals });
      return await on.rows<RunRow>(READ_RUNS, { runs: keys });
    }),
  );
}

const FORGET = `DELETE old FROM wms.device_run AS old JOIN ${jsonRows('proposals', RUN)} AS new
  ON new.scanner_id = old.scanner_id AND old.began_at < new.began_at - @kept`;

const PROPOSE = `INSERT INTO wms.device_run (scanner_id, run, began_at)
  SELECT new.scanner_id, new.run, new.began_at FROM ${jsonRows('proposals', RUN)} AS new
  WHERE NOT EXISTS (SELECT 1 FROM wms.device_run AS old WHERE old.scanner_id = new.scanner_id AND old.run = new.run)`;

/** One row for each run, with what was proposed first. */
function firstOf(runs: readonly DeviceRun[]) {
  const reversed = [...runs].reverse();
  return [...new Map(reversed.map((run) => [deviceRunText(run), run])).values()].map(
    ({ scannerId, run, proposed }) => ({ scanner_id: scannerId, run, began_at: proposed }),
  );
}

function beginningsOf(rows: readonly RunRow[]): Map<string, number> {
  return new Map(
    rows.map(({ scanner_id: scannerId, run, began_at: began }) => [deviceRunText({ scannerId, run }), began]),
  );
}

function deviceOf(row: DeviceRow): Device {
  return {
    scannerId: row.scanner_id,
    ...(row.name !== null && { name: row.name }),
    warehouseIds: JSON.parse(row.warehouse_ids),
    registeredAt: row.registered_at.toISOString(),
    ...(row.revoked_at !== null && { revokedAt: row.revoked_at.toISOString() }),
    ...(row.last_seen_at !== null && { lastSeenAt: row.last_seen_at.toISOString() }),
    ...(row.clock_offset_ms !== null && { clockOffsetMs: Number(row.clock_offset_ms) }),
  };
}

/** A user as it is known. */
export function userOf(row: UserRow): User {
  return {
    userId: row.user_id,
    ...(row.name !== null && { name: row.name }),
    role: row.role,
    warehouseIds: JSON.parse(row.warehouse_ids),
    isActive: row.is_active,
    ...(row.badge !== null && { badge: row.badge }),
    hasPin: row.has_pin,
  };
}
