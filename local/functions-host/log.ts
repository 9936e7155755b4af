import type { LogLevel } from './rpc.ts';

/** One line a record: `2026-11-22T06:10:00.123Z info  reconcile: message`. */
export interface HostLog {
  write(level: LogLevel, subject: string, message: string): void;
  /** True when a record of that level and subject would be written; spares the caller building the text. */
  enabled(level: LogLevel, subject: string): boolean;
}

const ORDER: readonly LogLevel[] = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'];
const LABEL: Record<LogLevel, string> = {
  trace: 'trace',
  debug: 'debug',
  information: 'info ',
  warning: 'warn ',
  error: 'error',
  critical: 'error',
  none: '',
};

/**
 * A log of plain lines on `write` (standard output unless told).
 * @param leastLevel least level written of a subject; see `logging.logLevel` of `host.json`.
 */
export function createLog(
  leastLevel: (subject: string) => LogLevel,
  write: (line: string) => void = (line) => process.stdout.write(line),
): HostLog {
  const enabled = (level: LogLevel, subject: string) =>
    level !== 'none' && ORDER.indexOf(level) >= ORDER.indexOf(leastLevel(subject));
  return {
    enabled,
    write(level, subject, message) {
      if (!enabled(level, subject)) return;
      write(`${new Date().toISOString()} ${LABEL[level]} ${subject}: ${message}\n`);
    },
  };
}

/** The message of anything thrown; `withStack` adds where it came from. */
export function describeError(error: unknown, withStack = false): string {
  if (!(error instanceof Error))
    return typeof error === 'string' ? error : (JSON.stringify(error) ?? String(error));
  if (withStack && error.stack) return error.stack;
  if (error instanceof AggregateError && error.message === '')
    return error.errors.map((e) => describeError(e)).join('; ');
  return error.message || error.name;
}
