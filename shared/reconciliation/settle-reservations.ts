import type { Discrepancy } from '../contracts/reconciliation.ts';
import {
  askedIn,
  compareReservations,
  type PromiseAtFirst,
  promiseAtFirst,
  promisedIn,
  type Reservation,
  type ReservationDifference,
  standsSince,
} from '../domain/compare-reservations.ts';
import type { OrderLine } from '../domain/order-line.ts';
import { isLater } from '../domain/position.ts';
import { conflictDelay } from '../domain/retry-delay.ts';
import type { Stock, StockKey } from '../domain/stock.ts';
import type { WmsPosition } from '../domain/wms-stock.ts';
import { isoNow } from '../ports/runtime.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import type { WmsMark } from '../ports/wms-sql.ts';
import { itemDiscrepancy, unreadableDetail } from './item-discrepancy.ts';
import { mayBeOnTheWay } from './on-the-way.ts';
import { readStocks } from './read-stocks.ts';
import type { ReconciliationPorts } from './reconciliation-ports.ts';
import type { RecordDiscrepancies } from './record-discrepancies.ts';
import type { Way } from './slice.ts';
import { refuseRestored } from './wms-restored.ts';

/** Promises of an item that are kept from the first look; with more of them the others are the next run's. */
const MAX_PROMISES = 100;

/** Totals that are written while they are being mended are read anew, at most this often. */
const RACES = 6;

/** What the first look saw of an item's promises, and what was on its way then and is now. */
export type PromisesBefore = {
  readonly promises: readonly PromiseAtFirst[];
  readonly wayAtFirst: Way;
  readonly now: Way;
  /** Some position of the item moved, or may still hear of a pick. */
  readonly positionsMove: boolean;
  /** The WMS at the beginning of the run. */
  readonly mark: WmsMark;
};

/** Promises that disagree at the first look. @throws {WmsUnavailable | StoreUnavailable} */
export async function lookAtPromises(
  key: StockKey,
  ports: Pick<ReconciliationPorts, 'lines' | 'wms'>,
): Promise<PromiseAtFirst[]> {
  const differing = (await differingPromises(key, ports)).slice(0, MAX_PROMISES);
  if (differing.length === 0) return [];
  // A pick changes a position: read after the reservations, none of the picks they tell of is later than the last change.
  const [stock] = await ports.wms.stocksOf(key.warehouseId, [key.itemId]);
  const pickedBy = stock?.unreadable ? null : lastChange(stock?.positions ?? []);
  return differing.map((difference) => promiseAtFirst(difference, pickedBy));
}

/** When the last of them changed; null where the WMS does not say it of each, since that one may be the last. */
function lastChange(positions: readonly WmsPosition[]): string | null {
  let last: string | null = null;
  for (const { changedAt } of positions) {
    if (changedAt === null) return null;
    if (last === null || isLater(changedAt, last)) last = changedAt;
  }
  return last;
}

/**
 * Brings the promises of an item in a warehouse and the WMS's reservations together: a reservation that nobody counts on is
 * released, a confirmed hold without one is asked for again, a decision or pick that never came is settled as the WMS's books have
 * it, and so is what a WMS that went back to a backup does not know any more; one that cannot be read is left alone; at last the totals of the stock are made those of its lines. What came up since the first look, or may be on its way, is left.
 *
 * @returns false when something was left to be looked at again
 * @throws {WmsUnavailable | StoreUnavailable | WmsRestored}
 */
export async function settleReservations(
  { itemId, warehouseId }: StockKey,
  before: PromisesBefore,
  runId: string,
  record: RecordDiscrepancies,
  ports: ReconciliationPorts,
): Promise<boolean> {
  const key = { itemId, warehouseId };
  const found = await differingPromises(key, ports);
  await refuseRestored(before.mark, ports);
  const firsts = new Map(before.promises.map((promise) => [promise.allocationId, promise]));
  const differences = found.filter((difference) => {
    const first = firsts.get(difference.allocationId);
    return first !== undefined && standsSince(first, difference) && !isLate(first, difference, before);
  });
  await record(differences.map((difference) => describe(key, runId, difference, ports)));
  for (const difference of differences) await bringTogether(difference, ports);
  const isMended = await mendTotals(key, runId, record, ports);
  return isMended && differences.length === found.length;
}

/** Lines are read around the WMS: what was decided between the two readings is no difference. */
async function differingPromises(
  { itemId, warehouseId }: StockKey,
  ports: Pick<ReconciliationPorts, 'lines' | 'wms'>,
): Promise<ReservationDifference[]> {
  const lines = await ports.lines.readLinesOfItem(itemId);
  const reservations = await ports.wms.allocationsOf({ itemId, warehouseId }, askedIn(warehouseId, lines));
  const again = await ports.lines.readLinesOfItem(itemId);
  const before = new Set(compareReservations(warehouseId, lines, reservations).map(nameOf));
  return compareReservations(warehouseId, again, reservations).filter((difference) =>
    before.has(nameOf(difference)),
  );
}

/** A pick is told by the event of its position, which takes the pieces from the stock: it is not settled before that is. */
function isLate(
  first: PromiseAtFirst,
  difference: ReservationDifference,
  { wayAtFirst, now, positionsMove }: PromisesBefore,
): boolean {
  const { kind } = difference;
  if (kind === 'decision' && mayBeOnTheWay(first.decidedAt, now, wayAtFirst)) return true;
  if (kind !== 'figure' && !tellsOfPicks(difference)) return false;
  return positionsMove || mayBeOnTheWay(first.pickedBy, now, wayAtFirst);
}

/** The WMS has picked more of a line's allocation than the cloud has heard of, whatever else they differ in. */
function tellsOfPicks({ line, allocationId, reservation }: ReservationDifference): boolean {
  const heard = line?.allocations.find((allocation) => allocation.allocationId === allocationId);
  return heard !== undefined && reservation !== undefined && reservation.picked > heard.picked;
}

function nameOf({ kind, allocationId }: ReservationDifference): string {
  return `${kind} ${allocationId}`;
}

async function bringTogether(
  { kind, allocationId, line, reservation }: ReservationDifference,
  ports: ReconciliationPorts,
): Promise<void> {
  switch (kind) {
    case 'no-hold':
      if (reservation) await release(reservation, ports);
      return;
    case 'no-reservation':
      if (line) await ports.promises.reopen(line, allocationId);
      return;
    case 'pick':
    case 'decision':
      if (line && reservation) await ports.promises.adopt(line, reservation);
      return;
    case 'figure':
    case 'back':
      if (line && reservation) await goBack(line, reservation, ports);
      return;
    case 'unreadable':
  }
}

async function goBack(line: OrderLine, reservation: Reservation, ports: ReconciliationPorts): Promise<void> {
  const { allocationId } = reservation.decision;
  const heard = line.allocations.find((allocation) => allocation.allocationId === allocationId);
  if (heard) await ports.promises.goBack(line, heard, reservation);
}

async function release({ decision }: Reservation, { requests }: ReconciliationPorts): Promise<void> {
  const { allocationId, orderId, lineId, itemId, warehouseId } = decision;
  await requests.send([{ kind: 'release', allocationId, orderId, lineId, itemId, warehouseId }], 0);
}

function describe(
  key: StockKey,
  runId: string,
  { kind, allocationId, reserved, held, fault }: ReservationDifference,
  { runtime }: ReconciliationPorts,
): Discrepancy {
  return itemDiscrepancy(key, `allocation:${allocationId}`, {
    runId,
    allocationId,
    class: classOf(kind, reserved, held),
    expected: reserved,
    found: held,
    action: ACTIONS[kind],
    detail:
      kind === 'unreadable'
        ? unreadableDetail([key.itemId, key.warehouseId, allocationId], fault ?? '')
        : DETAILS[kind](reserved ?? 0, held ?? 0),
    foundAt: isoNow(runtime),
  });
}

function classOf(
  kind: ReservationDifference['kind'],
  reserved: number | null,
  held: number | null,
): Discrepancy['class'] {
  if (kind === 'unreadable') return 'unknown';
  if (kind === 'pick') return 'lost-event';
  return (reserved ?? 0) > (held ?? 0) ? 'reservation-without-hold' : 'hold-without-reservation';
}

const ACTIONS: Readonly<Record<ReservationDifference['kind'], Discrepancy['action']>> = {
  'no-hold': 'released',
  'no-reservation': 'requested-again',
  decision: 'settled',
  figure: 'settled',
  pick: 'settled',
  back: 'settled',
  unreadable: 'none',
};

const DETAILS: Readonly<
  Record<Exclude<ReservationDifference['kind'], 'unreadable'>, (reserved: number, held: number) => string>
> = {
  'no-hold': (reserved) =>
    `The WMS keeps ${reserved} that no order line counts on; it is asked to release them.`,
  'no-reservation': (_reserved, held) =>
    `The cloud counts on ${held} of which the WMS keeps nothing; they are asked for again.`,
  decision: (reserved, held) =>
    `The WMS keeps ${reserved} and the cloud counted on ${held}: its decision had not arrived.`,
  figure: (reserved, held) =>
    `The WMS keeps ${reserved} and the cloud counted on ${held}, both by the same decision.`,
  back: (reserved, held) =>
    `The WMS keeps ${reserved} and the cloud counted on ${held}: it does not know the last of what the cloud has heard of.`,
  pick: (reserved, held) =>
    `The WMS has picked more than the cloud had heard of: it keeps ${reserved}, the cloud counted on ${held}.`,
};

/**
 * Totals that lines do not add up to are made to; document and lines are read so that they belong together. False when
 * somebody else came between every time.
 */
async function mendTotals(
  key: StockKey,
  runId: string,
  record: RecordDiscrepancies,
  ports: ReconciliationPorts,
): Promise<boolean> {
  for (let race = 0; race < RACES; race += 1) {
    if (race > 0) await ports.runtime.sleep(conflictDelay(race, ports.runtime));
    const [first] = await readStocks([key], ports, () => false);
    const lines = await ports.lines.readLinesOfItem(key.itemId);
    const [live] = await readStocks([key], ports, () => false);
    if (live?.etag !== first?.etag) continue;
    // Whoever makes the document, a correction or the fold, is followed by another look.
    if (!live?.stock) return true;
    const { stock, etag } = live;
    const mended = withPromised(stock, promisedIn(key.warehouseId, lines));
    if (mended === stock) return true;
    await record([wrongPromises(stock, mended, runId, ports)]);
    const [outcome] = await ports.stock.write([{ stock: mended, etag }]);
    if (outcome?.status === 'stored') {
      await ports.followStock({ picks: [], watched: stock.watched ? [key.itemId] : [], created: [] });
      return true;
    }
    if (outcome?.status !== 'conflict')
      throw new StoreUnavailable(`The totals of ${key.itemId} could not be stored.`);
  }
  return false;
}

/** Settled lines have left with what was confirmed and picked of them, so only the difference of the two can be compared. */
function withPromised(stock: Stock, promised: ReturnType<typeof promisedIn>): Stock {
  const { tentative } = promised;
  const open = promised.confirmed - promised.picked;
  if (stock.tentative === tentative && stock.confirmed - stock.picked === open) return stock;
  return { ...stock, tentative, confirmed: stock.picked + open, version: stock.version + 1 };
}

function wrongPromises(
  stock: Stock,
  mended: Stock,
  runId: string,
  { runtime }: ReconciliationPorts,
): Discrepancy {
  const [found, expected] = [promisedPieces(stock), promisedPieces(mended)];
  return itemDiscrepancy(stock, 'promises', {
    runId,
    class: 'calculation-mismatch',
    expected,
    found,
    action: 'corrected',
    detail: `The stock counted ${found} as promised, its order lines add up to ${expected}.`,
    foundAt: isoNow(runtime),
  });
}

function promisedPieces({ tentative, confirmed, picked }: Stock): number {
  return tentative + confirmed - picked;
}
