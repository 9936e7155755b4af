import { parseArgs } from 'node:util';
import { settingsText } from '../../shared/settings/table.ts';
import { wmsAdapterSettings } from '../../shared/settings/wms-adapter.ts';
import { SettingError } from '../../shared/settings.ts';
import { startAdapter } from './adapter.ts';
import { printDeviceCard } from './device-card/device-card.ts';
import { MigrationError } from './mssql/migrations.ts';
import { migrateDatabase } from './open-database.ts';
import { SchemaVersionError } from './sqlite/schema.ts';

const HELP = `Usage: node apps/wms-adapter/main.ts [--migrate]
       node apps/wms-adapter/main.ts device-card --id SCANNER-08 [--warehouse WH-001]…

Takes warehouse transactions over HTTP, books them and publishes an event of each on Service Bus. Decides there
what the cloud asks to be reserved, and lists what its investigations ask to be counted.

Settings (environment):
${settingsText(wmsAdapterSettings)}

Commands:
  device-card                 registers a device with the running adapter, or gives it a new key, and prints its card;
                              device-card --help has more

Options:
  --migrate                   creates the tables on SQL Server, or brings them to this version, and ends
`;

await main();

async function main(): Promise<void> {
  const [command, ...args] = process.argv.slice(2);
  if (command === 'device-card') return deviceCard(args);
  try {
    const { help, migrate } = parseOptions();
    if (help) {
      process.stdout.write(HELP);
      return;
    }
    if (migrate) {
      await migrateDatabase(process.env);
      console.log('The tables of the WMS database are those of this version');
      return;
    }
    const adapter = await startAdapter(process.env, (line) => console.error(line));
    console.log(`WMS adapter is ready on ${adapter.url}`);
    stopOnSignal(adapter.stop);
  } catch (error) {
    console.error(`WMS adapter cannot start: ${startMessage(error)}`);
    process.exitCode = 1;
  }
}

async function deviceCard(args: readonly string[]): Promise<void> {
  try {
    await printDeviceCard(args, process.env, (line) => console.log(line));
  } catch (error) {
    console.error(`No device card: ${startMessage(error)}`);
    process.exitCode = 1;
  }
}

function parseOptions(): { help?: boolean; migrate?: boolean } {
  try {
    const options = { help: { type: 'boolean', short: 'h' }, migrate: { type: 'boolean' } } as const;
    return parseArgs({ options }).values;
  } catch (error) {
    throw new SettingError(`${error instanceof Error ? error.message : String(error)}; see --help`);
  }
}

function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, async () => {
      // A second signal does not wait any longer.
      if (stopping) {
        process.exit(1);
      }
      stopping = true;
      await stop();
      process.exit(0);
    });
  }
}

/** One line for what the operator can put right, and for a failing system call; all of it for a fault of ours. */
function startMessage(error: unknown): string {
  const expected = [SettingError, SchemaVersionError, MigrationError];
  if (!(error instanceof Error)) {
    return String(error);
  }
  const plain = expected.some((type) => error instanceof type) || 'code' in error;
  return plain ? error.message.replaceAll('\n', ' ') : (error.stack ?? error.message);
}
