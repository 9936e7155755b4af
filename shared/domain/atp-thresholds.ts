import type { AtpChange } from '../contracts/planning.ts';

/** The thresholds of an item, with the ATP last seen and what is still to be told about it. Pieces. */
export type AtpThresholds = {
  readonly itemId: string;
  /** Ascending, each once; none after they were removed. */
  readonly thresholds: readonly number[];
  readonly lastAtp: number;
  /** Of the newest change; the next one's is higher. */
  readonly sequence: number;
  /** Crossings that were seen but perhaps not told yet, oldest first. */
  readonly untold: readonly AtpChange[];
};

/**
 * Thresholds for an item from now on, none to remove them. Those it had go, but while there are any, what was seen and
 * is still to be told stays: a crossing that nobody has looked at yet is told of the new thresholds.
 *
 * @param atp the item's ATP now, in pieces; it counts as seen where there were no thresholds
 */
export function withThresholds(
  itemId: string,
  thresholds: readonly number[],
  atp: number,
  held: AtpThresholds | undefined,
): AtpThresholds {
  const ascending = [...new Set(thresholds)].sort((a, b) => a - b);
  const fresh = { itemId, thresholds: ascending, lastAtp: atp, sequence: held?.sequence ?? 0, untold: [] };
  if (!held || held.thresholds.length === 0 || ascending.length === 0) return fresh;
  return { ...held, thresholds: ascending };
}

/**
 * What a look at the item's ATP brings: it is the last one seen, and every threshold that lies between it and the one
 * before is a change to tell. Answers the same object when ATP is as it was. Pure.
 *
 * @param now milliseconds UTC
 */
export function observeAtp(held: AtpThresholds, atp: number, now: number): AtpThresholds {
  const { itemId, thresholds, lastAtp: previousAtp, untold } = held;
  if (atp === previousAtp) return held;
  const at = new Date(now).toISOString();
  const crossed = thresholds.filter((threshold) => previousAtp >= threshold !== atp >= threshold);
  const changes = crossed.map((threshold, index): AtpChange => {
    const sequence = held.sequence + index + 1;
    return { itemId, threshold, below: atp < threshold, atp, previousAtp, at, sequence };
  });
  const sequence = held.sequence + changes.length;
  return { ...held, lastAtp: atp, sequence, untold: [...untold, ...changes] };
}

/** What is left to tell when everything up to a change has been told. Answers the same object when nothing changes. */
export function withoutTold(held: AtpThresholds, sequence: number): AtpThresholds {
  const untold = held.untold.filter((change) => change.sequence > sequence);
  return untold.length === held.untold.length ? held : { ...held, untold };
}
