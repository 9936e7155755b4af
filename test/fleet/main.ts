import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants as system, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openProgressLine } from '../../local/replay/progress-line.ts';
import { stopOnSignals } from '../../local/stack/stop-on-signals.ts';
import { runFleet } from './fleet.ts';
import { type FleetOptions, HELP, readOptions, UsageError } from './options.ts';
import { isPassed, reportText } from './report.ts';

const ended = new AbortController();
let exitCode = 1;
stopOnSignals((signal) => {
  exitCode = 128 + system.signals[signal];
  ended.abort(new UsageError('Stopped.'));
});
await main();
process.exit(exitCode);

async function main(): Promise<void> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options === undefined) {
      console.log(HELP);
      exitCode = 0;
    } else await play(options);
  } catch (error) {
    console.error(error instanceof UsageError ? error.message : error);
  }
}

async function play(options: FleetOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'stockbridge-fleet-'));
  let state = () => 'starting';
  const progress = openProgressLine(() => state(), process.stderr);
  progress.say(`Devices and adapter are in ${folder}${options.keep ? '' : ' until the end'}.`);
  let report = '';
  try {
    const result = await runFleet({
      ...{ ...options, folder, signal: ended.signal, say: progress.say },
      progress: (next) => {
        state = next;
      },
    });
    report = reportText(result, commit());
    exitCode = isPassed(result) ? 0 : 1;
  } finally {
    progress.end();
    if (report !== '') console.log(report);
    if (!options.keep) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
