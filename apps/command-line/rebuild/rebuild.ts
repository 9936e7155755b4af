import { createHash } from 'node:crypto';
import { openContainers } from '../../../shared/cosmos/connection.ts';
import { cosmosStockStore } from '../../../shared/cosmos/stock-store.ts';
import { cosmosStockSweep } from '../../../shared/cosmos/stock-sweep.ts';
import { completeJournal } from '../../../shared/journal/complete-journal.ts';
import { rebuild as rebuildPositions } from '../../../shared/journal/rebuild.ts';
import { systemRuntime } from '../../../shared/ports/runtime.ts';
import type { Progress } from '../../../shared/progress-line.ts';
import { readWarehouses } from '../../../shared/settings/warehouses.ts';
import type { Environment } from '../../../shared/settings.ts';
import { openStorage } from '../../../shared/storage/connection.ts';
import { tableJournalStore } from '../../../shared/storage/journal-store.ts';
import { readAdapter } from '../addresses.ts';
import { type Command, FLAG, readArguments, UsageError } from '../command.ts';
import { lookAtBacklog } from '../look-at-backlog.ts';
import { readEnvironment } from '../settings.ts';
import { agrees, backlogLines, completionLines, rebuildLines } from './report.ts';
import { httpWmsLedger } from './wms-ledger.ts';

const HELP = `Usage: npx stockbridge rebuild [--repair | --journal] [--json]

Recomputes every position from the journal (Table storage), compares it with the live one (Cosmos DB) and says
where they differ. Meant for a drained point: what is still on the bus shows as a difference.
Exit code 0: all equal, or made so; 1: different, or it could not run.

  --repair    write what the journal says over Cosmos documents that differ; promises and safety stock stay as they
              are, no version is lowered, and no correction of the reconciliation is undone
  --journal   compare the journal with the WMS ledger instead, and write what the journal lacks
  --json      print JSON
  --help      this text

Settings (environment; without StorageConnection and CosmosConnection those of local.settings.json, else of
local.settings.example.json, are taken):
  StorageConnection, CosmosConnection, ServiceBusConnection   as the Functions app has them
  STOCKBRIDGE_WAREHOUSES     warehouses whose journal is read (WH-001,…,WH-008)
  WmsAdapterUrl              the WMS adapter, for --journal (http://127.0.0.1:7080)
  STOCKBRIDGE_ADAPTER_KEY    its key, if it asks for one
`;

/** Compares the live positions with the journal, or the journal with the WMS ledger. JSON: the report. */
export const rebuild: Command = {
  help: HELP,
  async run(args, { environment, progress, tell }) {
    const { repair, journal, json } = readArguments(args, {
      ...{ repair: FLAG, journal: FLAG, json: FLAG },
    }).values;
    if (repair && journal) throw new UsageError('--repair and --journal are two runs: give one; see --help');
    const { settings, source } = await readEnvironment(environment);
    if (source !== 'environment') console.error(`Settings of ${source}, as the environment names none.`);
    const { agreed, lines, report } = journal
      ? await runCompletion(settings, progress)
      : await runRebuild(settings, repair, progress);
    tell(json, report, lines);
    return agreed;
  },
};

/** What a run came to: whether all is well, for a person, and for a program. */
type Outcome = { readonly agreed: boolean; readonly lines: readonly string[]; readonly report: object };

async function runRebuild(settings: Environment, repair: boolean, progress: Progress): Promise<Outcome> {
  const warehouses = readWarehouses(settings);
  const { stock: container } = await openContainers(settings);
  const storage = await openStorage(settings);
  const backlog = await lookAtBacklog(settings);
  const report = await rebuildPositions(
    {
      journal: tableJournalStore(storage.table('journal')),
      stock: cosmosStockStore(container),
      sweep: cosmosStockSweep(container),
      runtime: systemRuntime,
    },
    {
      warehouses,
      repair,
      onProgress: ({ events, positions, different }) =>
        progress.show(`${events} events read, ${positions} positions compared, ${different} different`),
    },
  );
  progress.end();
  const lines = [...backlogLines(backlog), ...rebuildLines(report)];
  return { agreed: agrees(report), lines, report: { backlog, ...report } };
}

async function runCompletion(settings: Environment, progress: Progress): Promise<Outcome> {
  const warehouses = readWarehouses(settings);
  const storage = await openStorage(settings);
  const ledger = httpWmsLedger(readAdapter(settings));
  // Reading the journal may take minutes; that the adapter is not there is better said at once.
  await ledger.probe();
  const report = await completeJournal(
    { journal: tableJournalStore(storage.table('journal')), ledger },
    {
      warehouses,
      digest: (text) => createHash('sha1').update(text).digest('base64').slice(0, 16),
      onProgress: ({ journalled, published, written }) =>
        progress.show(`${journalled} journalled, ${published} of the ledger compared, ${written} written`),
    },
  );
  progress.end();
  return { agreed: report.different === 0, lines: completionLines(report), report };
}
