import type { Allocation as WmsAllocation } from '../../../apps/wms-adapter/allocation/allocation.ts';
import type { BookingWrites } from '../../../apps/wms-adapter/database.ts';
import {
  type Allocation,
  lineFigures,
  lineKey,
  type OrderLine,
  promisedOf,
  standing,
} from '../../../shared/domain/order-line.ts';
import type { ItemChange } from '../../../shared/ports/allocation-store.ts';
import type { ItemDocuments, ItemPartition } from '../../doubles/item-documents.ts';
import { keepMap, keepNoting } from './keep.ts';
import { checkLineAtRest, checkNeedlessWait, checkReserved } from './promises-at-rest.ts';
import { lineViolation, Violation } from './violation.ts';

/** Reservations and decisions of the WMS, and what the cloud makes of them. */
export type WatchedPromises = {
  /** @throws {Violation} */
  booked(writes: BookingWrites): void;
  /**
   * Looks at the lines of a change as they stand.
   *
   * @param freeBefore ATP before a change that was stored, by warehouse
   * @throws {Violation}
   */
  committed(
    change: ItemChange,
    items: ItemDocuments,
    freeBefore: ReadonlyMap<string, number> | undefined,
  ): void;
  /** Totals = lines, item by item. @throws {Violation} */
  checkTotals(items: ItemDocuments): void;
  /** What must hold when nothing is on its way. @throws {Violation} */
  checkAtRest(items: ItemDocuments, now: number): void;
  /** How many decisions of each status the WMS made. */
  decisions(): Readonly<Record<string, number>>;
  /** Reservations of the WMS, by allocation id. */
  readonly reservations: ReadonlyMap<string, WmsAllocation>;
  /** Keeps the reservations as they are; called, the answer goes back to that. What was decided and picked since was so all the same. */
  backup(): () => void;
  /** What is reserved and not picked in a warehouse. */
  openIn(warehouseId: string): readonly WmsAllocation[];
};

export function watchPromises(): WatchedPromises {
  const reservations = new Map<string, WmsAllocation>();
  const open = new Map<string, WmsAllocation>();
  const counts: Record<string, number> = {};
  /** Pieces, by allocation and number of the decision; a WMS that was restored gives a number twice. */
  const decisions = new Map<string, Set<number>>();
  /** Allocations of which the WMS lost what it had decided or picked, when it was restored. */
  const wentBack = new Set<string>();
  /** The most that was picked, by allocation. */
  const picks = new Map<string, number>();

  function checkLine(line: OrderLine, isAtRest = false): void {
    const figures = lineFigures(line);
    const sum = Object.values(figures).reduce((total, pieces) => total + pieces, 0);
    const excess = line.allocations.reduce(
      (total, one) => total + Math.max(one.picked - standing(one), 0),
      0,
    );
    // What was picked and what is promised again do not add up where the WMS has lost that it was picked, until that is given
    // back. It may also be picked again, as the restored books say: more than was ordered then, and nothing is promised.
    const hasGoneBack = line.allocations.some(({ allocationId }) => wentBack.has(allocationId));
    const isExcused = hasGoneBack && (!isAtRest || sum === figures.fulfilled);
    // What is given back may be too much, and is given back for that.
    const kept = sum - figures.releasing;
    if (sum < line.terms.quantity || (!isExcused && kept > line.terms.quantity + excess))
      throw lineViolation(
        'The pieces of a line add up',
        line,
        `${sum} of ${line.terms.quantity}: ${JSON.stringify(figures)}`,
      );
    for (const allocation of line.allocations) checkAllocation(line, allocation);
  }

  /** No line reads confirmed without the WMS having said so, and what it said under that number. */
  function checkAllocation(line: OrderLine, { allocationId, decided, picked }: Allocation): void {
    if (decided && !wentBack.has(allocationId)) {
      const { sequence, quantity, closed = 0 } = decided;
      const said = decisions.get(`${allocationId}|${sequence}`);
      if (!said?.has(quantity) && !said?.has(quantity + closed))
        throw lineViolation(
          'A line is promised what the WMS decided',
          line,
          `decision ${sequence} on ${allocationId} was ${[...(said ?? [])].join(', ')} pieces, the line has ${quantity}`,
        );
    }
    if (picked > (picks.get(allocationId) ?? 0))
      throw lineViolation(
        'A line counts no pick that the WMS did not book',
        line,
        `${picked} of ${allocationId}, the WMS picked ${picks.get(allocationId)}`,
      );
  }

  return {
    ...{ decisions: () => counts, reservations },
    backup() {
      const kept = [keepNoting(reservations, wentBack), keepMap(open)];
      return () => {
        for (const goBack of kept) goBack();
      };
    },
    openIn: (warehouseId) => [...open.values()].filter((one) => one.warehouseId === warehouseId),
    booked({ allocations, messages }) {
      for (const allocation of allocations) {
        const { allocationId, reserved, picked } = allocation;
        reservations.set(allocationId, allocation);
        picks.set(allocationId, Math.max(picks.get(allocationId) ?? 0, picked));
        if (reserved > picked) open.set(allocationId, allocation);
        else open.delete(allocationId);
      }
      for (const message of messages) {
        if (message.kind !== 'decision') continue;
        const { allocationId, sequence, quantity, status } = message.decision;
        counts[status] = (counts[status] ?? 0) + 1;
        const name = `${allocationId}|${sequence}`;
        decisions.set(name, (decisions.get(name) ?? new Set()).add(quantity));
      }
    },
    committed({ itemId, lines, totals }, items, freeBefore) {
      for (const { warehouseId, tentative } of totals) {
        const free = freeBefore?.get(warehouseId) ?? Number.POSITIVE_INFINITY;
        if (tentative > 0 && tentative > free)
          throw new Violation(
            'Nothing is held that is not free when it is written',
            `${tentative} pieces of ${itemId} in ${warehouseId}, where ${free} were`,
            [itemId],
          );
      }
      const stored = items.partition(itemId)?.lines;
      for (const { line } of lines) {
        const kept = stored?.get(lineKey(line))?.value;
        if (kept) checkLine(kept);
      }
    },
    checkTotals(items) {
      for (const partition of items.partitions()) checkTotalsOf(partition);
    },
    checkAtRest(items, now) {
      for (const partition of items.partitions()) {
        checkTotalsOf(partition);
        for (const { value } of partition.lines.values()) {
          checkLine(value, true);
          checkLineAtRest(value, { reservations, wentBack });
          checkNeedlessWait(value, partition, now);
        }
      }
      checkReserved(items, reservations);
    },
  };
}

/** Stock and lines lie in one partition and are written together: this holds at every moment. */
function checkTotalsOf({ itemId, lines, stocks }: ItemPartition): void {
  const sums = new Map<string, { tentative: number; confirmed: number; picked: number }>();
  for (const { value } of lines.values()) {
    for (const [warehouseId, promised] of promisedOf(value)) {
      const sum = sums.get(warehouseId) ?? { tentative: 0, confirmed: 0, picked: 0 };
      sums.set(warehouseId, {
        tentative: sum.tentative + promised.tentative,
        confirmed: sum.confirmed + promised.confirmed,
        picked: sum.picked + promised.picked,
      });
    }
  }
  for (const { value } of stocks.values()) {
    const { tentative, confirmed, picked, warehouseId } = value;
    const of = sums.get(warehouseId) ?? { tentative: 0, confirmed: 0, picked: 0 };
    if (of.tentative !== tentative || of.confirmed - of.picked !== confirmed - picked)
      throw new Violation(
        'The totals of a stock are those of its lines',
        `${itemId} in ${warehouseId} says ${JSON.stringify({ tentative, confirmed, picked })}, its lines ${JSON.stringify(of)}`,
        [itemId],
      );
  }
}
