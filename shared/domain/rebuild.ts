import type { Correction } from './correction.ts';
import { compareUnversioned, eachOnce, isLater, type Position, positionKey } from './position.ts';
import { emptyStock, replacePositions, type Stock } from './stock.ts';

/**
 * How a position of the cloud differs from what its journal says.
 * - `lost`: the journal knows it, the cloud does not; `behind`: the cloud holds an older state.
 * - `figure`: the same state, another figure.
 * - `ahead`: the cloud holds a newer state than the journal; `unjournalled`: the journal does not know the position.
 *   In both the journal is the one that lacks events, so they are told and never repaired from it. A position that was
 *   corrected by a correction that the journal does not know is ahead of it, whatever its version.
 */
export type DifferenceKind = 'lost' | 'behind' | 'figure' | 'ahead' | 'unjournalled';

/** On hand in pieces; `version` is null while only unversioned events were seen, a side is null when it knows nothing. */
export type PositionDifference = {
  readonly kind: DifferenceKind;
  readonly itemId: string;
  readonly warehouseId: string;
  readonly locationId: string;
  readonly lotNumber: string | null;
  readonly journal: { readonly onHand: number; readonly version: number | null } | null;
  readonly cloud: { readonly onHand: number; readonly version: number | null } | null;
};

/** What a comparison takes into account: positions at rest in the cloud, and corrections that the journal knows. */
export type ComparisonContext = {
  readonly resting?: readonly Position[];
  readonly corrections?: readonly Correction[];
};

/** Kinds that the journal can put right. */
const REPAIRABLE: ReadonlySet<DifferenceKind> = new Set(['lost', 'behind', 'figure']);

/** True when the journal can put the difference right. */
export function isRepairable({ kind }: PositionDifference): boolean {
  return REPAIRABLE.has(kind);
}

/**
 * Compares the positions of a stock document, with those resting in its overflow document, to the same recomputed from
 * the journal. Only what the WMS decides is compared: on hand and version.
 *
 * @param corrections the latest one of each corrected position, as far as the journal knows them
 */
export function compareStock(
  journal: Stock,
  live: Stock | undefined,
  { resting = [], corrections = [] }: ComparisonContext = {},
): PositionDifference[] {
  const { itemId, warehouseId } = journal;
  const expected = new Map(journal.positions.map((position) => [positionKey(position), position]));
  const found = new Map(
    [...resting, ...(live?.positions ?? [])].map((position) => [positionKey(position), position]),
  );
  const known = new Map(corrections.map((correction) => [positionKey(correction), correction.at]));
  const differences: PositionDifference[] = [];
  for (const [name, position] of new Map([...found, ...expected])) {
    const ours = expected.get(name);
    const theirs = found.get(name);
    const kind = difference(ours, theirs, known.get(name));
    if (kind === undefined) continue;
    const { locationId, lotNumber } = position;
    const where = { itemId, warehouseId, locationId, lotNumber };
    differences.push({ kind, ...where, journal: figures(ours), cloud: figures(theirs) });
  }
  return differences;
}

/**
 * The stock that the journal restores: differing positions it can put right are the journal's, all others stay.
 * Promises and safety stock have their own records and are kept. Without a live document it is the journal's own.
 */
export function restoreStock(
  journal: Stock,
  live: Stock | undefined,
  context: Pick<ComparisonContext, 'corrections'> = {},
): Stock {
  const differences = compareStock(journal, live, context);
  const repairable = new Set(differences.filter(isRepairable).map(positionKey));
  const kept = eachOnce(live?.positions ?? []).filter((position) => !repairable.has(positionKey(position)));
  const restored = journal.positions.filter((position) => repairable.has(positionKey(position)));
  const { findings, counts } = journal;
  const base = live ?? { ...emptyStock(journal), findings, ...(counts && { counts }) };
  const asOf = base.asOf === '' || isLater(journal.asOf, base.asOf) ? journal.asOf : base.asOf;
  return replacePositions(base, [...kept, ...restored], asOf);
}

function difference(
  journal: Position | undefined,
  cloud: Position | undefined,
  correctedAt: string | undefined,
): DifferenceKind | undefined {
  if (cloud === undefined) return 'lost';
  if (journal === undefined) return 'unjournalled';
  const order = compareOrder(journal, cloud);
  if (order === 0 && journal.onHand === cloud.onHand) return undefined;
  if (cloud.corrected && (correctedAt === undefined || isLater(cloud.corrected.at, correctedAt)))
    return 'ahead';
  if (order === 0) return 'figure';
  return order > 0 ? 'behind' : 'ahead';
}

/** Positive when the journal's state is the newer one: by version, or among unversioned ones by time and event id. */
function compareOrder(journal: Position, cloud: Position): number {
  return journal.version === undefined && cloud.version === undefined
    ? compareUnversioned(journal, cloud)
    : (journal.version ?? 0) - (cloud.version ?? 0);
}

function figures(position: Position | undefined): PositionDifference['journal'] {
  return position === undefined ? null : { onHand: position.onHand, version: position.version ?? null };
}
