import type { InvestigationNotice } from '../../../shared/contracts/investigation.ts';

type Recount = NonNullable<InvestigationNotice['investigation']['recount']>;

/** A notice of the investigation of ITEM-1 in WH-001, about its step of that number. */
export function noticeOf(
  number: number,
  action: InvestigationNotice['step']['action'],
  { positions = [], ...note }: Partial<Pick<Recount, 'positions' | 'note'>> = {},
): InvestigationNotice {
  const investigationId = 'WH-001:ITEM-1:1';
  const at = '2024-11-18T12:00:00Z';
  return {
    noticeId: `${investigationId}#${number}`,
    step: { at, by: 'ann', action, detail: 'The cloud held pieces that the WMS does not know.' },
    investigation: {
      investigationId,
      ...{ warehouseId: 'WH-001', itemId: 'ITEM-1', status: 'recount-asked', openedAt: at, changedAt: at },
      recount: { askedAt: at, askedBy: 'ann', ...note, positions },
      ...{ discrepancyCount: 1, stepCount: number },
    },
  };
}
