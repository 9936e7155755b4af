import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AllocationDecision } from '../contracts/allocation-messages.ts';
import { allPieces, someDecision, someFigures, someLine, TEN_OCLOCK } from './example-lines.ts';
import { type Allocation, lineFigures, type OrderLine, type Promised, promisedOf } from './order-line.ts';
import { placeLines } from './placement.ts';
import { endLine, settleDecision, settlePick, unanswered } from './settlement.ts';
import type { StockFigures } from './stock.ts';
import { freesStock, totalsChange } from './totals.ts';

/** What a warehouse does next about an allocation that was asked of it; the first is always its answer. */
type Deed = { readonly kind: 'reduce' | 'pick' | 'close'; readonly pieces: number };
type Step =
  | { readonly kind: 'place' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'warehouse'; readonly which: number; readonly deed: Deed }
  | { readonly kind: 'deliver'; readonly which: number; readonly again: boolean };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.constant({ kind: 'place' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'cancel' as const }) },
  {
    weight: 30,
    arbitrary: fc.record({
      kind: fc.constant('warehouse' as const),
      which: fc.nat(9),
      deed: fc.record({
        kind: fc.constantFrom('reduce', 'pick', 'pick', 'close'),
        pieces: fc.integer({ min: 1, max: 8 }),
      }),
    }),
  },
  {
    weight: 30,
    arbitrary: fc.record({ kind: fc.constant('deliver' as const), which: fc.nat(9), again: fc.boolean() }),
  },
);

/** The books of a warehouse about one allocation. */
type Book = {
  reserved: number;
  picked: number;
  sequence: number;
  closed: number;
  decision: AllocationDecision;
};
type Message =
  | { readonly decision: AllocationDecision }
  | { readonly picked: number; readonly allocationId: string };

/**
 * A line of 20 that WH-001 and WH-002 hold 12 and 8 of, by the cloud's books. What they say arrives in any order, and
 * again. What they do not keep can be had from WH-003, which has more than enough by then and keeps its word.
 */
function world() {
  const books = new Map<string, Book>();
  const sent: Message[] = [];
  let line = someLine({ quantity: 20, preferredWarehouses: ['WH-001', 'WH-002'] });
  let totals = new Map<string, Promised>();
  let plenty = 0;
  let ms = TEN_OCLOCK;
  const now = () => {
    ms += 1_000;
    return new Date(ms).toISOString();
  };

  const change = (after: OrderLine) => {
    totals = plus(totals, totalsChange([{ before: line, after }]));
    line = after;
    expect(allPieces(line)).toBe(20);
    expect(totals).toEqual(nonZero(promisedOf(line)));
  };
  const stocks = (): StockFigures[] =>
    Object.entries({ 'WH-001': 12, 'WH-002': 8, 'WH-003': plenty }).map(([warehouseId, pieces]) =>
      someFigures(warehouseId, pieces, totals.get(warehouseId)),
    );
  const say = (
    allocation: Allocation,
    book: Omit<Book, 'decision' | 'sequence'>,
    said: Partial<AllocationDecision>,
  ) => {
    const sequence = (books.get(allocation.allocationId)?.sequence ?? 0) + 1;
    const { reserved: quantity, picked } = book;
    const { allocationId } = allocation;
    const decision = {
      ...someDecision(line, { allocationId }),
      ...said,
      sequence,
      quantity,
      picked,
      decidedAt: now(),
    };
    books.set(allocationId, { ...book, sequence, decision });
    sent.push({ decision });
  };
  const answer = (allocation: Allocation, pieces: number) => {
    const reserved =
      allocation.warehouseId === 'WH-003' ? allocation.quantity : Math.min(pieces, allocation.quantity);
    const status = reserved > 0 ? 'confirmed' : 'rejected';
    say(allocation, { reserved, picked: 0, closed: 0 }, { status });
  };
  const act = (allocation: Allocation, { kind, pieces }: Deed) => {
    const book = books.get(allocation.allocationId);
    if (!book) return answer(allocation, pieces * 2 - 2);
    const open = book.reserved - book.picked;
    const some = Math.min(open, pieces);
    if (open === 0 || book.decision.status === 'released') return undefined;
    if (kind === 'pick') {
      book.picked += some;
      sent.push({ picked: book.picked, allocationId: allocation.allocationId });
    } else if (allocation.warehouseId !== 'WH-003' && kind === 'close') {
      say(
        allocation,
        { ...book, reserved: book.picked, closed: open },
        { status: 'reduced', reason: 'short-close' },
      );
    } else if (allocation.warehouseId !== 'WH-003') {
      say(
        allocation,
        { ...book, reserved: book.reserved - some },
        { status: 'reduced', reason: 'stock-fell-short' },
      );
    }
    return undefined;
  };
  const release = (allocation: Allocation) => {
    const book = books.get(allocation.allocationId) ?? { reserved: 0, picked: 0, closed: 0 };
    say(allocation, { ...book, reserved: book.picked }, { status: 'released' });
  };
  const hear = (message: Message) => {
    if ('decision' in message) change(settleDecision(line, message.decision, now()));
    else change(settlePick(line, message.allocationId, message.picked, now()));
  };
  const place = () => {
    const [placement] = placeLines(stocks(), [], [{ line, run: line.runs }], ms);
    if (placement) change(placement.after);
  };
  place();
  plenty = 1_000;
  return {
    take: (next: Step) => {
      if (next.kind === 'place') place();
      else if (next.kind === 'cancel') change(endLine(line, 'cancelled', now()));
      else if (next.kind === 'deliver') {
        const at = sent.length === 0 ? -1 : next.which % sent.length;
        const message = next.again ? sent[at] : sent.splice(at, 1)[0];
        if (message) hear(message);
      } else {
        const asked = line.allocations[next.which % Math.max(line.allocations.length, 1)];
        if (asked) act(asked, next.deed);
      }
    },
    /** Until nothing is on its way, nothing is open and every warehouse has answered. */
    comeToRest: (order: readonly number[]) => {
      for (let round = 0; round < 20; round += 1) {
        place();
        for (const allocation of unanswered(line)) {
          if (allocation.state === 'releasing') release(allocation);
          else if (!books.has(allocation.allocationId)) answer(allocation, allocation.quantity);
        }
        const waiting = sent.splice(0);
        const shuffled = waiting.toSorted(
          (a, b) =>
            (order[waiting.indexOf(a) % order.length] ?? 0) - (order[waiting.indexOf(b) % order.length] ?? 0),
        );
        for (const message of [...shuffled, ...waiting]) hear(message);
        if (line.unsettledSince === undefined && sent.length === 0) break;
      }
      return { line, books: [...books.values()] };
    },
  };
}

describe('Whatever order placement, decisions, picks and a cancel come in, and however often', () => {
  const steps = fc.array(step, { maxLength: 40, size: 'max' });
  const order = fc.array(fc.nat(100), { minLength: 1, maxLength: 12 });

  test('a line ends in what its warehouses have done; its pieces and the totals of the stock add up at every step', () => {
    fc.assert(
      fc.property(steps, order, (taken, deliveries) => {
        const { take, comeToRest } = world();
        for (const next of taken) take(next);
        const { line, books } = comeToRest(deliveries);
        const sum = (figure: 'reserved' | 'picked' | 'closed') =>
          books.reduce((all, book) => all + book[figure], 0);
        const nothing = { held: 0, open: 0, releasing: 0, backordered: 0, rejected: 0 };
        expect(line.unsettledSince).toBeUndefined();
        expect(lineFigures(line)).toEqual(
          line.ended
            ? { ...nothing, confirmed: 0, fulfilled: sum('picked'), released: 20 - sum('picked') }
            : {
                ...nothing,
                confirmed: sum('reserved') - sum('picked'),
                fulfilled: sum('picked'),
                released: sum('closed'),
              },
        );
      }),
      { numRuns: 250 },
    );
  });
});

describe('The totals of the stock', () => {
  test('change by the difference of what lines are promised, warehouse by warehouse', () => {
    const [placement] = placeLines(
      [someFigures('WH-001', 6), someFigures('WH-002', 4)],
      [],
      [{ line: someLine(), run: 1 }],
      TEN_OCLOCK,
    );
    const held = placement?.after ?? someLine();
    expect(totalsChange([{ before: undefined, after: held }])).toEqual([
      { warehouseId: 'WH-001', tentative: 6, confirmed: 0, picked: 0 },
      { warehouseId: 'WH-002', tentative: 4, confirmed: 0, picked: 0 },
    ]);
    expect(totalsChange([{ before: held, after: held }])).toEqual([]);
    const confirmed = settleDecision(held, someDecision(held, { quantity: 5 }), '2024-11-18T10:00:03.000Z');
    expect(totalsChange([{ before: held, after: confirmed }])).toEqual([
      { warehouseId: 'WH-001', tentative: -6, confirmed: 5, picked: 0 },
    ]);
  });

  test.each<[boolean, string, Promised]>([
    [false, 'a hold', { tentative: 5, confirmed: 0, picked: 0 }],
    [false, 'a confirmation in full', { tentative: -5, confirmed: 5, picked: 0 }],
    [true, 'a confirmation in part', { tentative: -5, confirmed: 4, picked: 0 }],
    [true, 'a release', { tentative: 0, confirmed: -5, picked: 0 }],
    [false, 'a pick, which is told on with its event', { tentative: 0, confirmed: 0, picked: 5 }],
  ])('free stock for others: %s, by %s', (expected, _name, delta) => {
    expect(freesStock([delta])).toBe(expected);
  });
});

function plus(
  totals: ReadonlyMap<string, Promised>,
  deltas: ReturnType<typeof totalsChange>,
): Map<string, Promised> {
  const sums = new Map(totals);
  for (const { warehouseId, tentative, confirmed, picked } of deltas) {
    const held = sums.get(warehouseId) ?? { tentative: 0, confirmed: 0, picked: 0 };
    sums.set(warehouseId, {
      tentative: held.tentative + tentative,
      confirmed: held.confirmed + confirmed,
      picked: held.picked + picked,
    });
  }
  return nonZero(sums);
}

function nonZero(totals: ReadonlyMap<string, Promised>): Map<string, Promised> {
  return new Map(
    [...totals].filter(([, { tentative, confirmed, picked }]) => tentative || confirmed || picked),
  );
}
