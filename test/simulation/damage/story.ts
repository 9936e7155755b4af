import { chanceOf } from '../chance.ts';
import { DAMAGE_KINDS, FAULT_KINDS, type FaultKind } from '../faults.ts';

/** Of what kind a run is: in a sound one whatever is late comes, so that the reconciliation corrects nothing. */
export type Story = 'sound' | 'damaged';

/** Part of the runs that are damaged. */
const DAMAGED = 0.25;

/** The seed decides. */
export function storyOf(seed: string): Story {
  return chanceOf(seed).stream('story').happens(DAMAGED) ? 'damaged' : 'sound';
}

/** The kinds of faults that a run of this story may have, of those that are wanted. */
export function kindsIn(story: Story, wanted: readonly FaultKind[] = FAULT_KINDS): FaultKind[] {
  return wanted.filter((kind) => story === 'damaged' || !DAMAGE_KINDS.has(kind));
}
