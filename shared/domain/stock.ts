import { type ReceivedPieces, receive } from './expected-receipts.ts';
import {
  applyUpdate,
  type Finding,
  isLater,
  type Position,
  type PositionOutcome,
  type PositionUpdate,
  positionKey,
} from './position.ts';
import type { ProjectedTime } from './projected-times.ts';
import { atFigures, followCount } from './stock-at-risk.ts';

/** An item in a warehouse: the consistency boundary (architecture, rule 3). */
export type StockKey = { readonly itemId: string; readonly warehouseId: string };

/** The key of something that has more to it. */
export function onlyKey({ itemId, warehouseId }: StockKey): StockKey {
  return { itemId, warehouseId };
}

/** What the cloud knows of an item in a warehouse: its positions and the totals. Quantities are pieces. */
export type Stock = StockKey & {
  readonly positions: readonly Position[];
  /** How many positions rest in the overflow document; absent when none. */
  readonly overflowed?: number;
  readonly onHand: number;
  readonly tentative: number;
  readonly confirmed: number;
  readonly picked: number;
  readonly safetyStock: number;
  /** Pieces on their way, and what came in full lately. Absent when there are none. */
  readonly expectedReceipts?: readonly ExpectedReceipt[];
  /** Counts under way, with what stood in their locations: that stock is at risk. Absent when there are none. */
  readonly counts?: readonly CountUnderWay[];
  /** True when backorders wait for the item, or somebody wants to hear of its ATP: then a change is told on. */
  readonly watched?: boolean;
  /** Grows by one with every change that is stored. */
  readonly version: number;
  /** UTC commit time of the newest WMS transaction folded in. */
  readonly asOf: string;
  /** Positions with a gap, and findings recorded; what `GET /api/findings` looks for. */
  readonly openFindings: number;
  /** The newest findings, at most `MAX_FINDINGS`. */
  readonly findings: readonly Finding[];
  /** When the latest events were folded in, in that order (`noteProjected`). Absent in what an earlier version stored. */
  readonly projectedTimes?: readonly ProjectedTime[];
};

/** A delivery that is announced. Pieces; `expectedOn` is a UTC day. */
export type ExpectedReceipt = {
  readonly expectedReceiptId: string;
  readonly quantity: number;
  readonly received: number;
  readonly expectedOn: string;
};

/** A location that is being counted, until its lock ends, or the count did (UTC). */
export type CountUnderWay = {
  readonly lockId: string;
  readonly locationId: string;
  readonly lotNumber: string | null;
  readonly onHand: number;
  readonly until: string;
  readonly ended: boolean;
};

/** The figures of a stock, without its positions: those can be 2 MB. */
export type StockFigures = Omit<
  Stock,
  'positions' | 'overflowed' | 'openFindings' | 'findings' | 'projectedTimes'
>;

const MAX_FINDINGS = 20;

/** Update `refused` of the list given could not be folded; the others were. */
export type RefusedUpdate = {
  readonly index: number;
  readonly reason: 'unversioned-event-for-versioned-position';
};

export type FoldResult = {
  readonly stock: Stock;
  /** False when every update was known already, so there is nothing to store. */
  readonly changed: boolean;
  readonly refused: readonly RefusedUpdate[];
  /** What these updates brought to light, oldest first. */
  readonly newFindings: readonly Finding[];
};

/**
 * Folds updates of one item and warehouse into its stock (undefined: none yet). Pure: any order, any repetition and
 * any division into batches of the same updates end in the same figures. 1,000,000 updates a second on one core.
 */
export function foldStock(
  held: Stock | undefined,
  key: StockKey,
  updates: readonly PositionUpdate[],
): FoldResult {
  const before = held ?? emptyStock(key);
  const positions = [...before.positions];
  const locate = positionLocator(positions, updates.length);
  const findings: Finding[] = [];
  const refused: RefusedUpdate[] = [];
  let { asOf, expectedReceipts, counts } = before;
  let changed = false;

  for (let index = 0; index < updates.length; index += 1) {
    const update = updates[index];
    if (update === undefined) continue;
    if (update.count) {
      counts = followCount(counts, update, update.count);
      changed ||= counts !== before.counts;
      continue;
    }
    const at = locate(update);
    const heldPosition = positions[at];
    const outcome: PositionOutcome = applyUpdate(heldPosition, update);
    if (outcome.kind === 'refused') refused.push({ index, reason: outcome.reason });
    if (outcome.kind !== 'applied') continue;
    if (heldPosition && outcome.finding && isRecorded([...before.findings, ...findings], outcome.finding))
      continue;
    changed = true;
    positions[at] = outcome.position;
    if (outcome.finding) findings.push(outcome.finding);
    // A second figure for a version known already is no second receipt.
    if (expectedReceipts && update.receipt && outcome.finding?.kind !== 'conflicting-event')
      expectedReceipts = receive(expectedReceipts, receivedPieces(update, update.receipt));
    if (asOf === '' || isLater(update.timestamp, asOf)) asOf = update.timestamp;
  }
  if (!changed) return { stock: before, changed, refused, newFindings: [] };
  const stock = withPositions(before, positions, findings, asOf);
  const current = counts && atFigures(counts, (count) => positions[locate(count)]?.onHand);
  const counted = current && current !== before.counts ? { ...stock, counts: current } : stock;
  return {
    stock: expectedReceipts === before.expectedReceipts ? counted : withExpected(counted, expectedReceipts),
    changed,
    refused,
    newFindings: findings,
  };
}

/**
 * Positions that updates change and this stock does not hold; with an overflow document they may rest there. A count
 * that began or ended changes none.
 */
export function unknownPositions(stock: Stock, updates: readonly PositionUpdate[]): string[] {
  const known = new Set(stock.positions.map(positionKey));
  const changed = updates.filter(({ count }) => !count);
  return [...new Set(changed.map(positionKey))].filter((name) => !known.has(name));
}

/** The figures of a stock that holds nothing and was never stored. */
export function emptyStock({ itemId, warehouseId }: StockKey): Stock {
  return {
    itemId,
    warehouseId,
    positions: [],
    onHand: 0,
    tentative: 0,
    confirmed: 0,
    picked: 0,
    safetyStock: 0,
    version: 0,
    asOf: '',
    openFindings: 0,
    findings: [],
  };
}

/** The stock with other positions: totals and open findings follow from them, and the version grows by one. */
export function replacePositions(stock: Stock, positions: readonly Position[], asOf: string): Stock {
  return withPositions(stock, positions, [], asOf);
}

function withExpected(stock: Stock, expected: readonly ExpectedReceipt[] = []): Stock {
  const { expectedReceipts: _before, ...rest } = stock;
  return expected.length > 0 ? { ...rest, expectedReceipts: expected } : rest;
}

function receivedPieces(
  { timestamp }: PositionUpdate,
  { expectedReceiptId, pieces }: NonNullable<PositionUpdate['receipt']>,
): ReceivedPieces {
  return { expectedReceiptId, quantity: pieces, day: timestamp.slice(0, 10) };
}

/** A conflicting event that is delivered again says nothing new. */
function isRecorded(findings: readonly Finding[], finding: Finding): boolean {
  return findings.some(
    (recorded) =>
      recorded.kind === finding.kind &&
      recorded.eventId === finding.eventId &&
      recorded.version === finding.version &&
      recorded.found === finding.found &&
      positionKey(recorded) === positionKey(finding),
  );
}

/** With no more positions and updates than this, looking at each is cheaper than making an index. */
const SEARCH_UP_TO = 8;

/** Where the position at a place stands, or is to be put: the end, where the caller appends it. */
function positionLocator(
  positions: readonly Position[],
  updates: number,
): (place: Pick<Position, 'locationId' | 'lotNumber'>) => number {
  if (positions.length + updates <= SEARCH_UP_TO) {
    return ({ locationId, lotNumber }) => {
      const at = positions.findIndex(
        (held) => held.locationId === locationId && held.lotNumber === lotNumber,
      );
      return at < 0 ? positions.length : at;
    };
  }
  const indexes = new Map(positions.map((position, index) => [positionKey(position), index]));
  return (place) => {
    const key = positionKey(place);
    const at = indexes.get(key) ?? positions.length;
    indexes.set(key, at);
    return at;
  };
}

function withPositions(
  before: Stock,
  positions: readonly Position[],
  newFindings: readonly Finding[],
  asOf: string,
): Stock {
  const findings =
    newFindings.length === 0 ? before.findings : [...before.findings, ...newFindings].slice(-MAX_FINDINGS);
  let onHand = 0;
  let gaps = 0;
  for (const position of positions) {
    onHand += position.onHand;
    if (position.missing) gaps += 1;
  }
  return {
    ...before,
    positions,
    onHand,
    findings,
    openFindings: gaps + findings.length,
    version: before.version + 1,
    asOf,
  };
}
