import { type AtpChange, atpChangeSchema } from '../../../shared/contracts/planning.ts';
import { itemAtpPieces } from '../../../shared/domain/atp.ts';
import type { AtpThresholds } from '../../../shared/domain/atp-thresholds.ts';
import type { ItemDocuments } from '../../doubles/item-documents.ts';
import { Violation } from './violation.ts';

/** What an OMS is told of thresholds, and what it ought to know. */
export type WatchedThresholds = {
  /** Looks at an item's record as it stands after somebody wrote it. */
  written(record: AtpThresholds): void;
  /** The OMS receives a message. @throws {Violation} */
  heard(body: unknown): void;
  /**
   * What must hold when nothing is on its way: whoever goes by what was told last knows on which side of each threshold
   * the ATP is, and every crossing that was seen was told. @throws {Violation}
   */
  checkAtRest(items: ItemDocuments): void;
  /** Messages received, those that came again among them. */
  count(): number;
};

/** A threshold since it was set. */
type Since = { readonly isBelow: boolean; readonly sequence: number };

export function watchThresholds(): WatchedThresholds {
  const records = new Map<string, AtpThresholds>();
  const since = new Map<string, Map<number, Since>>();
  /** Of each item and threshold the message with the highest number. */
  const latest = new Map<string, AtpChange>();
  let count = 0;

  return {
    count: () => count,
    written(record) {
      const { itemId, thresholds, lastAtp, sequence } = record;
      const before = since.get(itemId);
      const now = new Map<number, Since>();
      for (const threshold of thresholds)
        now.set(threshold, before?.get(threshold) ?? { isBelow: lastAtp < threshold, sequence });
      since.set(itemId, now);
      records.set(itemId, record);
    },
    heard(body) {
      const change = atpChangeSchema.parse(JSON.parse(String(body)));
      const { itemId, threshold, below, atp, sequence } = change;
      if (below !== atp < threshold)
        throw new Violation('A message says on which side its ATP is', `${JSON.stringify(change)} does not`, [
          itemId,
        ]);
      count += 1;
      const name = `${itemId}|${threshold}`;
      if ((latest.get(name)?.sequence ?? 0) < sequence) latest.set(name, change);
    },
    checkAtRest(items) {
      for (const { itemId, untold, thresholds } of records.values()) {
        const [left] = untold;
        if (left && thresholds.length > 0)
          throw new Violation('A crossing that was seen is told', JSON.stringify(left), [itemId]);
        const stocks = items.partition(itemId)?.stocks.values() ?? [];
        const atp = itemAtpPieces([...stocks].map(({ value }) => value));
        for (const [threshold, set] of since.get(itemId) ?? [])
          checkSide({ itemId, threshold, atp }, set, latest.get(`${itemId}|${threshold}`));
      }
    },
  };
}

function checkSide(
  { itemId, threshold, atp }: { itemId: string; threshold: number; atp: number },
  set: Since,
  last: AtpChange | undefined,
): void {
  const isTold = last !== undefined && last.sequence > set.sequence;
  const isBelow = isTold ? last.below : set.isBelow;
  if (isBelow === atp < threshold) return;
  throw new Violation(
    'The last message says on which side of its threshold an ATP is',
    `${itemId} has ${atp}, of threshold ${threshold} ${isTold ? `was told last ${JSON.stringify(last)}` : `was nothing told since it was ${set.isBelow ? 'not ' : ''}reached`}`,
    [itemId],
  );
}
