import { parseArgs } from 'node:util';
import { UsageError } from '../command-line/options.ts';
import { STORIES, type Story } from './damage/story.ts';
import { FAULT_KINDS, FAULTS, type FaultKind, isFaultKind } from './faults.ts';
import { isMutantName, MUTANT_NAMES, MUTANTS, type MutantName } from './mutants.ts';
import { BOOKS_KINDS, type BooksKind } from './warehouse/books.ts';

export type SimulateSettings = {
  readonly seed: string;
  /** Runs, with this seed and the numbers after it. */
  readonly seeds: number;
  /** Scans of a run; what is played says how many when nobody else does. */
  readonly events: number | undefined;
  readonly story: Story | undefined;
  readonly faults: readonly FaultKind[];
  readonly timeline: number;
  /** Runs at a time. */
  readonly jobs: number;
  /** After a violation, too. */
  readonly keepGoing: boolean;
  /** Planted defects to look for instead. */
  readonly mutants: readonly MutantName[];
  readonly books: BooksKind;
};

export const USAGE = `Plays the product in one process on a virtual clock, under faults, and checks that nothing is lost, doubled or oversold.

  npm run simulate -- --seed 42

  --seed N        the run to play: the same seed does the same, whatever the machine (default 1)
  --seeds N       play so many seeds, from that one on (default 1)
  --events N      scans of a run (default 5000, and what each planted defect asks for)
  --story STORY   of what kind the runs are: ${STORIES.join(', ')} (default by the seed, and by the planted defect)
  --faults a,b    only these kinds of faults; "none" for none (default all)
  --books KIND    what the WMS keeps its books in: ${BOOKS_KINDS.join(' or ')}, with the same outcome (default memory)
  --jobs N        play so many runs at a time, each in a thread (default 1)
  --keep-going    play on after a violation, and list all of them in the end
  --timeline N    lines of a failure's timeline (default 60)
  --mutant NAME   plant this defect ("all": one after the other), and tell after how many seeds it is found

Faults:
${FAULT_KINDS.map((kind) => `  ${kind.padEnd(22)}${FAULTS[kind].of}: ${FAULTS[kind].text}`).join('\n')}

Planted defects:
${MUTANT_NAMES.map((name) => `  ${name.padEnd(34)}${MUTANTS[name].text}`).join('\n')}`;

/** @throws {UsageError} */
export function readArguments(args: readonly string[]): SimulateSettings | 'help' {
  const { values } = parsed(args);
  if (values.help) return 'help';
  const seeds = wholeNumber('seeds', values.seeds);
  if (seeds > 1 && !/^\d+$/.test(values.seed))
    throw new UsageError(`--seed is "${values.seed}": to play several, begin with a number`);
  return {
    seed: values.seed,
    seeds,
    events: values.events === undefined ? undefined : wholeNumber('events', values.events),
    story: values.story === undefined ? undefined : oneOf('story', STORIES, values.story),
    faults: kindsOf(values.faults),
    timeline: wholeNumber('timeline', values.timeline),
    jobs: wholeNumber('jobs', values.jobs),
    keepGoing: values['keep-going'],
    mutants: mutantsOf(values.mutant),
    books: oneOf('books', BOOKS_KINDS, values.books),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seed: { type: 'string', default: '1' },
        seeds: { type: 'string', default: '1' },
        events: { type: 'string' },
        story: { type: 'string' },
        faults: { type: 'string', default: FAULT_KINDS.join(',') },
        timeline: { type: 'string', default: '60' },
        jobs: { type: 'string', default: '1' },
        'keep-going': { type: 'boolean', default: false },
        mutant: { type: 'string' },
        books: { type: 'string', default: 'memory' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}. Try --help.`);
  }
}

function wholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new UsageError(`--${name} is "${text}": say a whole number from 1 on`);
  return Number(text);
}

function kindsOf(text: string): FaultKind[] {
  if (text === 'none') return [];
  return text.split(',').map((name) => {
    if (!isFaultKind(name))
      throw new UsageError(`--faults names "${name}", which is none; --help lists them`);
    return name;
  });
}

function oneOf<Value extends string>(name: string, values: readonly Value[], text: string): Value {
  const value = values.find((one) => one === text);
  if (value === undefined) throw new UsageError(`--${name} is "${text}": say ${values.join(' or ')}`);
  return value;
}

function mutantsOf(name: string | undefined): readonly MutantName[] {
  if (name === undefined) return [];
  if (name === 'all') return MUTANT_NAMES;
  if (!isMutantName(name)) throw new UsageError(`--mutant is "${name}", which is none; --help lists them`);
  return [name];
}
