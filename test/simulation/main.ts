import { UsageError } from '../command-line/options.ts';
import { findMutant } from './find-mutant.ts';
import { play } from './play/play.ts';
import { readArguments, type SimulateSettings, USAGE } from './settings.ts';

/** A planted defect is looked for in so many seeds at least. */
const DEFECT_SEEDS = 200;

process.exitCode = await main(process.argv.slice(2));

/** 0: everything held. 1: something did not, or the call was wrong. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const settings = readArguments(args);
    if (settings === 'help') {
      console.log(USAGE);
      return 0;
    }
    return settings.mutants.length > 0 ? await hunt(settings) : await play(settings);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return 1;
  }
}

/** 0 when every planted defect was found. */
async function hunt({ mutants, seed, seeds, events, story }: SimulateSettings): Promise<number> {
  const mostSeeds = Math.max(seeds, DEFECT_SEEDS);
  let missed = 0;
  for (const name of mutants) {
    const found = await findMutant(name, { firstSeed: Number(seed), mostSeeds, events, story });
    if (!found) missed += 1;
    console.log(
      `${name.padEnd(34)}${found ? `${found.seeds} ${found.seeds === 1 ? 'seed' : 'seeds'}: ${found.how}` : `not found in ${mostSeeds} seeds`}`,
    );
  }
  return missed === 0 ? 0 : 1;
}
