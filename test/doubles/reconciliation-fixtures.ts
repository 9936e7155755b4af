import type { Investigation } from '../../shared/contracts/investigation.ts';
import type { Discrepancy, Run } from '../../shared/contracts/reconciliation.ts';
import { NO_FIGURES } from '../../shared/domain/reconciliation-figures.ts';
import { unique } from './fixtures.ts';

/** The id of a run that was asked for at this instant (ISO 8601 with milliseconds), of no other test. */
export function runIdAt(requestedAt: string): string {
  return `${requestedAt.replace(/[-:.]/g, '')}-${unique().toString(36).padStart(4, '0')}`;
}

/** A delta over everything that the timer asked for and that is queued. */
export function someRun({ requestedAt = '2024-11-18T10:00:00.000Z', ...changes }: Partial<Run> = {}): Run {
  return {
    ...{ runId: runIdAt(requestedAt), mode: 'delta', status: 'queued', trigger: 'timer', requestedAt },
    ...{ notes: [], warehouses: [], total: NO_FIGURES },
    ...changes,
  };
}

/** A position of which the cloud has 7 pieces, and the WMS 5. */
export function someDiscrepancy(changes: Partial<Discrepancy> & Pick<Discrepancy, 'runId'>): Discrepancy {
  const one: Omit<Discrepancy, 'discrepancyId'> = {
    ...{ itemId: `ITEM-${unique()}`, warehouseId: 'WH-001', locationId: 'A-01', lotNumber: null },
    ...{ class: 'lost-event', expected: { onHand: 5, version: 4 }, found: { onHand: 7, version: 3 } },
    ...{ action: 'corrected', detail: 'Version 4 never arrived.', foundAt: '2024-11-18T10:00:01.000Z' },
    lastEvents: [],
    ...changes,
  };
  const { warehouseId, itemId, locationId, lotNumber } = one;
  return { discrepancyId: [warehouseId, itemId, locationId, lotNumber, 'position'].join('|'), ...one };
}

/** One that was opened, the first of its item unless told otherwise. */
export function someInvestigation({
  number = 1,
  warehouseId = 'WH-001',
  itemId = `ITEM-${unique()}`,
  ...changes
}: Partial<Investigation> & { readonly number?: number } = {}): Investigation {
  const at = '2024-11-18T10:00:02.000Z';
  return {
    ...{ investigationId: `${warehouseId}:${itemId ?? ''}:${number}`, warehouseId, itemId },
    ...{ status: 'opened', openedAt: at, changedAt: at },
    ...{ discrepancyCount: 0, discrepancies: [], stepCount: 1 },
    steps: [{ at, by: 'reconciliation', action: 'opened', detail: 'A run found a difference.' }],
    ...changes,
  };
}
