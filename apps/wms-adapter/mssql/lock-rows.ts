import { endOf, type LocationLock } from '../locks/location-lock.ts';
import { type Columns, dateTime2 } from './json-rows.ts';

export interface LockRow {
  readonly lock_id: string;
  readonly warehouse_id: string;
  readonly location_id: string;
  readonly scanner_id: string;
  readonly user_id: string;
  readonly started_at: Date;
  readonly until: Date;
  readonly ended_at: Date | null;
  readonly ended_because: NonNullable<LocationLock['ended']>['because'] | null;
  readonly taken_over_lock_id: string | null;
  readonly take_over_reason: string | null;
}

/** Columns of `wms.location_lock`. */
export const LOCK: Columns = {
  lock_id: 'varchar(128)',
  warehouse_id: 'varchar(64)',
  location_id: 'varchar(64)',
  scanner_id: 'varchar(64)',
  user_id: 'varchar(64)',
  started_at: 'datetime2(3)',
  until: 'datetime2(3)',
  ended_at: 'datetime2(3)',
  ended_because: 'varchar(16)',
  taken_over_lock_id: 'varchar(128)',
  take_over_reason: 'nvarchar(256)',
  ends_at: 'datetime2(3)',
};

/** The columns of the table by the name `l` in the query. */
export const LOCK_COLUMNS = Object.keys(LOCK)
  .map((name) => `l.${name}`)
  .join(', ');

export function lockOf(row: LockRow): LocationLock {
  const { ended_at: at, ended_because: because, taken_over_lock_id: takenOver } = row;
  return {
    lockId: row.lock_id,
    warehouseId: row.warehouse_id,
    locationId: row.location_id,
    scannerId: row.scanner_id,
    userId: row.user_id,
    startedAt: row.started_at.toISOString(),
    until: row.until.toISOString(),
    ...(at !== null && because !== null && { ended: { at: at.toISOString(), because } }),
    ...(takenOver !== null && { takenOver: { lockId: takenOver, reason: row.take_over_reason ?? '' } }),
  };
}

export function lockRow(lock: LocationLock): Record<keyof typeof LOCK, unknown> {
  return {
    lock_id: lock.lockId,
    warehouse_id: lock.warehouseId,
    location_id: lock.locationId,
    scanner_id: lock.scannerId,
    user_id: lock.userId,
    started_at: dateTime2(lock.startedAt),
    until: dateTime2(lock.until),
    ended_at: lock.ended ? dateTime2(lock.ended.at) : null,
    ended_because: lock.ended?.because ?? null,
    taken_over_lock_id: lock.takenOver?.lockId ?? null,
    take_over_reason: lock.takenOver?.reason ?? null,
    ends_at: dateTime2(endOf(lock)),
  };
}
