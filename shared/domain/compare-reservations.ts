import type { AllocationDecision } from '../contracts/allocation-messages.ts';
import { type Allocation, type OrderLine, promisedOf, standing } from './order-line.ts';

/** A reservation as the WMS has it: its last word on it, the pieces it keeps and those it picked. */
export type Reservation = {
  readonly decision: AllocationDecision;
  readonly reserved: number;
  readonly picked: number;
};

/** A reservation that the WMS has, and of which nobody can tell what it says. */
export type UnreadableReservation = {
  readonly allocationId: string;
  /** Column, value and what is wrong with it. */
  readonly fault: string;
};

/**
 * How a reservation and a hold disagree. Pieces are those not picked yet.
 * - `no-reservation`: the cloud counts on pieces of which the WMS knows nothing.
 * - `no-hold`: the WMS keeps pieces that no line of the cloud counts on.
 * - `decision`: the WMS has decided something that the cloud has not heard of.
 * - `figure`: both know the same decision, of another figure: it was falsified on its way, or a restored WMS decided anew.
 * - `pick`: the WMS has picked more than the cloud has heard of.
 * - `back`: the cloud has heard of a later decision, or of more picks, than the WMS knows. Of lines that were read before the WMS that means that
 *   it went back to a backup.
 * - `unreadable`: nobody can tell what the WMS has.
 */
export type ReservationDifference = {
  readonly kind: 'no-reservation' | 'no-hold' | 'decision' | 'figure' | 'pick' | 'back' | 'unreadable';
  readonly allocationId: string;
  readonly line: OrderLine | undefined;
  readonly reservation: Reservation | undefined;
  /** null: that side knows nothing of it, or it cannot be told. */
  readonly reserved: number | null;
  readonly held: number | null;
  /** Of one that is `unreadable`. */
  readonly fault?: string;
};

/**
 * Compares what the WMS keeps of an item in a warehouse with what the cloud counts on, allocation by allocation. What is
 * being asked or released is on its way, and no difference. Pure.
 *
 * @param reservations those of the lines' allocations that the WMS knows, and all others with pieces still reserved
 */
export function compareReservations(
  warehouseId: string,
  lines: readonly OrderLine[],
  reservations: readonly (Reservation | UnreadableReservation)[],
): ReservationDifference[] {
  const theirs = new Map(reservations.map((reservation) => [allocationIdOf(reservation), reservation]));
  const differences: ReservationDifference[] = [];
  for (const { line, allocation } of allocationsIn(warehouseId, lines)) {
    const reservation = theirs.get(allocation.allocationId);
    theirs.delete(allocation.allocationId);
    const held = allocation.state === 'decided' ? standing(allocation) - allocation.picked : null;
    if (reservation && 'fault' in reservation) {
      differences.push(unreadable(reservation, line, held));
      continue;
    }
    const kind = differenceKind(allocation, reservation);
    if (!kind) continue;
    const reserved = reservation ? reservation.reserved - reservation.picked : null;
    differences.push({ kind, allocationId: allocation.allocationId, line, reservation, reserved, held });
  }
  for (const reservation of theirs.values()) {
    if ('fault' in reservation) {
      differences.push(unreadable(reservation, undefined, null));
      continue;
    }
    const reserved = reservation.reserved - reservation.picked;
    if (reserved <= 0) continue;
    const { allocationId } = reservation.decision;
    differences.push({ kind: 'no-hold', allocationId, line: undefined, reservation, reserved, held: null });
  }
  return differences;
}

function allocationIdOf(reservation: Reservation | UnreadableReservation): string {
  return 'fault' in reservation ? reservation.allocationId : reservation.decision.allocationId;
}

function unreadable(
  { allocationId, fault }: UnreadableReservation,
  line: OrderLine | undefined,
  held: number | null,
): ReservationDifference {
  return { kind: 'unreadable', allocationId, line, reservation: undefined, reserved: null, held, fault };
}

/** What the WMS's books said of a promise that disagreed at the first look; zeros when nothing. */
export type PromiseAtFirst = Pick<ReservationDifference, 'kind' | 'allocationId'> & {
  readonly sequence: number;
  readonly picked: number;
  /** When the decision was made (UTC, by the WMS's clock); null when there is none. */
  readonly decidedAt: string | null;
  /** No pick of those seen was committed later (UTC, by the WMS's clock); null where the WMS does not say. */
  readonly pickedBy: string | null;
};

/** Only what is needed to tell later whether a difference still is the same. */
export function promiseAtFirst(
  { kind, allocationId, reservation }: ReservationDifference,
  pickedBy: string | null,
): PromiseAtFirst {
  const { sequence, decidedAt } = reservation?.decision ?? { sequence: 0, decidedAt: null };
  return { kind, allocationId, sequence, picked: reservation?.picked ?? 0, decidedAt, pickedBy };
}

/** True when the cloud has still not heard what the WMS's books said at the first look; another difference came since. */
export function standsSince(first: PromiseAtFirst | undefined, difference: ReservationDifference): boolean {
  const { kind, allocationId, line } = difference;
  if (!first) return false;
  const allocation = line?.allocations.find((held) => held.allocationId === allocationId);
  switch (kind) {
    case 'pick':
      return (allocation?.picked ?? 0) < first.picked;
    case 'decision':
      return (allocation?.decided?.sequence ?? 0) < first.sequence;
    default:
      return first.kind === kind;
  }
}

/** What the lines count of a warehouse's stock, in pieces. */
export function promisedIn(warehouseId: string, lines: readonly OrderLine[]) {
  const totals = { tentative: 0, confirmed: 0, picked: 0 };
  for (const line of lines) {
    const promised = promisedOf(line).get(warehouseId);
    totals.tentative += promised?.tentative ?? 0;
    totals.confirmed += promised?.confirmed ?? 0;
    totals.picked += promised?.picked ?? 0;
  }
  return totals;
}

/** Ids of the allocations that the WMS may know. */
export function askedIn(warehouseId: string, lines: readonly OrderLine[]): string[] {
  return allocationsIn(warehouseId, lines).map(({ allocation }) => allocation.allocationId);
}

function allocationsIn(warehouseId: string, lines: readonly OrderLine[]) {
  return lines
    .filter(({ kind }) => kind === 'order-line')
    .flatMap((line) =>
      line.allocations
        .filter((allocation) => allocation.warehouseId === warehouseId && allocation.asked)
        .map((allocation) => ({ line, allocation })),
    );
}

function differenceKind(
  allocation: Allocation,
  reservation: Reservation | undefined,
): ReservationDifference['kind'] | undefined {
  const { state, decided, picked } = allocation;
  if (state === 'tentative' || state === 'releasing') return undefined;
  if (!reservation)
    return state === 'decided' && standing(allocation) > picked ? 'no-reservation' : undefined;
  const heard = decided?.sequence ?? 0;
  // What is released is so for good, whatever number the WMS knows that by.
  if (state === 'decided' && (reservation.picked < picked || reservation.decision.sequence < heard))
    return 'back';
  if (reservation.decision.sequence > heard && state === 'decided') return 'decision';
  if (reservation.reserved !== standing(allocation) && state === 'decided') return 'figure';
  if (reservation.picked > picked) return 'pick';
  return state === 'released' && reservation.reserved > reservation.picked ? 'no-hold' : undefined;
}
