import type { HistoryCorrection, HistoryEntry } from '../contracts/history.ts';
import type { ExplainedCorrection, ExplainedStatement } from '../domain/history.ts';

/**
 * An event as the history tells it. What is told of a transfer's other position stands under that: its figures, and the
 * event of this one.
 *
 * @param projectedAt when events were projected, by event id; milliseconds since 1970 UTC
 */
export function entryOf(
  statement: ExplainedStatement,
  projectedAt: ReadonlyMap<string, number>,
): HistoryEntry {
  const { event, update, byCounterpart, takenAt, isCurrent, isSuperseded, isVoided, finding } = statement;
  const { locationId, lotNumber, version, quantityChange, resultingOnHand } = update;
  const { scannedQuantity, counterpart, ...rest } = event;
  const other = byCounterpart ? event : counterpart;
  return {
    eventId: rest.eventId,
    transactionId: rest.transactionId,
    eventType: rest.eventType,
    locationId,
    lotNumber,
    version,
    quantityChange,
    resultingOnHand,
    scannedQuantity: byCounterpart ? undefined : scannedQuantity,
    scannedAt: rest.scannedAt,
    timestamp: rest.timestamp,
    busAt: isoTime(takenAt),
    projectedAt: isoTime(projectedAt.get(rest.eventId)),
    scannerId: rest.scannerId,
    userId: rest.userId,
    orderId: rest.orderId,
    lineId: rest.lineId,
    allocationId: rest.allocationId,
    allocationPicked: rest.allocationPicked,
    expectedReceiptId: rest.expectedReceiptId,
    otherPosition: other && { locationId: other.locationId, lotNumber: other.lotNumber },
    countLock: rest.countLock,
    ...(byCounterpart && { byCounterpart }),
    ...(isCurrent && { current: true }),
    ...(isSuperseded && { superseded: true }),
    ...(isVoided && { voided: true }),
    finding,
  };
}

function isoTime(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString();
}

/** A correction as the history tells it. */
export function correctionOf({
  correction,
  isCurrent,
  isSuperseded,
}: ExplainedCorrection): HistoryCorrection {
  const { locationId, lotNumber, row, floor, found, at, runId } = correction;
  return {
    kind: 'correction',
    locationId,
    lotNumber,
    version: row ? row.version : floor || null,
    timestamp: at,
    class: correction.class,
    runId,
    wms: row && { onHand: row.onHand, version: row.version },
    found,
    ...(isCurrent && { current: true }),
    ...(isSuperseded && { superseded: true }),
  };
}
