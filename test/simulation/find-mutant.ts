import { Violation } from './invariants/violation.ts';
import { MUTANTS, type MutantName } from './mutants.ts';
import { simulate } from './simulation.ts';

export type FoundMutant = { readonly seeds: number; readonly how: string };

/**
 * Plays a planted defect with seed after seed until an invariant is violated, or the product itself refuses to go on.
 *
 * @returns after how many seeds, and which invariant; undefined when it was not found
 */
export async function findMutant(
  name: MutantName,
  firstSeed: number,
  mostSeeds: number,
  events: number,
): Promise<FoundMutant | undefined> {
  const { mutations } = MUTANTS[name];
  for (let seeds = 1; seeds <= mostSeeds; seeds += 1) {
    const how = await violated(String(firstSeed + seeds - 1), events, mutations);
    if (how !== undefined) return { seeds, how };
  }
  return undefined;
}

async function violated(
  seed: string,
  events: number,
  mutations: (typeof MUTANTS)[MutantName]['mutations'],
): Promise<string | undefined> {
  try {
    return (await simulate({ seed, events, mutations })).violation?.invariant;
  } catch (error) {
    if (error instanceof Violation) return error.invariant;
    return `it fails: ${error instanceof Error ? error.message : String(error)}`;
  }
}
