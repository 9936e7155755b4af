import type { Allocation } from './allocation.ts';

type Ranked = Pick<Allocation, 'priority' | 'orderedAt' | 'allocationId'>;

/**
 * The order in which reservations lose their unpicked pieces when stock falls short (architecture, rule 11): the
 * lowest priority first; within a priority the newest order first; of the same instant the highest allocation id first.
 * It is total, so that whoever applies it cuts the same. A comparison for `sort`.
 */
export function inCutOrder(a: Ranked, b: Ranked): number {
  return (
    a.priority - b.priority ||
    compareTexts(b.orderedAt, a.orderedAt) ||
    compareTexts(b.allocationId, a.allocationId)
  );
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
