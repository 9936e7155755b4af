import { describe, expect, test } from 'vitest';
import type { AllocationDecision } from '../contracts/allocation-messages.ts';
import type { Reservation } from './compare-reservations.ts';
import { at, figuresOf, heldLine, someAllocation, someDecision } from './example-lines.ts';
import { goBack } from './go-back.ts';
import type { LineFigures, OrderLine } from './order-line.ts';
import { endLine, settleDecision, settlePick, unanswered } from './settlement.ts';

const NOW = at(3_000);

const CONFIRMED = { sequence: 1, status: 'confirmed', quantity: 10 } as const;
const CUT = { sequence: 2, status: 'reduced', quantity: 4, reason: 'stock-fell-short' } as const;
const CLOSED = { ...CUT, reason: 'short-close' } as const;

/** A line of 10 after these decisions on its one allocation, and so many picks. */
function lineAfter(decisions: readonly Partial<AllocationDecision>[], picked = 0): OrderLine {
  const line = heldLine(10);
  const decided = decisions.reduce(
    (held, decision) => settleDecision(held, someDecision(held, decision), NOW),
    line,
  );
  return settlePick(decided, `${line.orderId}:${line.lineId}:1`, picked, NOW);
}

/** What the WMS has after the restore. */
function reservationOf(line: OrderLine, decision: Partial<AllocationDecision>, picked = 0): Reservation {
  const { quantity } = decision;
  return { decision: someDecision(line, decision), reserved: quantity ?? 0, picked };
}

function wentBack(line: OrderLine, decision: Partial<AllocationDecision> = CONFIRMED, picked = 0): OrderLine {
  const [heard] = line.allocations;
  return heard ? goBack(line, heard, reservationOf(line, decision, picked), NOW) : line;
}

/** What was cut from the first allocation of a line is confirmed by another warehouse. */
function placedElsewhere(line: OrderLine, quantity = 6): OrderLine {
  const other = someAllocation(line, 2, { warehouseId: 'WH-002', quantity });
  const held = { ...line, allocations: [...line.allocations, other] };
  const { allocationId } = other;
  return settleDecision(held, someDecision(held, { allocationId, quantity }), NOW);
}

describe('A line of which the WMS has other books', () => {
  test.each<[string, OrderLine, Partial<LineFigures>, number?]>([
    ['is confirmed again what a lost decision had cut', lineAfter([CONFIRMED, CUT]), { confirmed: 10 }],
    [
      'is confirmed again what waits since a lost decision cut it',
      { ...lineAfter([CONFIRMED, CUT]), backordered: 6 },
      { confirmed: 10 },
    ],
    [
      'is confirmed again what a lost short close gave up',
      lineAfter([CONFIRMED, CLOSED], 4),
      { confirmed: 10 },
    ],
    ['has again to be picked what was', lineAfter([CONFIRMED], 4), { confirmed: 10 }],
    [
      'gives back what was placed elsewhere meanwhile',
      placedElsewhere(lineAfter([CONFIRMED, CUT])),
      { releasing: 6, confirmed: 10 },
    ],
    [
      'gives back what it has no use for since it ended',
      endLine(lineAfter([CONFIRMED, CUT], 4), 'cancelled', NOW),
      { releasing: 10 },
    ],
    [
      'gives back what it was refused, and placed elsewhere, and what it is confirmed now by the same decision',
      placedElsewhere(lineAfter([{ ...CONFIRMED, status: 'rejected', quantity: 0 }]), 10),
      { releasing: 10, confirmed: 10 },
    ],
    [
      'serves what waits with what it was refused, and is confirmed now by the same decision',
      { ...lineAfter([{ ...CONFIRMED, status: 'rejected', quantity: 0 }]), backordered: 10 },
      { confirmed: 10 },
    ],
    [
      'gives back what else it was promised for what was picked meanwhile',
      placedElsewhere(lineAfter([{ ...CONFIRMED, status: 'rejected', quantity: 0 }]), 10),
      { fulfilled: 2, releasing: 10, confirmed: 8 },
      2,
    ],
    [
      'keeps what others confirmed where what waits is served by the rest',
      {
        ...placedElsewhere(lineAfter([{ ...CONFIRMED, status: 'rejected', quantity: 0 }]), 5),
        backordered: 5,
      },
      { fulfilled: 5, releasing: 5, confirmed: 5 },
      5,
    ],
  ])('%s', (_name, line, expected, picked = 0) => {
    expect(figuresOf(wentBack(line, CONFIRMED, picked))).toEqual(expected);
  });

  test('has closed short what the books say was, though another figure was heard under that number', () => {
    const cut = { ...CUT, quantity: 6 };
    const back = wentBack(lineAfter([CONFIRMED, cut]), CLOSED);
    expect(figuresOf(back)).toEqual({ confirmed: 4, released: 2, open: 4 });
  });

  test.each([
    [6, 4],
    [4, 6],
  ])('closed short to %i, and by the books to %i, gives up the rest for good', (heard, known) => {
    const back = wentBack(lineAfter([CONFIRMED, { ...CLOSED, quantity: heard }]), {
      ...CLOSED,
      quantity: known,
    });
    expect(figuresOf(back)).toEqual({ confirmed: known, released: 10 - known });
  });

  test('takes the next decision of the WMS under the number that was lost', () => {
    const back = wentBack(lineAfter([CONFIRMED, CUT]));
    expect(figuresOf(settleDecision(back, someDecision(back, { ...CUT, quantity: 7 }), NOW))).toEqual({
      confirmed: 7,
      open: 3,
    });
  });

  test('has what is missing placed by a new run', () => {
    const line = lineAfter(
      [
        { ...CONFIRMED, quantity: 4 },
        { ...CLOSED, quantity: 4 },
      ],
      4,
    );
    const back = wentBack({ ...line, allocations: line.allocations }, { ...CONFIRMED, quantity: 3 }, 3);
    expect(figuresOf(back)).toEqual({ fulfilled: 3, open: 7 });
    expect([back.runs, back.unsettledSince]).toEqual([line.runs + 1, expect.any(String)]);
  });

  test('asks for the release by a new run, and counts the pieces until it is answered', () => {
    const line = placedElsewhere(lineAfter([CONFIRMED, CUT]));
    const back = wentBack(line);
    expect(unanswered(back)).toMatchObject([{ state: 'releasing', run: back.runs }]);
    const [{ allocationId } = { allocationId: '' }] = unanswered(back);
    const released = someDecision(back, { allocationId, sequence: 2, status: 'released', quantity: 0 });
    expect(figuresOf(settleDecision(back, released, NOW))).toEqual({ confirmed: 10 });
  });

  test('stays as it is where more was heard of meanwhile', () => {
    const line = lineAfter([CONFIRMED, CUT]);
    const [heard] = line.allocations;
    const later = settleDecision(line, someDecision(line, { ...CUT, sequence: 3, quantity: 2 }), NOW);
    expect(heard && goBack(later, heard, reservationOf(line, CONFIRMED), NOW)).toBe(later);
  });

  test('stays as it is once it went back', () => {
    const line = lineAfter([CONFIRMED, CUT]);
    const back = wentBack(line);
    const [heard] = line.allocations;
    expect(heard && goBack(back, heard, reservationOf(line, CONFIRMED), NOW)).toBe(back);
  });
});
