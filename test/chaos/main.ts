import { accessSync, constants, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants as system, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openProgressLine } from '../../local/replay/progress-line.ts';
import { StackError } from '../../local/stack/start-error.ts';
import { stopOnSignals } from '../../local/stack/stop-on-signals.ts';
import { runCampaign } from './campaign.ts';
import { type ChaosOptions, HELP, readOptions, UsageError } from './options.ts';
import { isPassed, reportText } from './report.ts';

const ROOT = join(import.meta.dirname, '../..');
const LARGE_FILE = join(ROOT, '../shared/data/online-retail.csv.gz');
const SAMPLE_DAY = join(ROOT, 'local/replay/data/online-retail-2011-12-05.csv.gz');

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
    } else await run(options);
  } catch (error) {
    console.error(error instanceof UsageError || error instanceof StackError ? error.message : error);
  }
}

async function run(options: ChaosOptions): Promise<void> {
  const retail = retailFile(options.retail);
  if (options.report !== undefined) writeFileSync(options.report, '');
  const dataFolder = await mkdtemp(join(tmpdir(), 'stockbridge-chaos-'));
  let state = () => 'starting';
  const progress = openProgressLine(() => state(), process.stderr);
  progress.say(`Playing ${retail}; data and logs in ${dataFolder}${options.keep ? '' : ' until the end'}.`);
  let report = '';
  try {
    const result = await runCampaign({
      ...{ ...options, retail, dataFolder, signal: ended.signal, say: progress.say },
      progress: (next) => {
        state = next;
      },
    });
    const text = reportText(result);
    report = text;
    if (options.report !== undefined) writeFileSync(options.report, `${text}\n`);
    exitCode = isPassed(result) ? 0 : 1;
  } finally {
    progress.end();
    if (report !== '') console.log(report);
    if (!options.keep) await rm(dataFolder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function retailFile(named: string | undefined): string {
  if (named === undefined) return isReadable(LARGE_FILE) ? LARGE_FILE : SAMPLE_DAY;
  if (isReadable(named)) return named;
  throw new UsageError(
    `--retail is "${named}", which cannot be read; name a CSV file of the Online Retail data`,
  );
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
