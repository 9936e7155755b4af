import { onHandOf } from '../../../shared/domain/ledger.ts';
import type { TraceContext } from '../../../shared/service-bus/trace-context.ts';
import { locationKeyText, type PositionKey, positionKeyText } from '../database.ts';
import { type CountedPosition, countEvents } from '../locks/count-events.ts';
import { isRunning, LOCK_DURATION_MS, type LocationLock } from '../locks/location-lock.ts';
import type { LockCommand, LockOrder, LockResult } from '../locks/lock-order.ts';
import { type Draft, locksIn, nextEventId, putLock, stateOf } from './draft.ts';

type Command<Kind extends LockCommand['kind']> = LockCommand & { readonly kind: Kind };

/**
 * Decides what a caller wants of a location's lock (`docs/conflicts.md`, the location lock). A location has one lock at a time.
 * The cloud is told when it begins, goes on and ends.
 */
export function decideLock(draft: Draft, { lock: command, trace }: LockOrder): LockResult {
  switch (command.kind) {
    case 'take':
      return take(draft, command, trace);
    case 'extend':
      return withRunning(draft, command, (lock) => extend(draft, lock, trace)) ?? { kind: 'not-running' };
    case 'release':
      return withRunning(draft, command, (lock) => release(draft, lock, trace)) ?? { kind: 'ended' };
    case 'take-over':
      return takeOver(draft, command, trace);
  }
}

/** Ends a running lock, and tells the cloud. */
export function endLock(
  draft: Draft,
  lock: LocationLock,
  because: NonNullable<LocationLock['ended']>['because'],
  trace: TraceContext,
): void {
  const ended = { ...lock, ended: { at: draft.at, because } };
  putLock(draft, ended);
  const told = draft.countedPositions
    .filter(({ lockId }) => lockId === lock.lockId)
    .map(({ position }) => position);
  const counted = [...told, ...(draft.found.countedPositions.get(lock.lockId) ?? [])];
  tell(draft, 'InventoryCountEnded', ended, [...counted, ...holding(draft, lock)], trace);
}

/** Tells the cloud that these positions are under count, and remembers it. */
export function tellOfCount(
  draft: Draft,
  lock: LocationLock,
  positions: readonly PositionKey[],
  trace: TraceContext,
): void {
  for (const position of positions) draft.countedPositions.push({ lockId: lock.lockId, position });
  tell(draft, 'InventoryCountStarted', lock, positions, trace);
}

function take(draft: Draft, { kind: _kind, ...wanted }: Command<'take'>, trace: TraceContext): LockResult {
  const { warehouseId, locationId, scannerId, userId } = wanted;
  if (!draft.found.locations.has(locationKeyText(warehouseId, locationId)))
    return { kind: 'unknown-location' };
  const held = locksIn(draft, warehouseId, locationId).find((lock) => isRunning(lock, draft.at));
  if (held === undefined) return begin(draft, wanted, trace);
  return held.scannerId === scannerId
    ? extend(draft, { ...held, userId }, trace)
    : { kind: 'held-by-another', lock: held };
}

function takeOver(draft: Draft, command: Command<'take-over'>, trace: TraceContext): LockResult {
  const { lockId, newLockId, scannerId, userId, reason } = command;
  const taken = withRunning(draft, command, (before) => {
    endLock(draft, before, 'taken-over', trace);
    const { warehouseId, locationId } = before;
    const wanted = { lockId: newLockId, warehouseId, locationId, scannerId, userId };
    return begin(draft, { ...wanted, takenOver: { lockId, reason } }, trace);
  });
  return taken ?? { kind: 'not-running' };
}

function begin(
  draft: Draft,
  wanted: Omit<LocationLock, 'startedAt' | 'until' | 'ended'>,
  trace: TraceContext,
): LockResult {
  return extend(draft, { ...wanted, startedAt: draft.at, until: '' }, trace);
}

function extend(draft: Draft, before: LocationLock, trace: TraceContext): LockResult {
  const until = new Date(draft.now.getTime() + LOCK_DURATION_MS).toISOString();
  const lock = { ...before, until };
  putLock(draft, lock);
  tellOfCount(draft, lock, holding(draft, lock), trace);
  return { kind: 'running', lock };
}

function release(draft: Draft, lock: LocationLock, trace: TraceContext): LockResult {
  endLock(draft, lock, 'released', trace);
  return { kind: 'ended' };
}

/** Undefined where the lock does not run; where it is none of the caller's, nothing is done. */
function withRunning(
  { locks, at }: Draft,
  { lockId, by }: Pick<Command<'extend' | 'release' | 'take-over'>, 'lockId' | 'by'>,
  work: (lock: LocationLock) => LockResult,
): LockResult | undefined {
  const lock = locks.get(lockId);
  if (lock === undefined || !isRunning(lock, at)) return undefined;
  const { warehouseId, scannerId } = lock;
  if (by?.warehouseIds?.includes(warehouseId) === false) return { kind: 'elsewhere', lock };
  const isIts = by === undefined || by.scannerId === scannerId || by.supervises?.includes(warehouseId);
  return isIts ? work(lock) : { kind: 'held-by-another', lock };
}

/** The positions of the lock's location that hold pieces, as the batch left them. */
function holding(draft: Draft, { warehouseId, locationId }: LocationLock): PositionKey[] {
  const found = draft.found.holdingPositions.get(locationKeyText(warehouseId, locationId)) ?? [];
  const touched = [...draft.positions.values()]
    .map(({ key }) => key)
    .filter((key) => key.warehouseId === warehouseId && key.locationId === locationId);
  return distinct([...found, ...touched]).filter((key) => onHandOf(stateOf(draft, key)) > 0);
}

function tell(
  draft: Draft,
  eventType: Parameters<typeof countEvents>[0],
  lock: LocationLock,
  positions: readonly PositionKey[],
  trace: TraceContext,
): void {
  const counted = distinct(positions).map((key): CountedPosition => {
    const state = stateOf(draft, key);
    return { ...key, onHand: onHandOf(state), version: state.version };
  });
  for (const event of countEvents(eventType, lock, counted, draft.at, () => nextEventId(draft))) {
    draft.messages.push({ kind: 'event', event, trace });
  }
}

function distinct(keys: readonly PositionKey[]): PositionKey[] {
  return [...new Map(keys.map((key) => [positionKeyText(key), key])).values()];
}
