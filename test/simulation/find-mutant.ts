import type { Story } from './damage/story.ts';
import { Violation } from './invariants/violation.ts';
import type { Mutant } from './mutants/mutant.ts';
import { MUTANTS, type MutantName } from './mutants.ts';
import { type SimulationOptions, simulate } from './simulation.ts';

export type FoundMutant = { readonly seeds: number; readonly how: string };

/** Where to look for a planted defect; it says itself where it can show. */
export type Hunt = {
  readonly firstSeed: number;
  readonly mostSeeds: number;
  readonly events?: number | undefined;
  readonly story?: Story | undefined;
};

/** Scans of a run, when neither the defect nor anybody else says how many. */
const SCANS = 400;

/**
 * Plays a planted defect with seed after seed until an invariant is violated, or the product itself refuses to go on, in a run
 * in which everything holds without the defect.
 *
 * @returns after how many seeds, and which invariant; undefined when it was not found
 */
export async function findMutant(
  name: MutantName,
  { firstSeed, mostSeeds, ...rest }: Hunt,
): Promise<FoundMutant | undefined> {
  const mutant: Mutant = MUTANTS[name];
  const { mutations } = mutant;
  for (let seeds = 1; seeds <= mostSeeds; seeds += 1) {
    const options = {
      seed: String(firstSeed + seeds - 1),
      events: rest.events ?? mutant.scans ?? SCANS,
      story: rest.story ?? mutant.story ?? 'sound',
    };
    const how = await violated({ ...options, mutations });
    // What fails without the defect, too, does not find it.
    if (how !== undefined && (await holds(options))) return { seeds, how };
  }
  return undefined;
}

/** Runs that were played without a defect, and whether everything held: the same for all defects. */
const played = new Map<string, Promise<boolean>>();

function holds(options: SimulationOptions): Promise<boolean> {
  const name = JSON.stringify(options);
  const known = played.get(name) ?? violated(options).then((how) => how === undefined);
  played.set(name, known);
  return known;
}

async function violated(options: SimulationOptions): Promise<string | undefined> {
  try {
    return (await simulate(options)).violation?.invariant;
  } catch (error) {
    if (error instanceof Violation) return error.invariant;
    return `it fails: ${error instanceof Error ? error.message : String(error)}`;
  }
}
