import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InventoryEvent } from '../contracts/inventory-event.ts';
import { explainPosition, type HistoryFinding, missingVersions, statementsOf } from './history.ts';
import { findMismatches } from './journal.ts';
import { applyUpdate, type Position, positionUpdates, type VersionRange } from './position.ts';

const AT = '2024-11-18T10:00:00.000Z';

function event(
  version: number | undefined,
  quantityChange: number,
  resultingOnHand: number,
  changes: Partial<InventoryEvent> = {},
): InventoryEvent {
  return {
    eventId: `evt-${version}-${quantityChange}-${resultingOnHand}`,
    timestamp: AT,
    eventType: 'InventoryAdjustment',
    itemId: 'ITEM-1',
    warehouseId: 'WH-001',
    locationId: 'A-01',
    lotNumber: null,
    quantityChange,
    resultingOnHand,
    transactionId: 'TRX-1',
    scannerId: 'SCANNER-08',
    userId: 'user',
    ...(version !== undefined && { version }),
    ...changes,
  };
}

/** An honest history that begins with 1,000 pieces. */
function history(changes: readonly number[]): InventoryEvent[] {
  const events = [event(1, 1_000, 1_000)];
  for (const change of changes) {
    const before = events.at(-1)?.resultingOnHand ?? 0;
    events.push(event(events.length + 1, change, before + change));
  }
  return events;
}

const own = (events: readonly InventoryEvent[]) => events.flatMap((each) => statementsOf(each).slice(0, 1));

/** The position that the fold of the cloud makes of the events, in whatever order. */
function folded(events: readonly InventoryEvent[]): Position | undefined {
  return events.flatMap(positionUpdates).reduce<Position | undefined>((held, update) => {
    const outcome = applyUpdate(held, update);
    return outcome.kind === 'applied' ? outcome.position : held;
  }, undefined);
}

/** [version, finding] of those that have one. */
function findings(events: readonly InventoryEvent[]): [number | null, HistoryFinding][] {
  return explainPosition(own(events)).statements.flatMap(
    ({ update, finding }): [number | null, HistoryFinding][] => (finding ? [[update.version, finding]] : []),
  );
}

/** The ids of the events that the figure of the cloud stands on. */
function current(events: readonly InventoryEvent[], cloud = folded(events)): string[] {
  const { statements } = explainPosition(own(events), { cloud });
  return statements.filter(({ isCurrent }) => isCurrent).map((statement) => statement.event.eventId);
}

const changes = fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 15 });
const shuffledHistory = changes.chain((drawn) =>
  fc.shuffledSubarray(history(drawn), { minLength: drawn.length + 1 }),
);
const partOfHistory = changes.chain((drawn) => fc.shuffledSubarray(history(drawn), { minLength: 1 }));

describe('the history of a position', () => {
  test('is in the order of versions, fits together, and ends in what the cloud holds, in whatever order it came', () => {
    fc.assert(
      fc.property(shuffledHistory, (events) => {
        const { statements, after } = explainPosition(own(events), { cloud: folded(events) });
        expect(statements.map(({ update }) => update.version)).toEqual(events.map((_, index) => index + 1));
        expect(statements.filter(({ finding }) => finding)).toEqual([]);
        expect(after).toEqual(folded(events));
        expect(statements.map(({ isCurrent }) => isCurrent)).toEqual(
          events.map((_, index) => index === events.length - 1),
        );
      }),
    );
  });

  test('tells each version that is missing once, as the cloud does', () => {
    fc.assert(
      fc.property(partOfHistory, (events) => {
        const gaps = findings(events).map(([, finding]) => finding.kind === 'gap' && finding.missing);
        expect(gaps).toEqual(folded(events)?.missing ?? []);
      }),
    );
  });

  test('tells the mismatches that the check of the journal finds', () => {
    const falsified = fc
      .tuple(changes, fc.array(fc.record({ at: fc.nat(15), by: fc.integer({ min: -3, max: 3 }) })))
      .map(([drawn, lies]) =>
        history(drawn).map((told, index) => {
          const by = lies.filter(({ at }) => at === index).reduce((sum, lie) => sum + lie.by, 0);
          return { ...told, quantityChange: told.quantityChange + by };
        }),
      );
    fc.assert(
      fc.property(falsified, (events) => {
        const expected = findMismatches(events.flatMap(positionUpdates)).map(
          ({ version, kind, expected, found }) => [version, { kind, expected, found }],
        );
        expect(findings(events)).toEqual(expected);
      }),
    );
  });

  test('may be told in pieces, each with what the one before left', () => {
    fc.assert(
      fc.property(partOfHistory, fc.nat(15), (events, cut) => {
        const whole = explainPosition(own(events));
        const begin = explainPosition(whole.statements.slice(0, cut));
        const rest = explainPosition(whole.statements.slice(cut), { before: begin.after });
        expect([...begin.statements, ...rest.statements]).toEqual(whole.statements);
        expect(rest.after).toEqual(whole.after);
      }),
    );
  });

  test('of two events that claim one version, the lower figure is the current one, as in the cloud', () => {
    const [high, low] = [event(2, 10, 1_010), event(2, -10, 990)];
    for (const events of [
      [...history([]), high, low],
      [...history([]), low, high],
    ]) {
      expect(current(events)).toEqual([low.eventId]);
      expect(findings(events)).toEqual([[2, expect.objectContaining({ kind: 'conflicting-event' })]]);
    }
  });

  test('an event that came twice is current once', () => {
    const events = history([-1]);
    expect(current([...events, ...events])).toEqual(['evt-2--1-999']);
  });

  test('a count that begins or ends is told after the version it stands at, and moves nothing', () => {
    const countLock = { lockId: 'lock-1', until: AT };
    const [first, second] = history([-1]);
    const begun = event(1, 0, 1_000, { eventType: 'InventoryCountStarted', countLock, eventId: 'evt-0' });
    const events = [begun, first, second].filter((each) => each !== undefined);
    const { statements } = explainPosition(own(events));
    expect(statements.map((statement) => statement.event.eventType)).toEqual([
      'InventoryAdjustment',
      'InventoryCountStarted',
      'InventoryAdjustment',
    ]);
    expect(findings(events)).toEqual([]);
    expect(explainPosition(own([begun]), {}).after).toBeUndefined();
  });

  test('nothing is current where the cloud holds another figure, or another version', () => {
    const events = history([-1]);
    const held = { locationId: 'A-01', lotNumber: null, changedAt: AT };
    expect(current(events, { ...held, version: 2, onHand: 998 })).toEqual([]);
    expect(current(events, { ...held, version: 3, onHand: 999 })).toEqual([]);
    expect(current(events, { ...held, version: 1, onHand: 1_000 })).toEqual(['evt-1-1000-1000']);
  });
});

describe('a position without versions', () => {
  const second = (number: number) => ({ timestamp: `2024-11-18T10:00:0${number}Z` });

  test('is in the order of commit times, whatever their precision, and each figure is held against the one before', () => {
    const events = [
      event(undefined, 5, 15, { timestamp: '2024-11-18T10:00:01.5Z' }),
      event(undefined, 10, 10, second(1)),
      event(undefined, -3, 11, second(2)),
    ];
    const { statements } = explainPosition(own(events), { cloud: folded(events) });
    expect(statements.map(({ update }) => update.resultingOnHand)).toEqual([10, 15, 11]);
    expect(findings(events)).toEqual([[null, { kind: 'calculation-mismatch', expected: 12, found: 11 }]]);
    expect(current(events)).toEqual([events[2]?.eventId]);
  });

  test('that the WMS numbered later has no gap before its first number, and what has none does not count', () => {
    const events = [event(undefined, 10, 10, second(1)), event(4, 5, 15), event(5, 5, 20)];
    const { statements, after } = explainPosition(own(events), { cloud: folded(events) });
    expect(findings(events)).toEqual([]);
    expect(statements.map(({ update, isSuperseded }) => [update.version, isSuperseded])).toEqual([
      [4, false],
      [5, false],
      [null, true],
    ]);
    expect(after).toMatchObject({ version: 5, onHand: 20 });
    expect(current(events)).toEqual([events[2]?.eventId]);
  });
});

describe('versions that are missing', () => {
  const held = (version: number) => ({
    locationId: 'A-01',
    lotNumber: null,
    onHand: 0,
    changedAt: AT,
    version,
  });
  test.each<[string, InventoryEvent[], Position | undefined, VersionRange[]]>([
    ['none, where both sides end alike', history([-1]), held(2), []],
    ['gaps', [event(1, 1, 1), event(4, 1, 4)], held(4), [[2, 3]]],
    ['what comes after the last', history([-1]), held(4), [[3, 4]]],
    ['all, of a position without events', [], held(2), [[1, 2]]],
    ['none, where the cloud is behind', history([-1]), held(1), []],
    ['none, where the cloud knows nothing', history([-1]), undefined, []],
  ])('%s', (_name, events, cloud, missing) => {
    expect(missingVersions(explainPosition(own(events)), cloud)).toEqual(missing);
  });
});
