import type { InventoryEvent } from '../contracts/inventory-event.ts';
import type { Investigation } from '../contracts/investigation.ts';
import type { PositionCount } from '../domain/investigation.ts';
import { isLater } from '../domain/position.ts';
import { mapAtMost } from '../ports/at-most.ts';
import type { HistoryRange, JournalStore } from '../ports/journal-store.ts';

/** Positions looked up at a time, and events read at once. */
const LOOKED_UP_AT_ONCE = 8;
const PAGE = 100;

export type RecountAnswerPorts = { readonly journal: Pick<JournalStore, 'readHistory'> };

/**
 * The counts that have come of the positions that an investigation asked to be counted, and has none of yet: of each the
 * first above the version that the cloud knew, else the first after that. A count that gave the position its figure says so with a change of 0.
 *
 * @throws {StoreUnavailable}
 */
export async function recountAnswers(
  investigation: Investigation,
  { journal }: RecountAnswerPorts,
): Promise<PositionCount[]> {
  const { warehouseId, itemId, status, recount } = investigation;
  if (status !== 'recount-asked' || itemId === null || !recount) return [];
  const waiting = recount.positions.filter(({ counted }) => !counted);
  const found = await mapAtMost(
    LOOKED_UP_AT_ONCE,
    waiting,
    async ({ locationId, lotNumber, sinceVersion, sinceChangedAt = recount.askedAt }) => {
      const range = { warehouseId, itemId, locationId, lotNumber, eventType: 'InventoryCount' } as const;
      const isAnswer = answerRule(sinceVersion, sinceChangedAt);
      const event =
        (await firstCount({ ...range, fromVersion: sinceVersion + 1 }, isAnswer, journal)) ??
        (sinceVersion > 0 ? await firstCount(range, isAnswer, journal) : undefined);
      return event ? [countOf(event, { locationId, lotNumber })] : [];
    },
  );
  return found.flat();
}

/**
 * Versions order the counts, not clocks, as long as they go on. Where there is none, or where the WMS numbers the position below
 * what the cloud holds, since it never had that or went back to a backup, the time of what the cloud holds says that a count came after
 * it: both are the WMS's.
 */
function answerRule(sinceVersion: number, sinceChangedAt: string): (event: InventoryEvent) => boolean {
  return ({ version = 0, timestamp }) => version > sinceVersion || isLater(timestamp, sinceChangedAt);
}

/** The first that satisfies, in the order of versions; those without one come last, by time. */
async function firstCount(
  range: HistoryRange,
  isAnswer: (event: InventoryEvent) => boolean,
  journal: RecountAnswerPorts['journal'],
): Promise<InventoryEvent | undefined> {
  let from: string | undefined;
  for (;;) {
    const page = await journal.readHistory(range, { ...(from !== undefined && { from }), limit: PAGE });
    const answer = page.find(({ event }) => isAnswer(event));
    if (answer || page.length < PAGE) return answer?.event;
    // The page begins with the last one of the page before.
    from = page.at(-1)?.key;
  }
}

/** Compared is what the books came to: what was picked since the scan is in both. */
function countOf(
  { resultingOnHand, quantityChange, timestamp, userId }: InventoryEvent,
  place: Pick<PositionCount, 'locationId' | 'lotNumber'>,
): PositionCount {
  return {
    ...place,
    onHand: resultingOnHand,
    expected: resultingOnHand - quantityChange,
    at: timestamp,
    by: userId,
  };
}
