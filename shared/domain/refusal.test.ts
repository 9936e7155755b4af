import { describe, expect, test } from 'vitest';
import type { AllocationDecision } from '../contracts/allocation-messages.ts';
import { at, figuresOf, placed, someDecision, someFigures, someLine, TEN_OCLOCK } from './example-lines.ts';
import { type LineFigures, lineFigures, type OrderLine } from './order-line.ts';
import { REFUSAL_LASTS_MS } from './refusal.ts';
import { settleDecision } from './settlement.ts';
import type { CountUnderWay, StockFigures } from './stock.ts';

describe('A refusal of a warehouse', () => {
  /** A line of 10 for which WH-001 had 10 by the cloud's books and gave less; what is open then. */
  function refused(decision: Partial<AllocationDecision>): OrderLine {
    const [line] = placed([someFigures('WH-001', 10)], [someLine()]);
    if (!line) throw new Error('Nothing was placed.');
    return settleDecision(
      line,
      someDecision(line, { status: 'rejected', quantity: 0, ...decision }),
      at(3_000),
    );
  }
  const underCount = { reason: 'under-count', retryAt: at(30 * 60_000) } as const;
  const partly = { status: 'confirmed', quantity: 6 } as const;
  const decidedAt = TEN_OCLOCK + 2_000;
  const settledAt = TEN_OCLOCK + 3_000;
  /** A count of 5 pieces that was under way when the warehouse refused, and runs for half an hour. */
  const counted = (fields: Partial<CountUnderWay> = {}): CountUnderWay => ({
    ...{ lockId: 'LOCK-1', locationId: 'A-01', lotNumber: null, onHand: 5, ended: false },
    until: at(30 * 60_000),
    ...fields,
  });
  const ended = counted({ ended: true, until: at(60_000) });
  const other = counted({ lockId: 'LOCK-2', locationId: 'B-01' });

  test.each<[string, Partial<AllocationDecision>, StockFigures, number, Partial<LineFigures>]>([
    [
      'stands while nothing newer is known',
      {},
      someFigures('WH-001', 10),
      decidedAt + 1_000,
      { backordered: 10 },
    ],
    ['leaves other warehouses free to be asked', {}, someFigures('WH-002', 10), decidedAt, { held: 10 }],
    [
      'in part stands for the rest',
      partly,
      someFigures('WH-001', 10, { confirmed: 6 }),
      decidedAt,
      { confirmed: 6, backordered: 4 },
    ],
    [
      'in part ends when more is free than what was seen and not given',
      partly,
      someFigures('WH-001', 11, { confirmed: 6 }),
      decidedAt,
      { confirmed: 6, held: 4 },
    ],
    [
      'ends when the cloud has heard of a newer transaction of the warehouse',
      {},
      someFigures('WH-001', 10, { asOf: at(2_001) }),
      decidedAt + 10,
      { held: 10 },
    ],
    ['ends when more is free than was seen then', {}, someFigures('WH-001', 11), decidedAt + 1, { held: 10 }],
    ['stands when less is free', {}, someFigures('WH-001', 9), decidedAt + 1, { backordered: 10 }],
    ['ends after 15 minutes', {}, someFigures('WH-001', 10), settledAt + REFUSAL_LASTS_MS, { held: 10 }],
    [
      'stands until then',
      {},
      someFigures('WH-001', 10),
      settledAt + REFUSAL_LASTS_MS - 1,
      { backordered: 10 },
    ],
    [
      'because of a count ends with its lock',
      underCount,
      someFigures('WH-001', 10),
      TEN_OCLOCK + 30 * 60_000 + 1_000,
      { held: 10 },
    ],
    [
      'because of a count stands until then, whatever else is heard',
      underCount,
      someFigures('WH-001', 10, { asOf: at(60_000) }),
      TEN_OCLOCK + 30 * 60_000 + 999,
      { backordered: 10 },
    ],
    [
      'because of a count ends when more is free than was seen then',
      underCount,
      someFigures('WH-001', 25),
      decidedAt + 60_000,
      { held: 10 },
    ],
    [
      'because of a count stands when all that has come stands where somebody counts',
      underCount,
      someFigures('WH-001', 25, { counts: [counted({ onHand: 25 })] }),
      decidedAt + 60_000,
      { backordered: 10 },
    ],
    [
      'because of a count ends when what has come stands elsewhere',
      underCount,
      someFigures('WH-001', 25, { counts: [counted()] }),
      decidedAt + 60_000,
      { held: 10 },
    ],
    [
      'because of a count stands while that is under way',
      underCount,
      someFigures('WH-001', 10, { counts: [counted()] }),
      TEN_OCLOCK + 60_000,
      { backordered: 10 },
    ],
    [
      'because of a count ends when that is ended early',
      underCount,
      someFigures('WH-001', 10, { counts: [ended] }),
      TEN_OCLOCK + 60_000,
      { held: 10 },
    ],
    [
      'because of a count ends when that is ended by a warehouse whose clock is ahead',
      underCount,
      someFigures('WH-001', 10, { counts: [ended] }),
      TEN_OCLOCK + 59_000,
      { held: 10 },
    ],
    [
      'because of a count ends when that is ended early, though less is free',
      underCount,
      someFigures('WH-001', 7, { counts: [ended] }),
      TEN_OCLOCK + 60_000,
      { held: 7, backordered: 3 },
    ],
    [
      'because of a count stands when that is ended and another is under way',
      underCount,
      someFigures('WH-001', 10, { counts: [ended, other] }),
      TEN_OCLOCK + 60_000,
      { backordered: 10 },
    ],
    [
      'because of a count ends when that is ended and another ran out',
      underCount,
      someFigures('WH-001', 10, { counts: [ended, { ...other, until: at(50_000) }] }),
      TEN_OCLOCK + 60_000,
      { held: 10 },
    ],
    [
      'because of a count stands when only another count, from before, has ended',
      underCount,
      someFigures('WH-001', 10, { counts: [{ ...ended, until: at(1_999) }] }),
      TEN_OCLOCK + 60_000,
      { backordered: 10 },
    ],
    [
      'in part ends when a count is ended as well',
      partly,
      someFigures('WH-001', 10, { confirmed: 6, counts: [ended] }),
      TEN_OCLOCK + 60_000,
      { confirmed: 6, held: 4 },
    ],
  ])('%s', (_name, decision, stock, now, expected) => {
    expect(figuresOf(placed([stock], [refused(decision)], [], now)[0])).toEqual(expected);
  });

  test('that was lifted by a later confirmation is no refusal any more', () => {
    const line = refused({});
    const [again] = placed([someFigures('WH-001', 11)], [line], [], decidedAt + 1);
    if (!again) throw new Error('Nothing was placed.');
    const id = `${again.orderId}:1:2`;
    const confirmed = settleDecision(again, someDecision(again, { allocationId: id }), at(4_000));
    expect(figuresOf(confirmed)).toEqual({ confirmed: 10 });
    const cut = someDecision(again, { allocationId: id, sequence: 2, status: 'reduced', quantity: 8 });
    expect(figuresOf(settleDecision(confirmed, cut, at(5_000)))).toEqual({ confirmed: 8, open: 2 });
  });
});

describe('A line that is refused again and again', () => {
  /** Holds all of it at WH-001, which has enough as far as the cloud knows, and rejects it each time. */
  function rejectedTimes(times: number, minutesApart: number): OrderLine {
    let line = someLine();
    for (let time = 0; time < times; time += 1) {
      const now = TEN_OCLOCK + time * minutesApart * 60_000;
      const waits = line.backordered > 0;
      const stocks = [someFigures('WH-001', 10, { asOf: new Date(now).toISOString() })];
      [line = line] = waits ? placed(stocks, [], [line], now) : placed(stocks, [line], [], now);
      const allocationId = line.allocations.at(-1)?.allocationId ?? '';
      const decidedAt = new Date(now).toISOString();
      const rejection = { allocationId, status: 'rejected', quantity: 0, decidedAt } as const;
      line = settleDecision(line, someDecision(line, rejection), decidedAt);
      [line = line] = placed([someFigures('WH-001', 0)], [line], [], now);
    }
    return line;
  }

  test('is tried again at any newer event, but after the third rejection only with more stock, or a quarter of an hour later', () => {
    expect(rejectedTimes(2, 1).allocations).toHaveLength(2);
    const line = rejectedTimes(3, 1);
    expect(line.allocations).toHaveLength(3);
    expect(rejectedTimes(5, 1).allocations).toHaveLength(3);
    const later = TEN_OCLOCK + 2 * 60_000 + REFUSAL_LASTS_MS;
    const asOf = new Date(later).toISOString();
    const try1 = (onHand: number, now: number) =>
      placed([someFigures('WH-001', onHand, { asOf })], [], [line], now)[0]?.allocations.length;
    expect(try1(10, later - 1)).toBe(3);
    expect(try1(11, later - 1)).toBe(4);
    expect(try1(10, later)).toBe(4);
  });

  test('keeps its last hundred allocations, and numbers go on', () => {
    const line = rejectedTimes(150, 16);
    expect(line.allocations.length).toBeLessThanOrEqual(101);
    expect(line.allocations.at(-1)?.allocationId).toBe(`${line.orderId}:${line.lineId}:150`);
    expect(lineFigures(line).backordered).toBe(10);
  });
});

describe('Refusals of many lines', () => {
  /** Lines of one piece that all hold, all are rejected, and are then looked at again; answers their requests in all. */
  function requestsOf(count: number, decision: Partial<AllocationDecision>, rounds: number): number {
    let lines = Array.from({ length: count }, () => someLine({ quantity: 1 }));
    const stockOf = (now: number) => {
      const tentative = lines.reduce((sum, line) => sum + lineFigures(line).held, 0);
      return someFigures('WH-001', count, { tentative, asOf: new Date(now).toISOString() });
    };
    let now = TEN_OCLOCK;
    lines = placed([stockOf(now - 1_000)], lines, [], now);
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, line] of lines.entries()) {
        const held = line.allocations.find(({ state }) => state === 'tentative');
        if (!held) continue;
        now += 50;
        const answer = {
          ...({ allocationId: held.allocationId, status: 'rejected', quantity: 0 } as const),
          ...{ decidedAt: new Date(now).toISOString(), ...decision },
        };
        lines[index] = settleDecision(line, someDecision(line, answer), new Date(now).toISOString());
      }
      const open = lines.filter((line) => lineFigures(line).open > 0);
      const after = placed(
        [stockOf(TEN_OCLOCK - 1_000)],
        open,
        lines.filter((line) => line.backordered > 0),
        now,
      );
      lines = lines.map((line) => after.find(({ orderId }) => orderId === line.orderId) ?? line);
    }
    return lines.reduce((sum, line) => sum + line.allocations.length, 0);
  }

  test.each<[string, Partial<AllocationDecision>]>([
    ['of stock that is not there', {}],
    ['because of a count', { reason: 'under-count', retryAt: at(30 * 60_000) }],
  ])('%s do not take each other for new stock: each asks once', (_name, decision) => {
    expect(requestsOf(60, decision, 20)).toBe(60);
  });

  test('because of a count last as long as the count, whatever the time is at the warehouse', () => {
    const line = placed([someFigures('WH-001', 10)], [someLine()])[0];
    if (!line) throw new Error('Nothing was placed.');
    const answer = { status: 'rejected', quantity: 0, reason: 'under-count' } as const;
    // The warehouse's clock is a quarter of an hour behind; its count takes 10 minutes more.
    const times = { decidedAt: at(-15 * 60_000), retryAt: at(-5 * 60_000) };
    const refused = settleDecision(line, someDecision(line, { ...answer, ...times }), at());
    const heldAfter = (minutes: number) =>
      lineFigures(
        placed([someFigures('WH-001', 10)], [refused], [], TEN_OCLOCK + minutes * 60_000)[0] ?? line,
      ).held;
    expect(heldAfter(9.9)).toBe(0);
    expect(heldAfter(10)).toBe(10);
  });
});
