import type { InventoryEvent } from '../contracts/inventory-event.ts';
import type { DiscrepancyClass } from '../contracts/reconciliation.ts';
import type { Difference } from './compare-with-wms.ts';
import { isLater, type VoidedEvent } from './position.ts';

/** What is known of a position that differs, beside the two figures. */
export type Evidence = {
  /** Its events in the journal, those of the state that the WMS has and later ones at least. */
  readonly events: readonly InventoryEvent[];
  /** Versions that the WMS's ledger gave the position, by transaction; those it does not know are missing. */
  readonly known: ReadonlyMap<string, readonly number[]>;
  /** Of events of transfers that the ledger does not know: the id of the other position's event, by that of this one's. */
  readonly otherHalves: ReadonlyMap<string, string>;
  /** The WMS went back to a backup, and its figures are to be taken. */
  readonly restored: boolean;
};

/** What a difference is (architecture, rule 14), by the evidence. */
export function classifyDifference({ kind, wms, cloud }: Difference, evidence: Evidence): DiscrepancyClass {
  switch (kind) {
    case 'missing':
      return 'missing';
    case 'behind':
    case 'gap':
      return 'lost-event';
    case 'figure': {
      const isNumbered = wms?.version !== null && cloud?.version !== undefined;
      const wmsIsNewer = wms?.changedAt && cloud && isLater(wms.changedAt, cloud.changedAt);
      return !isNumbered && wmsIsNewer ? 'lost-event' : 'calculation-mismatch';
    }
    case 'ahead':
      return evidence.restored || knownAbove(wms?.version ?? 0, evidence) > 0 ? 'unknown' : 'phantom';
    case 'surplus':
      if (evidence.restored) return 'unknown';
      return knownAbove(0, evidence) > 0 ? 'deleted' : 'phantom';
    case 'twice':
      return 'unknown';
  }
}

/**
 * Events above the WMS's row that its ledger does not know: those never fold again. Of a transfer the event of the other position says
 * the same of this one.
 */
export function voidedEvents({ wms }: Pick<Difference, 'wms'>, evidence: Evidence): VoidedEvent[] {
  return evidence.events
    .filter((event) => isAbove(event, wms) && !isKnown(event, evidence))
    .flatMap(({ eventId, version = null }) => {
      const other = evidence.otherHalves.get(eventId);
      return other === undefined
        ? [{ eventId, version }]
        : [
            { eventId, version },
            { eventId: other, version },
          ];
    });
}

/** Of a position that the WMS does not know: the version up to which its events must not fold again, since they did once happen. */
export function floorOf({ wms, cloud }: Pick<Difference, 'wms' | 'cloud'>, evidence: Evidence): number {
  return wms === null && knownAbove(0, evidence) > 0 ? (cloud?.version ?? 0) : 0;
}

function knownAbove(version: number, evidence: Evidence): number {
  return evidence.events.filter((event) => (event.version ?? 0) > version && isKnown(event, evidence)).length;
}

function isAbove(event: InventoryEvent, wms: Difference['wms']): boolean {
  if (wms === null) return true;
  if (wms.version !== null) return event.version !== undefined && event.version > wms.version;
  return event.version === undefined && wms.changedAt !== null && isLater(event.timestamp, wms.changedAt);
}

/** True when the WMS's ledger knows the event's transaction, by the version that the event says. */
export function isKnown(
  { transactionId, version }: InventoryEvent,
  { known }: Pick<Evidence, 'known'>,
): boolean {
  const versions = known.get(transactionId);
  return (
    versions !== undefined && (version === undefined || versions.length === 0 || versions.includes(version))
  );
}
