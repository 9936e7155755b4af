import { parseArgs } from 'node:util';
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
  ServiceBusConnection        connection string of the Service Bus namespace, or
  ServiceBusConnection__fullyQualifiedNamespace   its host, to use the process's identity
  STOCKBRIDGE_ADAPTER_PORT    port (7080; 0 takes a free one)
  STOCKBRIDGE_ADAPTER_HOST    address to listen on (127.0.0.1)
  STOCKBRIDGE_DATA            data folder (.stockbridge); the adapter's is wms-adapter inside it
  WmsSqlConnection            keeps the data on SQL Server instead (docs/sql-server.md):
                              Server=HOST,PORT;Database=…;User Id=…;Password=…
  STOCKBRIDGE_WAREHOUSES      warehouses that exist from the start (WH-001,…,WH-008), each with a subscription of
                              its name on the topics allocation-requests and investigations
  STOCKBRIDGE_ENV             development: on loopback, take calls without a key and without TLS
  STOCKBRIDGE_ADAPTER_KEY     the administrator's key (ASCII, 16 characters or more), sent as "Authorization: Bearer …"
                              or "x-api-key: …"; devices are registered with it and have keys of their own
  STOCKBRIDGE_TLS_CERT, STOCKBRIDGE_TLS_KEY       PEM files of the certificate and its key
  APPLICATIONINSIGHTS_CONNECTION_STRING, OTEL_EXPORTER_OTLP_ENDPOINT, STOCKBRIDGE_TELEMETRY_DIR
                              where traces, metrics and logs go (docs/telemetry.md); nowhere unless set

Commands:
  device-card                 registers a device with the running adapter, or gives it a new key, and prints its card;
                              device-card --help has more

Options:
  --migrate                   creates the tables on SQL Server, or brings them to this version, and ends

An existing WMS that keeps its own tables (docs/existing-wms.md): the adapter only reads its outbox and publishes it.
  STOCKBRIDGE_WMS_OUTBOX      file that describes the table or view and its columns
  WmsSqlConnection            the WMS's database: Server=HOST,PORT;Database=…;User Id=…;Password=… or sqlite:/path/file.db
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
