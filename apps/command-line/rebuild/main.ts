import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openContainers } from '../../../shared/cosmos/connection.ts';
import { cosmosStockStore } from '../../../shared/cosmos/stock-store.ts';
import { cosmosStockSweep } from '../../../shared/cosmos/stock-sweep.ts';
import { completeJournal } from '../../../shared/journal/complete-journal.ts';
import { rebuild } from '../../../shared/journal/rebuild.ts';
import { systemRuntime } from '../../../shared/ports/runtime.ts';
import { StoreUnavailable } from '../../../shared/ports/stock-store.ts';
import { type Progress, progressLine } from '../../../shared/progress-line.ts';
import { peekBacklog } from '../../../shared/service-bus/backlog.ts';
import { openServiceBus } from '../../../shared/service-bus/connection.ts';
import { type Environment, readWarehouses, SettingError } from '../../../shared/settings.ts';
import { openStorage } from '../../../shared/storage/connection.ts';
import { JournalRowError } from '../../../shared/storage/journal-row.ts';
import { tableJournalStore } from '../../../shared/storage/journal-store.ts';
import { agrees, backlogLines, completionLines, rebuildLines } from './report.ts';
import { readAdapter, readEnvironment } from './settings.ts';
import { httpWmsLedger, LedgerError } from './wms-ledger.ts';

const HELP = `Usage: npm run rebuild -- [--repair | --journal]

Recomputes every position from the journal (Table storage), compares it with the live one (Cosmos DB) and says
where they differ. Meant for a drained point: what is still on the bus shows as a difference.
Exit code 0: all equal, or made so; 1: different, or it could not run.

  --repair    write what the journal says over Cosmos documents that differ; promises and safety stock stay as they
              are, no version is lowered, and no correction of the reconciliation is undone
  --journal   compare the journal with the WMS ledger instead, and write what the journal lacks
  --help      this text

Settings (environment; without StorageConnection and CosmosConnection those of local.settings.json, else of
local.settings.example.json, are taken):
  StorageConnection, CosmosConnection, ServiceBusConnection   as the Functions app has them
  STOCKBRIDGE_WAREHOUSES     warehouses whose journal is read (WH-001,…,WH-008)
  WmsAdapterUrl              the WMS adapter, for --journal (http://127.0.0.1:7080)
  STOCKBRIDGE_ADAPTER_KEY    its key, if it asks for one
`;

class UsageError extends Error {}

await main();

async function main(): Promise<void> {
  const progress = progressLine(process.stderr);
  try {
    const options = parseOptions();
    if (options.help) {
      process.stdout.write(HELP);
      return;
    }
    const { settings, source } = await readEnvironment(process.env, join(import.meta.dirname, '../../..'));
    if (source !== 'environment') console.error(`Settings of ${source}, as the environment names none.`);
    const agreed = options.journal
      ? await runCompletion(settings, progress)
      : await runRebuild(settings, options.repair, progress);
    if (!agreed) process.exitCode = 1;
  } catch (error) {
    progress.end();
    console.error(`Rebuild: ${explain(error)}`);
    process.exitCode = 1;
  }
}

function parseOptions(): { repair: boolean; journal: boolean; help: boolean } {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({ options: { repair: flag, journal: flag, help: { ...flag, short: 'h' } } });
    if (values.repair && values.journal)
      throw new UsageError('--repair and --journal are two runs: give one');
    return values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}; see --help`);
  }
}

async function runRebuild(settings: Environment, repair: boolean, progress: Progress): Promise<boolean> {
  const warehouses = readWarehouses(settings);
  const { stock: container } = await openContainers(settings);
  const storage = await openStorage(settings);
  print(await lookAtBacklog(settings));
  const report = await rebuild(
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
  print(rebuildLines(report));
  return agrees(report);
}

async function runCompletion(settings: Environment, progress: Progress): Promise<boolean> {
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
  print(completionLines(report));
  return report.different === 0;
}

/** A bus that does not answer is no reason not to compare. */
async function lookAtBacklog(settings: Environment): Promise<string[]> {
  try {
    const client = await openServiceBus(settings, { retryOptions: { maxRetries: 0, timeoutInMs: 5_000 } });
    try {
      return backlogLines(await peekBacklog(client));
    } finally {
      await client.close();
    }
  } catch (error) {
    const why = error instanceof SettingError ? error.message : 'Service Bus does not answer';
    return [`Whether this is a drained point is not known: ${why}.`];
  }
}

function print(lines: readonly string[]): void {
  for (const line of lines) console.log(line);
}

/** One line for what can be put right; all of it for a fault of ours. */
function explain(error: unknown): string {
  if (error instanceof StoreUnavailable) {
    return `${error.message.replaceAll('\n', ' ')}: start the stack (npm start), or correct the connection settings.`;
  }
  const expected = [SettingError, UsageError, LedgerError, JournalRowError];
  if (expected.some((type) => error instanceof type) && error instanceof Error) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
