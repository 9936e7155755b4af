import { chanceOf } from '../chance.ts';
import { DAMAGE_KINDS, FAULT_KINDS, type FaultKind } from '../faults.ts';

/**
 * Of what kind a run is. In a sound one whatever is late comes, so that the reconciliation corrects nothing; in a damaged one the books
 * of the cloud are damaged, in a restored one the WMS goes back to an old backup.
 */
export type Story = (typeof STORIES)[number];

export const STORIES = ['sound', 'damaged', 'restored'] as const;

/** Parts of the runs. */
const DAMAGED = 0.25;
const RESTORED = 0.15;

/** The seed decides, when nobody else does. */
export function storyOf(seed: string): Story {
  const drawn = chanceOf(seed).stream('scenario').next();
  if (drawn < DAMAGED) return 'damaged';
  return drawn < DAMAGED + RESTORED ? 'restored' : 'sound';
}

/** The kinds of faults that a run of this story may have, of those that are wanted. */
export function kindsIn(story: Story, wanted: readonly FaultKind[] = FAULT_KINDS): FaultKind[] {
  return wanted.filter((kind) =>
    kind === 'restore' ? story === 'restored' : story === 'damaged' || !DAMAGE_KINDS.has(kind),
  );
}
