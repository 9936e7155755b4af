import type { z } from 'zod';
import type { runRequestSchema } from '../../../shared/contracts/reconciliation.ts';
import { systemRuntime } from '../../../shared/ports/runtime.ts';
import { readFunctionsApp } from '../addresses.ts';
import { COMMON, COMMON_HELP, type Command, FLAG, readArguments, TEXT } from '../command.ts';
import { operationsApi } from '../operations-api.ts';
import { followRun } from './follow-run.ts';
import { progressText, reportLines, SHOWN } from './report.ts';

const HELP = `Usage: npx stockbridge reconcile [options]

Asks the functions app to compare the WMS with the cloud now, to correct what differs and to say why it did; shows how far
it is, and what it found. Without options it looks at what changed on either side since the last run. Ctrl-C ends this
command, not the run. Exit code 0: the run completed; 1: it failed, or could not be asked for.

  --full             look at everything; only this finds what was deleted
  --warehouse ID     only this warehouse
  --from ITEM        only items from this one on (a full run of the range)
  --to ITEM          only items up to this one
  --accept-restore   the WMS was restored from a backup, and its older figures are to be taken (a full run)
${COMMON_HELP}`;

const JSON_TOP = 1_000;

/** So long the app may be away while a run is followed: the run goes on when it is back. Milliseconds. */
const PATIENCE_MS = 120_000;

/** Asks for a run and follows it to its end. JSON: the run and its first 1,000 discrepancies. */
export const reconcile: Command = {
  help: HELP,
  options: {
    '/mode': '--full',
    '/warehouseId': '--warehouse',
    '/itemIdFrom': '--from',
    '/itemIdTo': '--to',
    '/acceptRestore': '--accept-restore',
  },
  async run(args, { environment, progress, tell }) {
    const options = readOptions(args);
    const app = readFunctionsApp(environment, options.url);
    const api = operationsApi({ ...app, patienceMs: 0 });
    const { runId } = await api.requestRun(requestOf(options));
    const run = await followRun(runId, operationsApi({ ...app, patienceMs: PATIENCE_MS }), {
      runtime: systemRuntime,
      show: (latest) => progress.show(progressText(latest)),
    });
    const found = await api.discrepancies(runId, options.json ? JSON_TOP : SHOWN);
    progress.end();
    const { discrepancies, continuationToken } = found;
    const more = continuationToken !== undefined;
    tell(options.json, { run, discrepancies, more }, reportLines(run, { discrepancies, more }));
    return run.status === 'completed';
  },
};

function readOptions(args: readonly string[]) {
  return readArguments(args, {
    ...{ full: FLAG, warehouse: TEXT, from: TEXT, to: TEXT, 'accept-restore': FLAG },
    ...COMMON,
  }).values;
}

function requestOf(options: ReturnType<typeof readOptions>): z.input<typeof runRequestSchema> {
  return {
    ...(options.full && { mode: 'full' }),
    ...(options.warehouse !== undefined && { warehouseId: options.warehouse }),
    ...(options.from !== undefined && { itemIdFrom: options.from }),
    ...(options.to !== undefined && { itemIdTo: options.to }),
    ...(options['accept-restore'] && { acceptRestore: true }),
  };
}
