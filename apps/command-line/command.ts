import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { Progress } from '../../shared/progress-line.ts';
import type { Environment } from '../../shared/settings.ts';

/** What `npx stockbridge NAME` does. */
export type Command = {
  /** What `--help` prints. */
  readonly help: string;
  /** Resolves to whether the exit code is 0. Results go to `tell`, on standard output; progress to standard error. */
  run(args: readonly string[], surroundings: Surroundings): Promise<boolean>;
  /** Fields of a body by the option that sets them, so that a refusal names what was typed: `/warehouseId` → `--warehouse`. */
  readonly options?: Readonly<Record<string, string>>;
};

export type Surroundings = {
  readonly environment: Environment;
  readonly progress: Progress;
  /** Says what came of it, once: as JSON, or line by line. */
  readonly tell: (isJson: boolean, found: object, lines: readonly string[]) => void;
};

/** The command line is wrong; the message says how, in one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const FLAG = { type: 'boolean', default: false } as const;
export const TEXT = { type: 'string' } as const;

/** Options of every command that asks the functions app. */
export const COMMON = { json: FLAG, url: TEXT } as const;

/** Help of them. */
export const COMMON_HELP = `  --json             print JSON
  --url URL          the functions app (STOCKBRIDGE_FUNCTIONS_URL, else http://127.0.0.1:7071)
  --help             this text

Settings (environment):
  STOCKBRIDGE_FUNCTIONS_URL   the functions app
  STOCKBRIDGE_KEY             its function key, if it asks for one (STOCKBRIDGE_FUNCTIONS_KEY is taken, too)
`;

/** Options and what stands beside them. @throws {UsageError} naming what is wrong */
export function readArguments<const Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
  { allowPositionals = false }: { readonly allowPositionals?: boolean } = {},
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}; see --help`);
  }
}

/** The one name that a command is about. @throws {UsageError} */
export function onlyName(names: readonly string[], what: string): string {
  const [name, ...others] = names;
  if (name !== undefined && name !== '' && others.length === 0) return name;
  throw new UsageError(`Name one ${what}${names.length > 1 ? `, not ${names.length}` : ''}; see --help`);
}

/** From 1 to `most`. @throws {UsageError} naming the option and the value */
export function wholeNumber(option: string, text: string, most: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 1 && value <= most) return value;
  throw new UsageError(`--${option} is "${text}"; it must be a whole number from 1 to ${most}`);
}
