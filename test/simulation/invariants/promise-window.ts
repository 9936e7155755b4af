import type { Allocation as WmsAllocation } from '../../../apps/wms-adapter/allocation/allocation.ts';
import type { BookingWrites } from '../../../apps/wms-adapter/database.ts';
import type { AllocationDecision } from '../../../shared/contracts/allocation-messages.ts';
import { type Allocation, lineKey, type OrderLine, standing } from '../../../shared/domain/order-line.ts';
import type { ItemChange } from '../../../shared/ports/allocation-store.ts';
import type { ItemDocuments } from '../../doubles/item-documents.ts';
import { keepNoting } from './keep.ts';
import { Violation } from './violation.ts';

/**
 * No line reads confirmed without a reservation of the WMS behind it, but while the WMS's word that it has fewer is on its
 * way: from the booking that wrote it until the cloud has settled it once. Looked at whenever one of the three changes.
 */
export type WatchedWindow = {
  /** @throws {Violation} where the WMS has fewer and says nothing of it */
  booked(writes: BookingWrites): void;
  /** Lines were changed, or it was tried. @throws {Violation} */
  committed(change: ItemChange, items: ItemDocuments): void;
  /** A delivery of these decisions is done, and will be completed. @throws {Violation} */
  settled(decisions: readonly AllocationDecision[], items: ItemDocuments): void;
  /** Keeps the reservations as they are; called, the answer goes back to that. What they then are no more is not watched: the reconciliation has it. */
  backup(): () => void;
};

export function watchWindow(): WatchedWindow {
  const reservations = new Map<string, WmsAllocation>();
  /** Numbers of decisions that the cloud has not settled yet, by allocation. */
  const onTheirWay = new Map<string, Set<number>>();
  /** Allocations that the WMS has otherwise since it was restored. */
  const wentBack = new Set<string>();

  function checkAllocation(line: OrderLine, allocation: Allocation): void {
    const { allocationId, decided } = allocation;
    if (wentBack.has(allocationId)) return;
    // What is being given back reads so, whatever the warehouse takes of it first: only its release ends it.
    if (!decided || allocation.state === 'released' || allocation.state === 'releasing') return;
    const reserved = reservations.get(allocationId)?.reserved ?? 0;
    const promised = standing(allocation);
    if (promised <= reserved) return;
    const isTold = [...(onTheirWay.get(allocationId) ?? [])].some((sequence) => sequence > decided.sequence);
    if (isTold) return;
    throw new Violation(
      'No line reads confirmed without a reservation behind it, but while its reduction is on its way',
      `line ${line.lineId} of ${line.orderId} is promised ${promised} by ${allocationId}, where the WMS has ${reserved} reserved`,
      [line.orderId, line.itemId],
    );
  }

  function checkLine(line: OrderLine | undefined): void {
    for (const allocation of line?.allocations ?? []) if (line) checkAllocation(line, allocation);
  }

  return {
    backup: () => keepNoting(reservations, wentBack),
    booked({ allocations, messages }) {
      const said = new Set<string>();
      for (const message of messages) {
        if (message.kind !== 'decision') continue;
        const { allocationId, sequence } = message.decision;
        said.add(allocationId);
        onTheirWay.set(allocationId, (onTheirWay.get(allocationId) ?? new Set()).add(sequence));
      }
      for (const allocation of allocations) {
        const { allocationId, reserved, orderId } = allocation;
        const before = reservations.get(allocationId)?.reserved ?? 0;
        reservations.set(allocationId, allocation);
        if (reserved < before && !said.has(allocationId))
          throw new Violation(
            'The WMS takes nothing back without saying so',
            `${allocationId} goes from ${before} to ${reserved} reserved, and no decision is in the outbox`,
            [orderId],
          );
      }
    },
    committed({ itemId, lines }, items) {
      const stored = items.partition(itemId)?.lines;
      for (const { line } of lines) checkLine(stored?.get(lineKey(line))?.value);
    },
    settled(decisions, items) {
      for (const { allocationId, orderId, lineId, itemId, sequence } of decisions) {
        onTheirWay.get(allocationId)?.delete(sequence);
        checkLine(items.line({ kind: 'order-line', orderId, lineId, itemId })?.value);
      }
    },
  };
}
