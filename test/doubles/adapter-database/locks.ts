import {
  type BookingLookup,
  type BookingWrites,
  locationKeyText,
  type PositionKey,
  positionKeyText,
} from '../../../apps/wms-adapter/database.ts';
import { endOf, type LocationLock } from '../../../apps/wms-adapter/locks/location-lock.ts';
import { sealed } from '../sealed.ts';
import { check } from './constraint.ts';
import type { Tables } from './memory.ts';
import type { Position } from './positions.ts';
import { firstIndex, insert, listOf } from './sorted.ts';

export type LockTables = {
  readonly locks: Map<string, LocationLock>;
  /** By `locationKeyText`, in the order of their ends, then of their ids. */
  readonly locksIn: Map<string, LocationLock[]>;
  /** By warehouse, in the same order. */
  readonly locksOf: Map<string, LocationLock[]>;
  /** By lock id: positions that the cloud was told are under count. */
  readonly countedPositions: Map<string, Set<Position>>;
};

export function noLocks(): LockTables {
  return { locks: new Map(), locksIn: new Map(), locksOf: new Map(), countedPositions: new Map() };
}

/** Those that are named, those of the lock locations, and those that run in the demands' warehouses; each once. */
export function readLocks(
  tables: Tables,
  { lockIds, lockLocations, demands, now }: BookingLookup,
): LocationLock[] {
  const found = new Set<LocationLock>(namedLocks(tables, lockIds));
  for (const { warehouseId, locationId, since } of lockLocations)
    for (const lock of endingAfter(tables.locksIn.get(locationKeyText(warehouseId, locationId)), since))
      found.add(lock);
  for (const { warehouseId } of demands)
    for (const lock of endingAfter(tables.locksOf.get(warehouseId), now)) found.add(lock);
  return [...found];
}

export function namedLocks({ locks }: Tables, lockIds: readonly string[]): LocationLock[] {
  return lockIds.flatMap((lockId) => locks.get(lockId) ?? []);
}

/** Of locks in the order of their ends, those that ended, or end, after `since`. */
export function endingAfter(locks: readonly LocationLock[] = [], since: string): LocationLock[] {
  const last = locks.at(-1);
  if (last === undefined || endOf(last) <= since) return [];
  return locks.slice(firstIndex(locks, (lock) => endOf(lock) > since));
}

/** The positions that the cloud was told are under count by the lock, in the order of their ids. */
export function countedBy({ countedPositions }: Tables, lockId: string): PositionKey[] {
  const positions = [...(countedPositions.get(lockId) ?? [])];
  return positions.sort((one, other) => one.id - other.id).map(({ key }) => key);
}

/** @throws {ConstraintError} */
export function checkCounted(
  { positions, locks: known }: Tables,
  { locks, countedPositions, positions: written }: BookingWrites,
): void {
  for (const { lockId, position } of countedPositions) {
    const name = positionKeyText(position);
    check(
      known.has(lockId) || locks.some((lock) => lock.lockId === lockId),
      () => `positions are counted under the lock ${lockId}, which does not exist`,
    );
    check(
      positions.has(name) || written.some(({ key }) => positionKeyText(key) === name),
      () => `${name} is counted, and was never booked on`,
    );
  }
}

export function writeLocks(
  tables: Tables,
  { locks, countedPositions }: Pick<BookingWrites, 'locks' | 'countedPositions'>,
): void {
  for (const lock of locks) putLock(tables, lock);
  for (const { lockId, position } of countedPositions) {
    const counted = tables.countedPositions.get(lockId) ?? new Set();
    const known = tables.positions.get(positionKeyText(position));
    if (known) tables.countedPositions.set(lockId, counted.add(known));
  }
}

function putLock(tables: Tables, lock: LocationLock): void {
  const before = tables.locks.get(lock.lockId);
  const { warehouseId, locationId, startedAt } = before ?? lock;
  // Where it is, and since when, stays as it was.
  const after = sealed({ ...lock, warehouseId, locationId, startedAt });
  tables.locks.set(after.lockId, after);
  for (const list of [
    listOf(tables.locksIn, locationKeyText(warehouseId, locationId)),
    listOf(tables.locksOf, warehouseId),
  ]) {
    if (before) list.splice(list.lastIndexOf(before), 1);
    insert(list, after, (other) => comesLater(other, after));
  }
}

function comesLater(other: LocationLock, lock: LocationLock): boolean {
  const [end, otherEnd] = [endOf(lock), endOf(other)];
  return otherEnd > end || (otherEnd === end && other.lockId > lock.lockId);
}
