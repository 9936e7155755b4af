import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openProgressLine } from '../../local/replay/progress-line.ts';
import { StackError } from '../../local/stack/start-error.ts';
import { stopOnSignals } from '../../local/stack/stop-on-signals.ts';
import { UsageError } from './options.ts';

export type LongRunOptions = {
  /** The folder stays; it does in any case when the run does not pass. */
  readonly keep: boolean;
  /** Where the report goes, too. */
  readonly report?: string | undefined;
};

/** A command that works for minutes in a folder of its own, tells how far it is, and ends with a report. */
export type LongRun<Options> = {
  readonly help: string;
  /** Undefined when the command line asks for help. @throws {UsageError} */
  readonly readOptions: (args: readonly string[]) => Options | undefined;
  /** Of its folder below the system's temporary one. */
  readonly folderPrefix: string;
  readonly run: (options: Options, stage: Stage) => Promise<Outcome>;
};

/** What a long run works with. */
export type Stage = {
  readonly folder: string;
  /** Ended by a signal. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** From now on the line at the bottom of the terminal is what this answers. */
  readonly progress: (line: () => string) => void;
};

export type Outcome = { readonly report: string; readonly isPassed: boolean };

/** Runs it by the process's arguments, and ends the process: 0 when it passed, 1 when not, 128 + its number after a signal. */
export async function playLongRun<Options extends LongRunOptions>({
  help,
  readOptions,
  folderPrefix,
  run,
}: LongRun<Options>): Promise<never> {
  const ended = new AbortController();
  let exitCode = 1;
  stopOnSignals((signal) => {
    exitCode = 128 + constants.signals[signal];
    ended.abort(new UsageError('Stopped.'));
  });
  try {
    const options = readOptions(process.argv.slice(2));
    if (options === undefined) {
      console.log(help);
      exitCode = 0;
    } else if (await inFolder(options)) exitCode = 0;
  } catch (error) {
    console.error(error instanceof UsageError || error instanceof StackError ? error.message : error);
  }
  process.exit(exitCode);

  async function inFolder(options: Options): Promise<boolean> {
    // That it cannot be written is told now, and not at the end.
    if (options.report !== undefined) writeFileSync(options.report, '');
    const folder = await mkdtemp(join(tmpdir(), folderPrefix));
    let state = () => 'starting';
    const line = openProgressLine(() => state(), process.stderr);
    let report = '';
    let isWanted = options.keep;
    try {
      const outcome = await run(options, {
        ...{ folder, signal: ended.signal, say: line.say },
        progress: (next) => {
          state = next;
        },
      });
      report = outcome.report;
      isWanted ||= !outcome.isPassed;
      if (options.report !== undefined) writeFileSync(options.report, `${report}\n`);
      return outcome.isPassed;
    } finally {
      line.end();
      if (report !== '') console.log(report);
      if (!isWanted) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  }
}
