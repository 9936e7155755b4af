import { isLater, type Position, positionKey, sumOnHand } from './position.ts';
import type { Stock } from './stock.ts';
import type { UnreadableRow, WmsPosition, WmsStock } from './wms-stock.ts';

/**
 * How a position of the cloud differs from the WMS's row.
 * - `missing`: the cloud does not know it; `surplus`: the WMS does not know it, and the cloud holds pieces there.
 * - `behind`, `ahead`: the cloud holds an older or a newer state; `figure`: the same state, another figure.
 * - `gap`: the same figure, but a state in between never came.
 * - `twice`: the WMS names it twice, so that it cannot be told what is right.
 */
export type DifferenceKind = 'missing' | 'surplus' | 'behind' | 'ahead' | 'figure' | 'gap' | 'twice';

export type Difference = {
  readonly kind: DifferenceKind;
  readonly locationId: string;
  readonly lotNumber: string | null;
  readonly wms: WmsPosition | null;
  readonly cloud: Position | null;
};

/** What is looked at of a stock. */
export type ComparedStock = Pick<
  Stock,
  'positions' | 'onHand' | 'tentative' | 'confirmed' | 'picked' | 'openFindings'
>;

/** What a comparison of an item in a warehouse came to. */
export type Comparison = {
  /** Positions that either side knows. */
  readonly compared: number;
  readonly differences: readonly Difference[];
  /** The stock's total is not the sum of its positions, each once. */
  readonly totalIsWrong: boolean;
  /** Findings of the fold that nobody has looked at. */
  readonly hasFindings: boolean;
  /** The pieces that the WMS keeps reserved cannot be those that the cloud counts on. */
  readonly reservationsDiffer: boolean;
  /** Something is reserved there, or promised here. */
  readonly isPromised: boolean;
  /** Rows of the WMS that cannot be read, each place once. With any of them nothing else is told of the item. */
  readonly unreadable: readonly UnreadableRow[];
};

/**
 * Compares an item in a warehouse on both sides. Pure. A cloud position at zero that the WMS does not know agrees, and so
 * does one that only one side numbers, if the figures do. Where a row of the WMS cannot be read, the item is not compared: that row may be
 * the one that a position seems to lack.
 *
 * @param cloud undefined when it knows nothing of the item there
 * @param resting positions of the overflow document
 */
export function compareWithWms(
  wms: WmsStock,
  cloud: ComparedStock | undefined,
  resting: readonly Position[] = [],
): Comparison {
  if (wms.unreadable) return notCompared(wms.unreadable);
  const held = cloud?.positions ?? [];
  const ours = new Map([...resting, ...held].map((position) => [positionKey(position), position]));
  const differences: Difference[] = [];
  const seen = new Set<string>();
  for (const position of wms.positions) {
    const name = positionKey(position);
    if (seen.has(name)) {
      if (!differences.some((known) => known.kind === 'twice' && positionKey(known) === name))
        differences.push(differenceOf('twice', position, ours.get(name) ?? null));
      continue;
    }
    seen.add(name);
    const found = ours.get(name) ?? null;
    const kind = differenceKind(position, found);
    if (kind) differences.push(differenceOf(kind, position, found));
  }
  let surplus = 0;
  for (const [name, position] of ours) {
    if (seen.has(name)) continue;
    surplus += 1;
    if (position.onHand > 0) differences.push(differenceOf('surplus', null, position));
  }
  const twice = new Set(differences.filter(({ kind }) => kind === 'twice').map(positionKey));
  return {
    compared: seen.size + surplus,
    differences:
      twice.size === 0
        ? differences
        : differences.filter((found) => found.kind === 'twice' || !twice.has(positionKey(found))),
    totalIsWrong: cloud !== undefined && cloud.onHand !== sumOnHand(held),
    hasFindings: cloud !== undefined && cloud.openFindings > gapsOf(held),
    reservationsDiffer: reservationsDiffer(wms.reserved, cloud),
    isPromised: wms.reserved + (cloud?.tentative ?? 0) > 0 || cloud?.confirmed !== cloud?.picked,
    unreadable: [],
  };
}

function notCompared(rows: readonly UnreadableRow[]): Comparison {
  const places = new Map(
    rows.map((row) => [
      row.locationId === null ? '' : positionKey({ ...row, locationId: row.locationId }),
      row,
    ]),
  );
  return {
    ...{ compared: places.size, differences: [], unreadable: [...places.values()] },
    ...{ totalIsWrong: false, hasFindings: false, reservationsDiffer: false, isPromised: false },
  };
}

/** How the cloud's position differs from the WMS's row; undefined when it does not. Null: that side knows nothing. */
export function differenceKind(
  wms: WmsPosition | null,
  cloud: Position | null,
): Exclude<DifferenceKind, 'twice'> | undefined {
  if (cloud === null) return wms && (wms.onHand > 0 || (wms.version ?? 0) > 0) ? 'missing' : undefined;
  if (wms === null) return cloud.onHand > 0 ? 'surplus' : undefined;
  const order = wms.version === null || cloud.version === undefined ? 0 : cloud.version - wms.version;
  if (order !== 0) return order < 0 ? 'behind' : 'ahead';
  if (cloud.onHand !== wms.onHand) return 'figure';
  return cloud.missing ? 'gap' : undefined;
}

/** What the first look saw of a position's row in the WMS. */
export type FirstLook = Pick<WmsPosition, 'onHand' | 'version' | 'changedAt'> | null;

/**
 * Judges a position that differed, a grace time later: read in the WMS, in the cloud, and in the WMS again
 * (architecture, rule 14). It differs truly when no movement in between can explain it; the grace time is measured by the
 * first look, so that the clocks of the two sides do not matter.
 *
 * @returns the difference, `moving` when it is to be looked at again, undefined when both sides agree
 */
export function judge(
  first: FirstLook,
  before: WmsPosition | null,
  cloud: Position | null,
  after: WmsPosition | null,
): Exclude<DifferenceKind, 'twice'> | 'moving' | undefined {
  const kind = differenceKind(after, cloud);
  if (kind === undefined || differenceKind(before, cloud) === undefined) return undefined;
  return stands(kind, first, before, cloud, after) ? kind : 'moving';
}

function stands(
  kind: Exclude<DifferenceKind, 'twice'>,
  first: FirstLook,
  before: WmsPosition | null,
  cloud: Position | null,
  after: WmsPosition | null,
): boolean {
  switch (kind) {
    case 'missing':
      return first !== null;
    case 'surplus':
      return before === null && after === null;
    case 'behind':
      return (cloud?.version ?? 0) < (first?.version ?? 0);
    case 'ahead':
      return (cloud?.version ?? 0) > (before?.version ?? 0);
    case 'figure':
      return after?.version === cloud?.version || (isSame(first, before) && isSame(before, after));
    case 'gap':
      return cloud?.missing?.some(([from]) => from <= (first?.version ?? 0)) ?? false;
  }
}

/**
 * True when an event that the cloud has not folded can be why they differ. Where one side does not number its states, that is any
 * figure but one that the cloud took after the WMS's row.
 */
export function isCloudOlder({ kind, wms, cloud }: Pick<Difference, 'kind' | 'wms' | 'cloud'>): boolean {
  if (kind === 'missing' || kind === 'behind' || kind === 'gap') return true;
  if (kind !== 'figure' || wms === null || cloud === null) return false;
  const isNumbered = wms.version !== null && cloud.version !== undefined;
  return !isNumbered && (wms.changedAt === null || !isLater(cloud.changedAt, wms.changedAt));
}

/** True when a row was not touched in between. */
function isSame(one: FirstLook, other: FirstLook): boolean {
  return (
    one?.onHand === other?.onHand && one?.version === other?.version && one?.changedAt === other?.changedAt
  );
}

/**
 * The WMS has decided what the cloud does not know yet only for allocations that are tentative, so it keeps no fewer
 * pieces than are confirmed and not picked, and no more than those and the tentative ones.
 */
function reservationsDiffer(reserved: number, cloud: ComparedStock | undefined): boolean {
  const open = (cloud?.confirmed ?? 0) - (cloud?.picked ?? 0);
  return reserved < open || reserved > open + (cloud?.tentative ?? 0);
}

function differenceOf(kind: DifferenceKind, wms: WmsPosition | null, cloud: Position | null): Difference {
  const { locationId, lotNumber } = wms ?? cloud ?? { locationId: '', lotNumber: null };
  return { kind, locationId, lotNumber, wms, cloud };
}

function gapsOf(positions: readonly Position[]): number {
  return positions.filter(({ missing }) => missing !== undefined).length;
}
