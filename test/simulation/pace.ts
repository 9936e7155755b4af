import type { Chance } from './chance.ts';

const SHORTEST_TURN_MS = 4_000;
const LONGEST_TURN_MS = 1_800_000;

/**
 * Between two turns of a scanner, at most, in milliseconds: in most runs an event comes upon the other, in some a shift goes by. One
 * run in six has turns of more than a minute, one in thirty of more than a quarter of an hour.
 */
export function drawPace(chance: Chance): number {
  return Math.round(SHORTEST_TURN_MS * (LONGEST_TURN_MS / SHORTEST_TURN_MS) ** (chance.next() ** 4));
}
