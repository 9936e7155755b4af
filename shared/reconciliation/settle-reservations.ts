import type { Discrepancy } from '../contracts/reconciliation.ts';
import {
  askedIn,
  compareReservations,
  promisedIn,
  type Reservation,
  type ReservationDifference,
} from '../domain/compare-reservations.ts';
import type { Stock, StockKey } from '../domain/stock.ts';
import { isoNow } from '../ports/runtime.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { untilStored } from '../ports/until-stored.ts';
import { idOf } from './describe-discrepancies.ts';
import { readStocks } from './read-stocks.ts';
import type { ReconciliationPorts } from './reconciliation-ports.ts';
import type { RecordDiscrepancies } from './settle-suspects.ts';

/**
 * Brings the promises of an item in a warehouse and the WMS's reservations together: a reservation that nobody counts on is
 * released, a confirmed hold without one is asked for again, a decision or pick that never came is settled as the WMS's books have
 * it; at last the totals of the stock are made those of its lines.
 *
 * @throws {WmsUnavailable | StoreUnavailable}
 */
export async function settleReservations(
  { itemId, warehouseId }: StockKey,
  runId: string,
  record: RecordDiscrepancies,
  ports: ReconciliationPorts,
): Promise<void> {
  const key = { itemId, warehouseId };
  const lines = await ports.lines.readLinesOfItem(itemId);
  const reservations = await ports.wms.allocationsOf(key, askedIn(warehouseId, lines));
  // Read again: what was decided between the two readings is no difference.
  const again = await ports.lines.readLinesOfItem(itemId);
  const before = new Set(compareReservations(warehouseId, lines, reservations).map(nameOf));
  const differences = compareReservations(warehouseId, again, reservations).filter((difference) =>
    before.has(nameOf(difference)),
  );
  await record(differences.map((difference) => describe(key, runId, difference, ports)));
  for (const difference of differences) await bringTogether(difference, ports);
  await mendTotals(key, runId, record, ports);
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
  }
}

async function release({ decision }: Reservation, { requests }: ReconciliationPorts): Promise<void> {
  const { allocationId, orderId, lineId, itemId, warehouseId } = decision;
  await requests.send([{ kind: 'release', allocationId, orderId, lineId, itemId, warehouseId }], 0);
}

function describe(
  { itemId, warehouseId }: StockKey,
  runId: string,
  { kind, allocationId, reserved, held }: ReservationDifference,
  { runtime }: ReconciliationPorts,
): Discrepancy {
  return {
    discrepancyId: idOf({ itemId, warehouseId }, null, null, `allocation:${allocationId}`),
    runId,
    itemId,
    warehouseId,
    locationId: null,
    lotNumber: null,
    allocationId,
    class: classOf(kind, reserved, held),
    expected: reserved === null ? null : { onHand: reserved, version: null },
    found: held === null ? null : { onHand: held, version: null },
    action: ACTIONS[kind],
    detail: DETAILS[kind](reserved ?? 0, held ?? 0),
    foundAt: isoNow(runtime),
    lastEvents: [],
  };
}

function classOf(
  kind: ReservationDifference['kind'],
  reserved: number | null,
  held: number | null,
): Discrepancy['class'] {
  if (kind === 'pick') return 'lost-event';
  return (reserved ?? 0) > (held ?? 0) ? 'reservation-without-hold' : 'hold-without-reservation';
}

const ACTIONS: Readonly<Record<ReservationDifference['kind'], Discrepancy['action']>> = {
  'no-hold': 'released',
  'no-reservation': 'requested-again',
  decision: 'settled',
  pick: 'settled',
};

const DETAILS: Readonly<Record<ReservationDifference['kind'], (reserved: number, held: number) => string>> = {
  'no-hold': (reserved) =>
    `The WMS keeps ${reserved} that no order line counts on; it is asked to release them.`,
  'no-reservation': (_reserved, held) =>
    `The cloud counts on ${held} of which the WMS keeps nothing; they are asked for again.`,
  decision: (reserved, held) =>
    `The WMS keeps ${reserved} and the cloud counted on ${held}: its decision had not arrived.`,
  pick: (reserved, held) =>
    `The WMS has picked more than the cloud had heard of: it keeps ${reserved}, the cloud counted on ${held}.`,
};

/** Totals that lines do not add up to are made to; document and lines are read so that they belong together. */
async function mendTotals(
  key: StockKey,
  runId: string,
  record: RecordDiscrepancies,
  ports: ReconciliationPorts,
): Promise<void> {
  await untilStored(ports.runtime, `the totals of ${key.itemId} in ${key.warehouseId}`, async () => {
    const [first] = await readStocks([key], ports, () => false);
    const lines = await ports.lines.readLinesOfItem(key.itemId);
    const [live] = await readStocks([key], ports, () => false);
    if (!live?.stock || live.etag !== first?.etag) return 'conflict';
    const { stock, etag } = live;
    const mended = withPromised(stock, promisedIn(key.warehouseId, lines));
    if (mended === stock) return 'done';
    await record([wrongPromises(stock, mended, runId, ports)]);
    const [outcome] = await ports.stock.write([{ stock: mended, etag }]);
    if (outcome?.status === 'stored') return 'done';
    if (outcome?.status === 'conflict') return 'conflict';
    throw new StoreUnavailable(`The totals of ${key.itemId} could not be stored.`);
  });
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
  const { itemId, warehouseId } = stock;
  const pieces = ({ tentative, confirmed, picked }: Stock) => tentative + confirmed - picked;
  return {
    discrepancyId: idOf(stock, null, null, 'promises'),
    runId,
    itemId,
    warehouseId,
    locationId: null,
    lotNumber: null,
    class: 'calculation-mismatch',
    expected: { onHand: pieces(mended), version: null },
    found: { onHand: pieces(stock), version: null },
    action: 'corrected',
    detail: `The stock counted ${pieces(stock)} as promised, its order lines add up to ${pieces(mended)}.`,
    foundAt: isoNow(runtime),
    lastEvents: [],
  };
}
