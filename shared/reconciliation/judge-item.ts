import { compareWithWms, type Difference, isCloudOlder, judge } from '../domain/compare-with-wms.ts';
import { type Finding, type Place, positionKey } from '../domain/position.ts';
import type { UnreadableRow, WmsStock } from '../domain/wms-stock.ts';
import { mayBeOnTheWay } from './on-the-way.ts';
import type { LiveStock } from './read-stocks.ts';
import type { Suspect, SuspectPosition, Way } from './slice.ts';

/** An item in a warehouse as it was read again: in the WMS, in the cloud, in the WMS. */
export type SecondLook = {
  readonly suspect: Suspect;
  readonly before: WmsStock;
  readonly live: LiveStock;
  readonly after: WmsStock;
};

/** What an item's second look came to. */
export type Judgement = {
  /** True differences. */
  readonly differences: readonly Difference[];
  /** Positions that moved meanwhile, and those whose events may still come. */
  readonly moving: number;
  readonly late: number;
  readonly totalIsWrong: boolean;
  /** What the fold came upon in positions that do not differ now. */
  readonly findings: readonly Finding[];
  readonly reservationsDiffer: boolean;
  /** Rows of the WMS that cannot be read. With any of them nothing else is true of the item, and it is left alone. */
  readonly unreadable: readonly UnreadableRow[];
};

const LEFT_ALONE: Judgement = {
  ...{ differences: [], moving: 0, late: 0, totalIsWrong: false, findings: [], reservationsDiffer: false },
  unreadable: [],
};

/**
 * Judges the positions that differed at first sight; others that differ now have moved since and are the next run's.
 *
 * @param first, now the oldest events on their way, at the first look and before the second
 */
export function judgeItem({ suspect, before, live, after }: SecondLook, first: Way, now: Way): Judgement {
  const resting = live.overflow.positions;
  const comparison = compareWithWms(after, live.stock, resting);
  if (after.unreadable) return { ...LEFT_ALONE, unreadable: comparison.unreadable };
  // Mended in between: what was seen of it before says nothing.
  if (suspect.unreadable || before.unreadable)
    return { ...LEFT_ALONE, moving: Math.max(suspect.positions.length, 1) };
  const twice = comparison.differences.filter(({ kind }) => kind === 'twice');
  const isTwice = new Set(twice.map(positionKey));
  const theirsBefore = byKey(before.positions);
  const theirs = byKey(after.positions);
  const ours = byKey([...resting, ...(live.stock?.positions ?? [])]);
  const differences: Difference[] = [...twice];
  let moving = 0;
  let late = 0;
  for (const position of suspect.positions) {
    const name = positionKey(position);
    if (isTwice.has(name)) continue;
    const cloud = ours.get(name) ?? null;
    const wms = theirs.get(name) ?? null;
    const kind = judge(position.first, theirsBefore.get(name) ?? null, cloud, wms);
    if (kind === undefined) continue;
    if (kind === 'moving') moving += 1;
    else {
      const { locationId, lotNumber } = position;
      const difference = { kind, locationId, lotNumber, wms, cloud };
      if (isLate(difference, position, first, now)) late += 1;
      else differences.push(difference);
    }
  }
  const differing = new Set(differences.map(positionKey));
  return {
    differences,
    moving,
    late,
    totalIsWrong: comparison.totalIsWrong,
    findings: (live.stock?.findings ?? []).filter((finding) => !differing.has(positionKey(finding))),
    reservationsDiffer:
      comparison.reservationsDiffer && compareWithWms(before, live.stock, resting).reservationsDiffer,
    unreadable: [],
  };
}

function isLate(difference: Difference, { first }: SuspectPosition, wayAtFirst: Way, now: Way): boolean {
  if (!isCloudOlder(difference)) return false;
  return mayBeOnTheWay((first ?? difference.wms)?.changedAt ?? null, now, wayAtFirst);
}

function byKey<Placed extends Place>(placed: readonly Placed[]): Map<string, Placed> {
  return new Map(placed.map((each) => [positionKey(each), each]));
}
