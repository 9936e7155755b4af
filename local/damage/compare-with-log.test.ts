import { describe, expect, test } from 'vitest';
import { compareWithLog, isProven } from './compare-with-log.ts';
import type { LoggedDamage } from './damage-log.ts';
import type { Discrepancy } from './reconciliation-runs.ts';
import { comparisonLines } from './run-text.ts';

function damage(changes: Partial<LoggedDamage> = {}): LoggedDamage {
  return {
    ...{ at: '2024-11-18T10:00:00.000Z', number: 1, kind: 'drop', itemId: 'ITEM-1', warehouseId: 'WH-001' },
    ...{ locationId: 'A-01', lotNumber: null, version: 4, class: 'lost-event', detail: 'dropped' },
    ...changes,
  };
}

function discrepancy(changes: Partial<Discrepancy> = {}): Discrepancy {
  return {
    ...{ itemId: 'ITEM-1', warehouseId: 'WH-001', locationId: 'A-01', lotNumber: null, class: 'lost-event' },
    ...{ expected: { onHand: 5, version: 4 }, found: { onHand: 7, version: 3 }, action: 'corrected' },
    ...{ detail: 'behind', foundAt: '2024-11-18T10:01:00.000Z' },
    ...changes,
  };
}

describe('what reconciliation found, compared with what was done', () => {
  test('is proof when each damage is found in its place and as its class, and nothing else', () => {
    const comparison = compareWithLog([damage()], [discrepancy()]);
    expect(comparison).toMatchObject({ planted: 1, found: 1, falseAlarms: 0, complaints: [] });
    expect(isProven(comparison)).toBe(true);
  });

  test.each<[string, LoggedDamage[], Discrepancy[], object]>([
    ['not found', [damage()], [], { planted: 1, found: 0, falseAlarms: 0 }],
    ['found elsewhere', [damage()], [discrepancy({ locationId: 'A-02' })], { found: 0, falseAlarms: 1 }],
    ['found in another lot', [damage()], [discrepancy({ lotNumber: 'LOT-1' })], { found: 0, falseAlarms: 1 }],
    ['found as another class', [damage()], [discrepancy({ class: 'phantom' })], { found: 0, falseAlarms: 1 }],
    ['found though nobody did it', [], [discrepancy()], { planted: 0, falseAlarms: 1 }],
    [
      'found though it does no harm',
      [damage({ class: null })],
      [discrepancy()],
      { harmless: 1, falseAlarms: 1 },
    ],
  ])('is no proof where a damage is %s', (_name, damages, discrepancies, expected) => {
    const comparison = compareWithLog(damages, discrepancies);
    expect(comparison).toMatchObject(expected);
    expect(comparison.complaints.length).toBeGreaterThan(0);
    expect(isProven(comparison)).toBe(false);
  });

  test('expects another class when the warehouse has booked on the position since', () => {
    const forgotten = damage({ class: 'missing', classOnceMoved: 'lost-event' });
    const asMissing = discrepancy({ class: 'missing', found: null });
    const asGap = discrepancy({ expected: { onHand: 6, version: 5 } });
    expect(isProven(compareWithLog([forgotten], [asMissing]))).toBe(true);
    expect(isProven(compareWithLog([forgotten], [asGap]))).toBe(true);
    expect(isProven(compareWithLog([forgotten], [discrepancy()]))).toBe(false);
  });

  test('counts a damage once, however many discrepancies tell of it', () => {
    const damages = [damage({ class: 'calculation-mismatch' })];
    const twice = [
      discrepancy({ class: 'calculation-mismatch' }),
      discrepancy({ class: 'calculation-mismatch' }),
    ];
    expect(compareWithLog(damages, twice)).toMatchObject({ planted: 1, found: 1, falseAlarms: 0 });
  });

  test('finds a reservation by its allocation', () => {
    const reservation = {
      ...{ locationId: null, allocationId: 'ORDER-1:L1:1', version: null },
      class: 'hold-without-reservation' as const,
    };
    const found = { ...reservation, expected: null };
    expect(isProven(compareWithLog([damage(reservation)], [discrepancy(found)]))).toBe(true);
    const other = { ...found, allocationId: 'ORDER-2:L1:1' };
    expect(isProven(compareWithLog([damage(reservation)], [discrepancy(other)]))).toBe(false);
  });

  test('is told by class', () => {
    const damages = [damage(), damage({ number: 2, itemId: 'ITEM-2', class: 'phantom' })];
    const lines = comparisonLines(compareWithLog(damages, [discrepancy()]));
    expect(lines.map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
      'class planted found false alarms',
      'lost event 1 1 0',
      'phantom 1 0 0',
      'all 2 1 0',
      'Of 0 more, sent twice or late, nothing was to be found.',
      'not found: phantom at ITEM-2/WH-001/A-01 (drop: dropped)',
    ]);
  });
});
