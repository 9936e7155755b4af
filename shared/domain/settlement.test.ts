import { describe, expect, test } from 'vitest';
import type { AllocationDecision } from '../contracts/allocation-messages.ts';
import {
  allPieces,
  at,
  figuresOf,
  heldLine,
  someAllocation,
  someDecision,
  someLine,
} from './example-lines.ts';
import { type LineFigures, MAX_STEPS, type OrderLine, promisedOf } from './order-line.ts';
import { reopenAllocation } from './reopen-allocation.ts';
import { endLine, settleDecision, settlePick, unanswered } from './settlement.ts';

const NOW = at(3_000);

/** A held line of 10 after these decisions of its warehouse, in the order they are heard. */
function settledBy(
  decisions: readonly Partial<AllocationDecision>[],
  line: OrderLine = heldLine(10),
): OrderLine {
  return decisions.reduce((held, decision) => settleDecision(held, someDecision(held, decision), NOW), line);
}

const CONFIRMED = { sequence: 1, status: 'confirmed', quantity: 10 } as const;
const REJECTED = { sequence: 1, status: 'rejected', quantity: 0, reason: 'insufficient-stock' } as const;
const CUT = { sequence: 2, status: 'reduced', quantity: 7, reason: 'stock-fell-short' } as const;
const RELEASED = { sequence: 2, status: 'released', quantity: 0 } as const;

describe('A decision', () => {
  test.each<[string, Partial<AllocationDecision>[], Partial<LineFigures>]>([
    ['confirms in full', [CONFIRMED], { confirmed: 10 }],
    [
      'confirms in part, and the rest is to be placed anew',
      [{ ...CONFIRMED, quantity: 6 }],
      { confirmed: 6, open: 4 },
    ],
    ['rejects, and all of it is to be placed anew', [REJECTED], { open: 10 }],
    [
      'reduces in place, and the difference is to be placed anew',
      [CONFIRMED, CUT],
      { confirmed: 7, open: 3 },
    ],
    ['reduces to nothing', [CONFIRMED, { ...CUT, quantity: 0 }], { open: 10 }],
    ['leaves what is picked to the pick itself', [{ ...CONFIRMED, picked: 4 }], { confirmed: 10 }],
    [
      'of a short close releases the rest',
      [CONFIRMED, { ...CUT, quantity: 7, picked: 7, reason: 'short-close' }],
      { confirmed: 7, released: 3 },
    ],
    [
      'of a short close releases nothing that the warehouse never confirmed',
      [
        { ...CONFIRMED, quantity: 8 },
        { ...CUT, quantity: 7, picked: 7, reason: 'short-close' },
      ],
      { confirmed: 7, released: 1, open: 2 },
    ],
  ])('%s', (_name, decisions, expected) => {
    const line = settledBy(decisions);
    expect(figuresOf(line)).toEqual(expected);
    expect(allPieces(line)).toBe(10);
  });

  /** A line of 10 of which WH-001 had cut 6, and WH-002 confirmed them. */
  const placedElsewhere = (): OrderLine => {
    const cut = settledBy([CONFIRMED, { ...CUT, quantity: 4 }]);
    const other = someAllocation(cut, 2, { warehouseId: 'WH-002', quantity: 6 });
    const { allocationId, quantity } = other;
    return settledBy([{ allocationId, quantity }], { ...cut, allocations: [...cut.allocations, other] });
  };
  const ofTwo = (first: number, second: number): OrderLine => {
    const line = heldLine(10);
    const allocations = [first, second].map((quantity, index) =>
      someAllocation(line, index + 1, { quantity }),
    );
    return { ...line, allocations };
  };
  const releasing = (line: OrderLine): OrderLine => ({
    ...line,
    allocations: line.allocations.map((one, index) => (index === 0 ? { ...one, state: 'releasing' } : one)),
  });

  // As of a WMS that was restored, and cut anew before anybody compared the books.
  test.each<[string, OrderLine, Partial<AllocationDecision>, Partial<LineFigures>]>([
    [
      'has it given back where the pieces were placed elsewhere',
      placedElsewhere(),
      { ...CUT, sequence: 3 },
      { releasing: 6, confirmed: 7 },
    ],
    [
      'serves what waits',
      { ...settledBy([CONFIRMED, { ...CUT, quantity: 4 }]), backordered: 6 },
      { ...CUT, sequence: 3 },
      { confirmed: 7, backordered: 3 },
    ],
    [
      'has it given back where the line has ended',
      endLine(settledBy([REJECTED]), 'cancelled', NOW),
      CUT,
      { releasing: 7, released: 3 },
    ],
    ['has it given back where less was asked for', ofTwo(6, 4), CONFIRMED, { releasing: 4, confirmed: 10 }],
    [
      'has others give back what it had picked of a release',
      releasing(ofTwo(10, 10)),
      { ...RELEASED, quantity: 4, picked: 4 },
      { confirmed: 4, releasing: 10 },
    ],
  ])('of more pieces than were left %s', (_name, line, decision, expected) => {
    const settled = settleDecision(line, someDecision(line, decision), NOW);
    expect(figuresOf(settled)).toEqual(expected);
    expect(settled.unsettledSince !== undefined).toBe('releasing' in expected || 'open' in expected);
  });

  test('of an allocation that was given up does not bring it back', () => {
    const line = settledBy([CONFIRMED]);
    const reopened = reopenAllocation(line, allocationOf(line), NOW);
    expect(settledBy([CUT], reopened)).toBe(reopened);
  });

  test('that comes five times is settled once', () => {
    const once = settledBy([CONFIRMED]);
    expect(settledBy([CONFIRMED, CONFIRMED, CONFIRMED, CONFIRMED], once)).toBe(once);
  });

  test.each<[string, Partial<AllocationDecision>[]]>([
    ['a confirmation and a cut', [CONFIRMED, CUT]],
    [
      'a part and a short close',
      [
        { ...CONFIRMED, quantity: 8 },
        { ...CUT, picked: 7, reason: 'short-close' },
      ],
    ],
    [
      'a confirmation, a cut and a short close',
      [
        CONFIRMED,
        { ...CUT, quantity: 8 },
        { ...CUT, sequence: 3, quantity: 5, picked: 5, reason: 'short-close' },
      ],
    ],
    [
      'a confirmation, a cut and another',
      [CONFIRMED, { ...CUT, quantity: 8 }, { ...CUT, sequence: 3, quantity: 5 }],
    ],
  ])('of the highest number stands whatever order they arrive in: %s', (_name, decisions) => {
    for (const order of permutations(decisions)) {
      expect(figuresOf(settledBy(order))).toEqual(figuresOf(settledBy(decisions)));
      expect(figuresOf(settledBy([...order, ...order]))).toEqual(figuresOf(settledBy(decisions)));
    }
  });

  test('about an allocation that the line does not know changes nothing', () => {
    const line = heldLine();
    expect(settleDecision(line, { ...someDecision(line), allocationId: 'ORD-0:1:9' }, NOW)).toBe(line);
  });

  test('of source A that arrives late leaves what source B is asked for as it is', () => {
    const held = heldLine(10);
    const asked = {
      ...settledBy([REJECTED], held),
      allocations: [
        ...settledBy([REJECTED], held).allocations,
        someAllocation(held, 2, { warehouseId: 'WH-002' }),
      ],
    };
    expect(settledBy([REJECTED], asked)).toBe(asked);
    expect(figuresOf(asked)).toEqual({ held: 10 });
  });

  test('is of the warehouse that made it: a line that was lost, and placed anew elsewhere, has what it had there', () => {
    const confirmed = settledBy([{ ...CONFIRMED, warehouseId: 'WH-002' }]);
    expect(confirmed.allocations).toMatchObject([{ warehouseId: 'WH-002', state: 'decided' }]);
    expect(Object.fromEntries(promisedOf(confirmed))).toEqual({
      'WH-002': { tentative: 0, confirmed: 10, picked: 0 },
    });
  });

  test('is kept with its time, its reason and when to ask again', () => {
    const line = settledBy([{ ...REJECTED, reason: 'under-count', retryAt: at(60_000) }]);
    expect(line.allocations[0]).toMatchObject({
      state: 'decided',
      decided: {
        sequence: 1,
        status: 'rejected',
        quantity: 0,
        decidedAt: at(2_000),
        reason: 'under-count',
        retryAt: at(60_000),
      },
    });
    expect(line.why.at(-1)).toEqual({
      at: NOW,
      step: 'rejected',
      warehouseId: 'WH-001',
      allocationId: line.allocations[0]?.allocationId,
      quantity: 0,
      detail: `WH-001 rejected 10 at ${at(2_000)}: the stock is being counted.`,
    });
  });
});

describe('The run that places what is open', () => {
  test('is the one that asked, when it is the first answer that falls short', () => {
    expect(settledBy([{ ...CONFIRMED, quantity: 6 }]).runs).toBe(1);
    expect(settledBy([REJECTED]).runs).toBe(1);
    expect(settledBy([CUT]).runs).toBe(1);
  });

  test('is a new one when another warehouse has not answered: nobody waits for it to place the rest', () => {
    const held = heldLine(10);
    const both = {
      ...held,
      allocations: [...held.allocations, someAllocation(held, 2, { warehouseId: 'WH-002' })],
    };
    const line = settledBy([REJECTED], { ...both, terms: { ...both.terms, quantity: 20 } });
    expect(figuresOf(line)).toEqual({ held: 10, open: 10 });
    expect(line.runs).toBe(2);
  });

  test('is a new one when stock falls short after the confirmation', () => {
    expect(settledBy([CONFIRMED, CUT]).runs).toBe(2);
    expect(settledBy([CONFIRMED, CUT, { ...CUT, sequence: 3, quantity: 5 }]).runs).toBe(3);
  });

  test('is none after a short close, which nobody wants to have filled up', () => {
    const line = settledBy([CONFIRMED, { ...CUT, picked: 7, reason: 'short-close' }]);
    expect(line.runs).toBe(1);
    expect(line.unsettledSince).toBeUndefined();
  });

  test('is a new one when a short close turns out to have closed less than it seemed', () => {
    const closed = settledBy([{ ...CUT, picked: 7, reason: 'short-close' }]);
    expect(figuresOf(closed)).toEqual({ confirmed: 7, released: 3 });
    const corrected = settledBy([{ ...CONFIRMED, quantity: 8 }], closed);
    expect(figuresOf(corrected)).toEqual({ confirmed: 7, released: 1, open: 2 });
    expect(corrected.runs).toBe(2);
    expect(corrected.unsettledSince).toBe(NOW);
  });
});

describe('A line is unsettled', () => {
  test('from when its pieces are held until its warehouse has answered for all', () => {
    expect(heldLine().unsettledSince).toBe(at());
    expect(settledBy([REJECTED]).unsettledSince).toBe(at());
    expect(settledBy([CONFIRMED]).unsettledSince).toBeUndefined();
  });

  test('again from when stock falls short of what was confirmed', () => {
    expect(settledBy([CONFIRMED, CUT]).unsettledSince).toBe(NOW);
  });

  test('from when it is cancelled until its warehouse has released it', () => {
    const cancelled = endLine(settledBy([CONFIRMED]), 'cancelled', at(5_000));
    expect(cancelled.unsettledSince).toBe(at(5_000));
    expect(settledBy([RELEASED], cancelled).unsettledSince).toBeUndefined();
  });

  test('not as a cart, of which no warehouse is asked', () => {
    const cart = someLine({}, { kind: 'hold-line' });
    const held = { ...cart, allocations: [someAllocation(cart, 1, { asked: false, quantity: 4 })] };
    expect(endLine(held, 'expired', NOW).unsettledSince).toBeUndefined();
  });
});

describe('A cancelled line', () => {
  const cancelled = endLine(heldLine(10), 'cancelled', NOW);

  test('that a warehouse was asked for is releasing, still counted, until the warehouse has released it', () => {
    expect(figuresOf(cancelled)).toEqual({ releasing: 10 });
    expect(unanswered(cancelled)).toHaveLength(1);
    expect(figuresOf(settledBy([{ ...RELEASED, sequence: 1 }], cancelled))).toEqual({ released: 10 });
  });

  test.each<[string, Partial<AllocationDecision>]>([
    ['a confirmation', CONFIRMED],
    ['a rejection', REJECTED],
    ['a cut', { ...CUT, sequence: 1 }],
  ])('that meets %s does not change', (_name, decision) => {
    expect(settledBy([decision], cancelled)).toBe(cancelled);
  });

  test('counts what is picked while its release is on the way', () => {
    const line = settlePick(cancelled, allocationOf(cancelled), 3, NOW);
    expect(figuresOf(line)).toEqual({ releasing: 7, fulfilled: 3 });
  });

  test('keeps what was picked when the rest is released, whichever is heard first', () => {
    const release = { ...RELEASED, quantity: 4, picked: 4 };
    const released = settledBy([CONFIRMED, release], cancelled);
    // Until the pick takes its pieces from the stock they are as good as reserved.
    expect(figuresOf(released)).toEqual({ confirmed: 4, released: 6 });
    expect(promisedOf(released).get('WH-001')).toEqual({ tentative: 0, confirmed: 4, picked: 0 });
    const picked = settlePick(released, allocationOf(released), 4, NOW);
    expect(figuresOf(picked)).toEqual({ fulfilled: 4, released: 6 });
    const early = settlePick(cancelled, allocationOf(cancelled), 4, NOW);
    expect(figuresOf(settledBy([release], early))).toEqual({ fulfilled: 4, released: 6 });
  });

  test('is released by a warehouse that was restored from a backup, and numbers its decisions from 1 again', () => {
    const cancelled = endLine(settledBy([CONFIRMED, CUT]), 'cancelled', NOW);
    const released = settledBy([{ ...RELEASED, sequence: 1 }], cancelled);
    expect(figuresOf(released)).toEqual({ released: 10 });
    expect(released.unsettledSince).toBeUndefined();
    // What it had decided before the restore may still come, and changes nothing.
    expect(settledBy([CUT], released)).toBe(released);
  });

  test('is released even where the warehouse never saw the request, and stays so', () => {
    const line = settledBy([{ ...RELEASED, sequence: 1, reason: 'already-released' }], cancelled);
    expect(settledBy([CONFIRMED, REJECTED, CONFIRMED], line)).toBe(line);
    expect(line.allocations[0]?.state).toBe('released');
  });
});

describe('Ending a line', () => {
  const confirmed = settledBy([CONFIRMED]);
  const cart = someLine({}, { kind: 'hold-line' });
  test.each<[string, OrderLine, OrderLine['ended'], Partial<LineFigures>]>([
    ['before anything is promised releases all of it', someLine({}), 'cancelled', { released: 10 }],
    [
      'that waits takes it out of the queue',
      someLine({}, { backordered: 10 }),
      'cancelled',
      { released: 10 },
    ],
    ['that is held asks for the release', heldLine(10), 'cancelled', { releasing: 10 }],
    ['that is confirmed asks for the release', confirmed, 'cancelled', { releasing: 10 }],
    [
      'that is picked in part asks for the release of the rest',
      settlePick(confirmed, allocationOf(confirmed), 4, NOW),
      'cancelled',
      { releasing: 6, fulfilled: 4 },
    ],
    [
      'that is picked in full has nothing to release',
      settlePick(confirmed, allocationOf(confirmed), 10, NOW),
      'cancelled',
      { fulfilled: 10 },
    ],
    [
      'that was rejected by its warehouse releases what is open',
      settledBy([REJECTED]),
      'cancelled',
      { released: 10 },
    ],
    [
      'that could not be had leaves it rejected',
      someLine({}, { rejected: 10 }),
      'cancelled',
      { rejected: 10 },
    ],
    ['of which all or nothing was wanted rejects it', someLine({}), 'all-or-nothing', { rejected: 10 }],
    [
      'of a cart, which no warehouse heard of, releases it at once',
      { ...cart, allocations: [someAllocation(cart, 1, { asked: false })] },
      'expired',
      { released: 10 },
    ],
  ])('%s', (_name, line, reason = 'cancelled', expected) => {
    const ended = endLine(line, reason, NOW);
    expect(figuresOf(ended)).toEqual(expected);
    expect(allPieces(ended)).toBe(10);
    expect(ended.ended).toBe(reason);
    expect(endLine(ended, reason, at(9_000))).toBe(ended);
    expect(endLine(ended, 'ordered', at(9_000))).toBe(ended);
  });

  test('says of each allocation what is asked of whom', () => {
    const { why } = endLine(confirmed, 'cancelled', NOW);
    expect(why.at(-1)).toMatchObject({
      step: 'releasing',
      quantity: 10,
      detail: 'Release asked of WH-001 (cancelled).',
    });
  });
});

describe('A pick', () => {
  const confirmed = settledBy([CONFIRMED]);
  const id = allocationOf(confirmed);

  test('is cumulative: the record takes the maximum, so two in the wrong order count once', () => {
    const line = settlePick(settlePick(confirmed, id, 7, NOW), id, 4, NOW);
    expect(figuresOf(line)).toEqual({ confirmed: 3, fulfilled: 7 });
    expect(settlePick(line, id, 7, NOW)).toBe(line);
  });

  test('before the confirmation is heard counts, and the confirmation keeps it', () => {
    const line = settlePick(heldLine(10), id, 4, NOW);
    const own = settlePick(line, allocationOf(line), 4, NOW);
    expect(figuresOf(settledBy([CONFIRMED], own))).toEqual({ confirmed: 6, fulfilled: 4 });
  });

  test('of pieces that the warehouse had refused, and a restored one keeps, serves what waits', () => {
    const refused = settledBy([{ ...CONFIRMED, status: 'rejected', quantity: 0 }]);
    const line = settlePick({ ...refused, backordered: 10 }, allocationOf(refused), 4, NOW);
    expect(figuresOf(line)).toEqual({ backordered: 6, fulfilled: 4 });
  });

  test('of pieces that were given up, as the warehouse says it has released the rest, makes them so no more', () => {
    const refused = settledBy([{ ...CONFIRMED, status: 'rejected', quantity: 0 }]);
    const line = settlePick({ ...refused, rejected: 7, released: 3 }, allocationOf(refused), 8, NOW);
    expect(figuresOf(line)).toEqual({ fulfilled: 8, released: 2 });
    const held = heldLine(4);
    const asked = { ...held, terms: { ...held.terms, quantity: 10 }, rejected: 6 };
    const kept = settleDecision(asked, someDecision(asked, { quantity: 7 }), NOW);
    expect(figuresOf(kept)).toEqual({ releasing: 7, rejected: 6 });
    const released = someDecision(kept, { sequence: 2, status: 'released', quantity: 7, picked: 7 });
    expect(figuresOf(settleDecision(kept, released, NOW))).toEqual({ confirmed: 7, rejected: 3 });
  });

  test('of an allocation that the line does not know changes nothing', () => {
    expect(settlePick(confirmed, 'ORD-0:1:9', 4, NOW)).toBe(confirmed);
  });
});

test(`A line remembers its last ${MAX_STEPS} steps`, () => {
  let line = settledBy([{ ...CONFIRMED, quantity: 500 }], heldLine(500));
  for (let picked = 1; picked <= MAX_STEPS + 20; picked += 1)
    line = settlePick(line, allocationOf(line), picked, NOW);
  expect(line.why).toHaveLength(MAX_STEPS);
  expect(line.why.at(-1)?.detail).toBe(`${MAX_STEPS + 20} of 500 picked in WH-001.`);
  expect(line.why[0]?.detail).toBe('21 of 500 picked in WH-001.');
});

function allocationOf(line: OrderLine): string {
  return line.allocations[0]?.allocationId ?? '';
}

function permutations<T>(all: readonly T[]): T[][] {
  if (all.length < 2) return [[...all]];
  return all.flatMap((first, index) => permutations(all.toSpliced(index, 1)).map((rest) => [first, ...rest]));
}
