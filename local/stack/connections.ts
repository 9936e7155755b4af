import { LAPTOP_WAREHOUSES } from '../service-bus/topology.ts';
import { PORT_SETTINGS, type StackPorts } from './settings.ts';

/** The key of the public Cosmos emulator, the same on every machine. */
const COSMOS_KEY = 'C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==';

/** Account and key of Azurite, the same on every machine. */
const STORAGE_ACCOUNT = 'devstoreaccount1';
const STORAGE_KEY =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** The ports of a stack that no setting moves. */
export const DEFAULT_PORTS: StackPorts = {
  serviceBus: PORT_SETTINGS.serviceBus.port,
  cosmos: PORT_SETTINGS.cosmos.port,
  blob: PORT_SETTINGS.blob.port,
  queue: PORT_SETTINGS.queue.port,
  table: PORT_SETTINGS.table.port,
  functions: PORT_SETTINGS.functions.port,
  adapter: PORT_SETTINGS.adapter.port,
};

export type Connections = { serviceBus: string; cosmos: string; storage: string };

/** Connection strings of the parts on these ports, as the official SDKs take them. */
export function connectionsOf(ports: StackPorts): Connections {
  return {
    serviceBus: `Endpoint=sb://127.0.0.1:${ports.serviceBus};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;`,
    cosmos: `AccountEndpoint=http://127.0.0.1:${ports.cosmos}/;AccountKey=${COSMOS_KEY};`,
    storage: storageConnection(ports),
  };
}

/** Where the adapter keeps its SQLite file under the repository, unless a setting moves it. */
const USUAL_WMS_FILE = '.stockbridge/wms-adapter/wms.db';

/**
 * Settings of the Functions app on these ports; on the default ones exactly those of `local.settings.example.json`.
 *
 * @param wmsFile the adapter's SQLite file; null where something else says where the WMS's database is
 */
export function functionAppSettings(
  ports: StackPorts,
  wmsFile: string | null = USUAL_WMS_FILE,
): Record<string, string> {
  const { serviceBus, cosmos, storage } = connectionsOf(ports);
  return {
    FUNCTIONS_WORKER_RUNTIME: 'node',
    AzureWebJobsStorage: storage,
    StorageConnection: storage,
    ServiceBusConnection: serviceBus,
    CosmosConnection: cosmos,
    ...(wmsFile !== null && { WmsSqlFile: wmsFile }),
    STOCKBRIDGE_ENV: 'development',
    STOCKBRIDGE_WAREHOUSES: LAPTOP_WAREHOUSES.join(','),
  };
}

function storageConnection({ blob, queue, table }: StackPorts): string {
  const usual = blob === DEFAULT_PORTS.blob && queue === DEFAULT_PORTS.queue && table === DEFAULT_PORTS.table;
  if (usual) return 'UseDevelopmentStorage=true';
  const endpoint = (port: number) => `http://127.0.0.1:${port}/${STORAGE_ACCOUNT}`;
  return (
    `DefaultEndpointsProtocol=http;AccountName=${STORAGE_ACCOUNT};AccountKey=${STORAGE_KEY};` +
    `BlobEndpoint=${endpoint(blob)};QueueEndpoint=${endpoint(queue)};TableEndpoint=${endpoint(table)};`
  );
}
