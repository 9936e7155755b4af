import type { ListedDiscrepancy } from '../contracts/investigation.ts';
import type { Discrepancy } from '../contracts/reconciliation.ts';
import { NOTHING_TALLIED, type Tallied, tally } from '../domain/reconciliation-figures.ts';
import { mapAtMost } from '../ports/at-most.ts';
import type { ReconciliationPorts } from './reconciliation-ports.ts';

/** Stores discrepancies of items of one warehouse with their investigations. Repeating it adds nothing. @throws {StoreUnavailable} */
export type RecordDiscrepancies = (discrepancies: readonly Discrepancy[]) => Promise<void>;

export type Recorder = {
  readonly record: RecordDiscrepancies;
  /** Items for which an investigation may be opened still. */
  investigationsLeft(): number;
  /** What was recorded so far comes to. */
  tallied(): Tallied;
};

const INVESTIGATIONS_AT_ONCE = 8;

/**
 * Gives each item an investigation of its own while there are any left; all others are one of the warehouse as a whole, and so are
 * those of a WMS that was restored: there is one cause then, and it is known.
 */
export function discrepancyRecorder(
  options: {
    readonly warehouseId: string;
    readonly restored: boolean;
    readonly investigationsLeft: number;
  },
  { investigate, store }: Pick<ReconciliationPorts, 'investigate' | 'store'>,
): Recorder {
  const { warehouseId, restored } = options;
  const own = new Set<string>();
  let left = restored ? 0 : options.investigationsLeft;
  let tallied = NOTHING_TALLIED;

  const isOwn = (itemId: string): boolean => {
    if (own.has(itemId)) return true;
    if (left <= 0) return false;
    left -= 1;
    own.add(itemId);
    return true;
  };

  return {
    record: async (discrepancies) => {
      const groups = Map.groupBy(discrepancies, ({ itemId }) => (isOwn(itemId) ? itemId : null));
      const recorded = await mapAtMost(INVESTIGATIONS_AT_ONCE, [...groups], async ([itemId, found]) => {
        const listed = found.map(listedDiscrepancy);
        const investigationId = await investigate({ warehouseId, itemId, discrepancies: listed });
        return found.map((discrepancy) => ({ ...discrepancy, investigationId }));
      });
      if (discrepancies.length > 0) await store.putDiscrepancies(recorded.flat());
      tallied = discrepancies.reduce(tally, tallied);
    },
    investigationsLeft: () => (restored ? options.investigationsLeft : left),
    tallied: () => tallied,
  };
}

function listedDiscrepancy(discrepancy: Discrepancy): ListedDiscrepancy {
  const { runId, discrepancyId, locationId, lotNumber, allocationId, expected, found, foundAt } = discrepancy;
  return {
    ...{ runId, discrepancyId, class: discrepancy.class, locationId, lotNumber, foundAt },
    ...(allocationId !== undefined && { allocationId }),
    expected: expected?.onHand ?? null,
    found: found?.onHand ?? null,
  };
}
