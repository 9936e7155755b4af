import type { Chance } from './chance.ts';
import type { Story } from './damage/story.ts';

const SHORTEST_TURN_MS = 4_000;
const LONGEST_TURN_MS = 1_800_000;

/**
 * Between two turns of a scanner, at most, in milliseconds: in most runs an event comes upon the other, in some a shift goes by. One
 * run in six has turns of more than a minute, one in thirty of more than a quarter of an hour. Of those in which the WMS is restored
 * it is most, and one in five: what there is to be noticed of a restore, runs of the reconciliation have to have seen before.
 */
export function drawPace(chance: Chance, story: Story): number {
  const hurry = story === 'restored' ? 0.5 : 4;
  return Math.round(SHORTEST_TURN_MS * (LONGEST_TURN_MS / SHORTEST_TURN_MS) ** (chance.next() ** hurry));
}
