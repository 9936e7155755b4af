import { type Comparison, type Difference, isCloudOlder } from '../domain/compare-with-wms.ts';
import { lookAtWay, mayBeOnTheWay } from './on-the-way.ts';
import type { ReconciliationPorts } from './reconciliation-ports.ts';
import { lookAtPromises } from './settle-reservations.ts';
import { type Slice, type SliceResult, type Suspect, suspectPosition, type Way } from './slice.ts';

/** Suspects of a slice, and their positions; all of them are looked at again together. */
const MAX_SUSPECTS = 1_000;
const MAX_SUSPECT_POSITIONS = 2_000;

/** While the bus is away every change is a suspect: from so many on, what may be on its way is late without a second look. */
const SUSPECTS_BEFORE_LATE = 200;

export type TallyPorts = Pick<ReconciliationPorts, 'wms' | 'lines' | 'eventsOnTheWay'>;

export type Tally = {
  /** @throws {WmsUnavailable | StoreUnavailable} */
  note(itemId: string, comparison: Comparison): Promise<void>;
  /** No more suspects are taken. */
  isFull(): boolean;
  /** Items that came when it was full, and are compared again after the suspects were settled. */
  readonly left: readonly string[];
  result(): Omit<SliceResult, 'durationMs' | 'next'>;
};

/** Counts what was compared of a slice, and collects what did not agree at first sight. */
export function startTally(
  { warehouseId, restored }: Pick<Slice, 'warehouseId' | 'restored'>,
  ports: TallyPorts,
): Tally {
  const suspects: Suspect[] = [];
  const pending = new Set<string>();
  const left: string[] = [];
  const isFull = () => suspects.length >= MAX_SUSPECTS || suspectPositions >= MAX_SUSPECT_POSITIONS;
  let compared = 0;
  let late = 0;
  let suspectPositions = 0;
  let way: Way | undefined;

  async function note(itemId: string, comparison: Comparison): Promise<void> {
    const isHidden = restored === true && comparison.isPromised && !comparison.reservationsDiffer;
    const hidden = isHidden ? await lookAtPromises({ itemId, warehouseId }, ports) : [];
    const isAgreed = agrees(comparison) && hidden.length === 0;
    if (!isAgreed && isFull()) {
      left.push(itemId);
      return;
    }
    compared += comparison.compared;
    if (isAgreed) return;
    way ??= await lookAtWay(ports);
    const { differences } = comparison;
    if (suspects.length >= SUSPECTS_BEFORE_LATE && areLate(differences, way)) {
      late += differences.length;
      pending.add(itemId);
      return;
    }
    const promises = comparison.reservationsDiffer
      ? await lookAtPromises({ itemId, warehouseId }, ports)
      : hidden;
    suspects.push({
      itemId,
      positions: differences.map(suspectPosition),
      ...((comparison.reservationsDiffer || promises.length > 0) && { promises }),
    });
    suspectPositions += differences.length;
  }

  return {
    isFull,
    left,
    note,
    result: () => ({
      compared,
      late,
      suspects,
      pending: [...pending],
      way: way ?? { oldest: null },
    }),
  };
}

/** True when all of them may be on their way. */
function areLate(differences: readonly Difference[], way: Way): boolean {
  const mayCome = (difference: Difference) =>
    isCloudOlder(difference) && mayBeOnTheWay(difference.wms?.changedAt ?? null, way, way);
  return differences.length > 0 && differences.every(mayCome);
}

function agrees({ differences, totalIsWrong, hasFindings, reservationsDiffer }: Comparison): boolean {
  return differences.length === 0 && !totalIsWrong && !hasFindings && !reservationsDiffer;
}
