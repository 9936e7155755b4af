import { parseArgs } from 'node:util';
import type { z } from 'zod';
import type { runRequestSchema } from '../../../shared/contracts/reconciliation.ts';
import { systemRuntime } from '../../../shared/ports/runtime.ts';
import { type Progress, progressLine } from '../../../shared/progress-line.ts';
import { SettingError } from '../../../shared/settings.ts';
import { followRun } from './follow-run.ts';
import { ReconciliationApiError, reconciliationClient } from './reconciliation-client.ts';
import { progressText, reportLines, SHOWN } from './report.ts';
import { readFunctionsApp } from './settings.ts';

const HELP = `Usage: npm run reconcile -- [options]

Asks the functions app to compare the WMS with the cloud now, to correct what differs and to say why it did; shows how far
it is, and what it found. Without options it looks at what changed on either side since the last run. Ctrl-C ends this
command, not the run. Exit code 0: the run completed; 1: it failed, or could not be asked for.

  --full             look at everything; only this finds what was deleted
  --warehouse ID     only this warehouse
  --from ITEM        only items from this one on (a full run of the range)
  --to ITEM          only items up to this one
  --accept-restore   the WMS was restored from a backup, and its older figures are to be taken (a full run)
  --json             print the run and its first 1,000 discrepancies as JSON
  --url URL          the functions app (STOCKBRIDGE_FUNCTIONS_URL, else http://127.0.0.1:7071)
  --help             this text

Settings (environment):
  STOCKBRIDGE_FUNCTIONS_URL   the functions app
  STOCKBRIDGE_FUNCTIONS_KEY   its function key, if it asks for one
`;

const JSON_TOP = 1_000;

class UsageError extends Error {}

await main();

async function main(): Promise<void> {
  const progress = progressLine(process.stderr);
  try {
    const options = parseOptions();
    if (options.help) process.stdout.write(HELP);
    else if (!(await reconcile(options, progress))) process.exitCode = 1;
  } catch (error) {
    progress.end();
    console.error(`Reconcile: ${explain(error)}`);
    process.exitCode = 1;
  }
}

type Options = ReturnType<typeof parseOptions>;

function parseOptions() {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      options: {
        ...{ full: flag, warehouse: text, from: text, to: text, 'accept-restore': flag },
        ...{ json: flag, url: text, help: { ...flag, short: 'h' } },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}; see --help`);
  }
}

/** Resolves to whether the run completed. */
async function reconcile(options: Options, progress: Progress): Promise<boolean> {
  const client = reconciliationClient(readFunctionsApp(process.env, options.url));
  const runId = await client.request(requestOf(options));
  const run = await followRun(runId, client, {
    runtime: systemRuntime,
    show: (latest) => progress.show(progressText(latest)),
  });
  const found = await client.discrepancies(runId, options.json ? JSON_TOP : SHOWN);
  progress.end();
  const { discrepancies, continuationToken } = found;
  const more = continuationToken !== undefined;
  if (options.json) console.log(JSON.stringify({ run, discrepancies, more }, undefined, 2));
  else for (const line of reportLines(run, { discrepancies, more })) console.log(line);
  return run.status === 'completed';
}

function requestOf(options: Options): z.input<typeof runRequestSchema> {
  return {
    ...(options.full && { mode: 'full' }),
    ...(options.warehouse !== undefined && { warehouseId: options.warehouse }),
    ...(options.from !== undefined && { itemIdFrom: options.from }),
    ...(options.to !== undefined && { itemIdTo: options.to }),
    ...(options['accept-restore'] && { acceptRestore: true }),
  };
}

/** One line for what can be put right; all of it for a fault of ours. */
function explain(error: unknown): string {
  const expected = [SettingError, UsageError, ReconciliationApiError];
  if (expected.some((type) => error instanceof type) && error instanceof Error) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
