import { type ParseArgsConfig, parseArgs } from 'node:util';

/** The command line is wrong; the message says how, in one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The values of a command line. @throws {UsageError} naming what is wrong */
export function parseOptions<const Config extends ParseArgsConfig>(
  config: Config,
): ReturnType<typeof parseArgs<Config>>['values'] {
  try {
    return parseArgs(config).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)} (see --help)`);
  }
}

/** From 1 to `limit`. @throws {UsageError} naming the option and the value */
export function wholeNumber(name: string, text: string, limit: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 1 && value <= limit) return value;
  throw new UsageError(`--${name} is "${text}"; it must be a whole number from 1 to ${limit}`);
}

/** Those of `known` that a comma-separated text names, in their own order. @throws {UsageError} naming what is none of them */
export function namesAmong<Name extends string>(
  option: string,
  text: string,
  known: readonly Name[],
): Name[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !known.some((one) => one === name));
  if (unknown !== undefined)
    throw new UsageError(`--${option} names "${unknown}"; there are ${known.join(', ')}`);
  return known.filter((name) => names.includes(name));
}
