import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bookCount,
  bookDelta,
  EMPTY_POSITION_LEDGER,
  onHandOf,
  type PositionLedger,
  scanKey,
  shortfallOf,
} from './ledger.ts';

interface Scan {
  kind: 'delta' | 'count';
  quantity: number;
  key: string;
}

/** The rule in its own words: the latest count by scan order, and every delta later than it. */
function rawByTheRule(scans: Scan[]): number {
  const inOrder = scans.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const latestCount = inOrder.findLastIndex((scan) => scan.kind === 'count');
  const start = latestCount === -1 ? 0 : (inOrder[latestCount]?.quantity ?? 0);
  return inOrder.slice(latestCount + 1).reduce((sum, scan) => sum + scan.quantity, start);
}

function bookAll(scans: Scan[]): { position: PositionLedger; changes: number[] } {
  const arrived: Scan[] = [];
  const changes: number[] = [];
  let position = EMPTY_POSITION_LEDGER;
  for (const scan of scans) {
    const deltasAfter = (key: string) =>
      arrived
        .filter((other) => other.kind === 'delta' && other.key > key)
        .reduce((sum, s) => sum + s.quantity, 0);
    const booked =
      scan.kind === 'count'
        ? bookCount(position, scan.key, scan.quantity, deltasAfter)
        : bookDelta(position, scan.key, scan.quantity);
    position = booked.after;
    changes.push(booked.effectiveChange);
    arrived.push(scan);
  }
  return { position, changes };
}

const scanArbitrary = fc
  .record({
    kind: fc.constantFrom('delta' as const, 'delta' as const, 'count' as const),
    quantity: fc.integer({ min: -60, max: 60 }),
    // Few instants, so that scans of the same time and the tiebreaks are common.
    second: fc.integer({ min: 0, max: 5 }),
    scannerId: fc.constantFrom('SCANNER-01', 'SCANNER-02'),
    sequence: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
    transactionId: fc.uuid(),
  })
  .map(
    ({ kind, quantity, second, scannerId, sequence, transactionId }): Scan => ({
      kind,
      quantity: kind === 'count' ? Math.abs(quantity) : quantity,
      key: scanKey({
        scannedAt: `2024-11-18T10:00:0${second}Z`,
        scannerId,
        transactionId,
        ...(sequence === undefined ? {} : { sequence }),
      }),
    }),
  );

const scansArbitrary = fc.uniqueArray(scanArbitrary, { selector: (scan) => scan.key, maxLength: 24 });

describe('The ledger of a position', () => {
  test('gives the same on hand and shortfall in every order of arrival', () => {
    fc.assert(
      fc.property(
        scansArbitrary.chain((scans) =>
          fc.tuple(fc.constant(scans), fc.shuffledSubarray(scans, { minLength: scans.length })),
        ),
        ([scans, arrival]) => {
          const { position } = bookAll(arrival);
          const raw = rawByTheRule(scans);
          expect([onHandOf(position), shortfallOf(position)]).toEqual([Math.max(raw, 0), Math.max(-raw, 0)]);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('reports effective changes that sum up to the on hand', () => {
    fc.assert(
      fc.property(scansArbitrary, (scans) => {
        const { position, changes } = bookAll(scans);
        expect(changes.reduce((sum, change) => sum + change, 0)).toBe(onHandOf(position));
      }),
    );
  });

  const counted: PositionLedger = { countKey: keyAt('10:00:00'), raw: 95 };

  test.each([
    {
      when: 'a pick after the count',
      key: keyAt('10:00:01'),
      quantity: -5,
      onHand: 90,
      effective: -5,
      counts: true,
    },
    {
      when: 'a pick before the count',
      key: keyAt('09:59:59'),
      quantity: -5,
      onHand: 95,
      effective: 0,
      counts: false,
    },
    {
      when: 'a pick of more than there is',
      key: keyAt('10:00:01'),
      quantity: -100,
      onHand: 0,
      effective: -95,
      counts: true,
    },
  ])(
    '$when leaves $onHand on hand, an effective change of $effective',
    ({ key, quantity, onHand, effective, counts }) => {
      const booked = bookDelta(counted, key, quantity);
      expect(onHandOf(booked.after)).toBe(onHand);
      expect(booked.effectiveChange).toBe(effective);
      expect(booked.counts).toBe(counts);
    },
  );

  test('a shortfall is closed by what arrives later', () => {
    const short = bookDelta(counted, keyAt('10:00:01'), -100);
    expect(shortfallOf(short.after)).toBe(5);
    const lifted = bookDelta(short.after, keyAt('10:00:02'), 8);
    expect([onHandOf(lifted.after), shortfallOf(lifted.after), lifted.effectiveChange]).toEqual([3, 0, 3]);
  });

  test('a count older than the latest one changes nothing and asks nothing', () => {
    const booked = bookCount(counted, keyAt('09:00:00'), 7, () => {
      throw new Error('asked for deltas');
    });
    expect(booked.after).toEqual(counted);
    expect(booked.counts).toBe(false);
  });

  test('a newer count that arrives late keeps the deltas scanned after it', () => {
    const booked = bookCount({ countKey: null, raw: 40 }, keyAt('10:00:00'), 10, () => -3);
    expect(onHandOf(booked.after)).toBe(7);
    expect(booked.effectiveChange).toBe(-33);
  });
});

describe('The order of scans', () => {
  const base = { scannedAt: '2024-11-18T10:00:00Z', scannerId: 'S-2', sequence: 5, transactionId: 'b' };

  test.each([
    ['scan time first', { ...base, scannedAt: '2024-11-18T09:59:59.999Z', scannerId: 'S-9' }, base],
    [
      'a fraction of a second after the whole one',
      base,
      { ...base, scannedAt: '2024-11-18T10:00:00.5Z', scannerId: 'S-1' },
    ],
    [
      'nanoseconds',
      { ...base, scannedAt: '2024-11-18T10:00:00.000000001Z', scannerId: 'S-9' },
      { ...base, scannedAt: '2024-11-18T10:00:00.000000002Z' },
    ],
    ['then the scanner', { ...base, scannerId: 'S-1', sequence: 9 }, base],
    [
      'a scanner whose name begins like another first',
      { ...base, scannerId: 'S-2', sequence: 9 },
      { ...base, scannerId: 'S-2 B' },
    ],
    [
      'then its sequence as a number',
      { ...base, sequence: 9, transactionId: 'c' },
      { ...base, sequence: 10 },
    ],
    ['then the UUID', { ...base, transactionId: 'a' }, base],
  ])('%s', (_rule, earlier, later) => {
    expect(scanKey(earlier) < scanKey(later)).toBe(true);
  });

  test('does not tell apart precisions and cases of the same scan', () => {
    expect(scanKey({ ...base, scannedAt: '2024-11-18T10:00Z', transactionId: 'B' })).toBe(scanKey(base));
  });
});

function keyAt(time: string): string {
  return scanKey({
    scannedAt: `2024-11-18T${time}Z`,
    scannerId: 'SCANNER-01',
    sequence: 1,
    transactionId: 'id',
  });
}
