import { type Comparison, type Difference, isCloudOlder } from '../domain/compare-with-wms.ts';
import { WmsUnavailable } from '../ports/wms-sql.ts';
import { lookAtWay, mayBeOnTheWay } from './on-the-way.ts';
import type { ReconciliationPorts } from './reconciliation-ports.ts';
import { lookAtPromises } from './settle-reservations.ts';
import { type Slice, type SliceResult, type Suspect, suspectPosition, type Way } from './slice.ts';

/** Suspects of a slice, and their positions; all of them are looked at again together. */
const MAX_SUSPECTS = 1_000;
const MAX_SUSPECT_POSITIONS = 2_000;

/** While the bus is away every change is a suspect: from so many on, what may be on its way is late without a second look. */
const SUSPECTS_BEFORE_LATE = 200;

/**
 * So many rows of a slice that cannot be read, when they are more than half of it, are no faults of rows: a view is wrong, and is to be mended as a whole.
 * One run gives as many items of a warehouse an investigation of their own.
 */
const MAX_UNREADABLE = 100;

export type TallyPorts = Pick<ReconciliationPorts, 'wms' | 'lines' | 'eventsOnTheWay'>;

export type Tally = {
  /** @throws {WmsUnavailable | StoreUnavailable} */
  note(itemId: string, comparison: Comparison): Promise<void>;
  /** No more suspects are taken. */
  isFull(): boolean;
  /** Items that came when it was full, and are compared again after the suspects were settled. */
  readonly left: readonly string[];
  /** @throws {WmsUnavailable} when most rows could not be read */
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
  let unreadable = 0;
  let firstFault = '';
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
    const [unread] = comparison.unreadable;
    if (unread) {
      unreadable += comparison.unreadable.length;
      firstFault ||= `of ${itemId} ${unread.fault}`;
    }
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
      ...(unread && { unreadable: true }),
    });
    suspectPositions += differences.length + comparison.unreadable.length;
  }

  return {
    isFull,
    left,
    note,
    result() {
      if (unreadable > MAX_UNREADABLE && unreadable * 2 > compared)
        throw new WmsUnavailable(
          `${unreadable} of ${compared} rows of ${warehouseId} cannot be read: ${firstFault}.`,
        );
      return { compared, late, suspects, pending: [...pending], way: way ?? { oldest: null } };
    },
  };
}

/** True when all of them may be on their way. */
function areLate(differences: readonly Difference[], way: Way): boolean {
  const mayCome = (difference: Difference) =>
    isCloudOlder(difference) && mayBeOnTheWay(difference.wms?.changedAt ?? null, way, way);
  return differences.length > 0 && differences.every(mayCome);
}

function agrees(comparison: Comparison): boolean {
  const { differences, totalIsWrong, hasFindings, reservationsDiffer, unreadable } = comparison;
  const differs = differences.length + unreadable.length > 0;
  return !(differs || totalIsWrong || hasFindings || reservationsDiffer);
}
