import { describe, expect, test } from 'vitest';
import type { InventoryEvent } from '../../../shared/contracts/inventory-event.ts';
import {
  type BookingFound,
  locationKeyText,
  NOTHING_FOUND,
  type PositionKey,
  positionKeyText,
} from '../database.ts';
import type { LocationLock } from '../locks/location-lock.ts';
import type { LockCommand } from '../locks/lock-order.ts';
import { type BookingRequest, decide } from './decide.ts';

const NOW = new Date('2024-11-18T12:10:00.000Z');
const TRACE = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
const PLACE = { warehouseId: 'WH-001', locationId: 'A-05-02' };
const ANNA = { scannerId: 'SCANNER-08', userId: 'anna' };
const BEN = { scannerId: 'SCANNER-09', userId: 'ben' };

/** Anna's, taken at noon. */
const HELD: LocationLock = {
  lockId: 'LOCK-1',
  ...PLACE,
  ...ANNA,
  startedAt: '2024-11-18T12:00:00.000Z',
  until: '2024-11-18T12:30:00.000Z',
};
const RENEWED = '2024-11-18T12:40:00.000Z';

const mugs: PositionKey = { ...PLACE, itemId: 'ITEM-1', lotNumber: null };
const emptied: PositionKey = { ...PLACE, itemId: 'ITEM-2', lotNumber: null };

/** 5 mugs in the location, and another item that was there when the lock was taken. */
function foundWith(...locks: LocationLock[]): BookingFound {
  const place = locationKeyText(PLACE.warehouseId, PLACE.locationId);
  return {
    ...NOTHING_FOUND,
    locks,
    warehouses: new Set([PLACE.warehouseId]),
    locations: new Set([place]),
    holdingPositions: new Map([[place, [mugs]]]),
    countedPositions: new Map(locks.map(({ lockId }) => [lockId, [mugs, emptied]])),
    positions: new Map([
      [positionKeyText(mugs), { countKey: null, raw: 5, version: 3 }],
      [positionKeyText(emptied), { countKey: null, raw: 0, version: 2 }],
    ]),
  };
}

function ask(found: BookingFound, ...commands: LockCommand[]) {
  const requests = commands.map((lock): BookingRequest => ({ lock, trace: TRACE }));
  const decision = decide(requests, found, NOW);
  if (!('writes' in decision)) throw new Error('locks need nothing more');
  const { writes, result } = decision;
  const told = writes.messages.flatMap((message) =>
    message.kind === 'event' ? [textOf(message.event)] : [],
  );
  return { results: result.locks, locks: writes.locks, told, counted: writes.countedPositions };
}

function textOf({ eventType, itemId, countLock }: InventoryEvent): string {
  return `${eventType.slice('InventoryCount'.length)} ${itemId} ${countLock?.lockId} ${countLock?.until.slice(11, 16)}`;
}

const take = { kind: 'take', lockId: 'LOCK-2', ...PLACE } as const;

describe('The lock of a location', () => {
  test('runs for half an hour, and the cloud is told of what is there', () => {
    const { results, locks, told, counted } = ask(foundWith(), { ...take, ...ANNA });
    const lock = { ...HELD, lockId: 'LOCK-2', startedAt: NOW.toISOString(), until: RENEWED };
    expect(results).toEqual([{ kind: 'running', lock }]);
    expect(locks).toEqual([lock]);
    expect(told).toEqual(['Started ITEM-1 LOCK-2 12:40']);
    expect(counted).toEqual([{ lockId: 'LOCK-2', position: mugs }]);
  });

  test('is refused in a location that does not exist', () => {
    const { results, locks } = ask(NOTHING_FOUND, { ...take, ...ANNA });
    expect(results).toEqual([{ kind: 'unknown-location' }]);
    expect(locks).toEqual([]);
  });

  test('is refused while another’s runs, naming that one', () => {
    const { results, locks, told } = ask(foundWith(HELD), { ...take, ...BEN });
    expect(results).toEqual([{ kind: 'held-by-another', lock: HELD }]);
    expect([locks, told]).toEqual([[], []]);
  });

  test('goes on when the same scanner asks again, and belongs to who holds the scanner now', () => {
    const { results, locks } = ask(foundWith(HELD), { ...take, ...ANNA, userId: 'carla' });
    const renewed = { ...HELD, userId: 'carla', until: RENEWED };
    expect(results).toEqual([{ kind: 'running', lock: renewed }]);
    expect(locks).toEqual([renewed]);
  });

  test('may be taken once the other’s has run out, or was ended', () => {
    const over = { ...HELD, until: NOW.toISOString() };
    const ended = { ...HELD, ended: { at: '2024-11-18T12:05:00.000Z', because: 'released' as const } };
    for (const before of [over, ended]) {
      expect(ask(foundWith(before), { ...take, ...BEN }).results).toMatchObject([
        { kind: 'running', lock: BEN },
      ]);
    }
  });

  test('is one a location, also when two ask at the same time', () => {
    const { results, locks } = ask(foundWith(), { ...take, ...ANNA }, { ...take, lockId: 'LOCK-3', ...BEN });
    expect(results).toMatchObject([
      { kind: 'running' },
      { kind: 'held-by-another', lock: { lockId: 'LOCK-2' } },
    ]);
    expect(locks).toHaveLength(1);
  });

  test.each([
    ['by its holder', ANNA.scannerId, 'running', ['Started ITEM-1 LOCK-1 12:40']],
    ['by who may do all', undefined, 'running', ['Started ITEM-1 LOCK-1 12:40']],
    ['by another, who is refused', BEN.scannerId, 'held-by-another', []],
  ])('is extended from now on %s', (_who, scannerId, kind, told) => {
    const answer = ask(foundWith(HELD), {
      ...{ kind: 'extend', lockId: 'LOCK-1' },
      by: scannerId === undefined ? undefined : { scannerId },
    });
    expect(answer.results).toMatchObject([
      { kind, lock: { until: kind === 'running' ? RENEWED : HELD.until } },
    ]);
    expect(answer.told).toEqual(told);
  });

  test('is ended by its holder; the cloud is told of what is there, and of what was', () => {
    const { results, locks, told } = ask(foundWith(HELD), { kind: 'release', lockId: 'LOCK-1', by: ANNA });
    expect(results).toEqual([{ kind: 'ended' }]);
    expect(locks).toEqual([{ ...HELD, ended: { at: NOW.toISOString(), because: 'released' } }]);
    expect(told).toEqual(['Ended ITEM-1 LOCK-1 12:10', 'Ended ITEM-2 LOCK-1 12:10']);
  });

  test('is not ended by another', () => {
    const { results, locks } = ask(foundWith(HELD), { kind: 'release', lockId: 'LOCK-1', by: BEN });
    expect(results).toEqual([{ kind: 'held-by-another', lock: HELD }]);
    expect(locks).toEqual([]);
  });

  test('may be ended twice; the cloud is told once', () => {
    const release = { kind: 'release' as const, lockId: 'LOCK-1' };
    const { results, told } = ask(foundWith(HELD), release, release);
    expect(results).toEqual([{ kind: 'ended' }, { kind: 'ended' }]);
    expect(told).toHaveLength(2);
  });

  test('is taken over with a reason: the one ends, another begins, and both are kept', () => {
    const command = {
      kind: 'take-over',
      lockId: 'LOCK-1',
      newLockId: 'LOCK-2',
      reason: 'Anna went home',
      ...BEN,
    } as const;
    const { results, locks, told } = ask(foundWith(HELD), command);
    const after: LocationLock = {
      lockId: 'LOCK-2',
      ...PLACE,
      ...BEN,
      startedAt: NOW.toISOString(),
      until: RENEWED,
      takenOver: { lockId: 'LOCK-1', reason: 'Anna went home' },
    };
    expect(results).toEqual([{ kind: 'running', lock: after }]);
    expect(locks).toEqual([{ ...HELD, ended: { at: NOW.toISOString(), because: 'taken-over' } }, after]);
    expect(told).toEqual([
      'Ended ITEM-1 LOCK-1 12:10',
      'Ended ITEM-2 LOCK-1 12:10',
      'Started ITEM-1 LOCK-2 12:40',
    ]);
  });

  test.each([
    ['its holder', 'running', ANNA.scannerId, ['WH-001'], []],
    ['its holder, who has moved to another warehouse', 'elsewhere', ANNA.scannerId, ['WH-002'], []],
    ['another', 'held-by-another', BEN.scannerId, ['WH-001'], []],
    ['a supervisor', 'running', BEN.scannerId, ['WH-001', 'WH-002'], ['WH-001']],
    ['a supervisor of another warehouse', 'held-by-another', BEN.scannerId, ['WH-001', 'WH-002'], ['WH-002']],
    ['its holder for a supervisor of another warehouse', 'running', ANNA.scannerId, ['WH-001'], ['WH-002']],
  ])('asked for by %s is %s', (_who, kind, scannerId, warehouseIds, supervises) => {
    const by = { scannerId, warehouseIds, supervises };
    const takeOver = { newLockId: 'LOCK-2', scannerId, userId: 'sue', reason: 'x' };
    const commands: LockCommand[] = [
      { kind: 'extend', lockId: 'LOCK-1', by },
      { kind: 'release', lockId: 'LOCK-1', by },
      { kind: 'take-over', lockId: 'LOCK-1', ...takeOver, by },
    ];
    const kinds = commands.map((command) => ask(foundWith(HELD), command).results[0]?.kind);
    expect(kinds).toEqual(kind === 'running' ? ['running', 'ended', 'running'] : [kind, kind, kind]);
  });

  test.each(['extend', 'take-over'] as const)('that has ended is not there to %s', (kind) => {
    const command = { kind, lockId: 'LOCK-1', newLockId: 'LOCK-2', reason: 'x', ...ANNA };
    const over = { ...HELD, until: NOW.toISOString() };
    for (const found of [foundWith(over), foundWith()]) {
      expect(ask(found, command)).toMatchObject({ results: [{ kind: 'not-running' }], locks: [] });
    }
  });
});
