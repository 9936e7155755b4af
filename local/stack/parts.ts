import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LOCAL_GRACE_SECONDS, wmsFileOf } from '../damage/damage-settings.ts';
import { connectionsOf, functionAppSettings } from './connections.ts';
import type { PartDefinition } from './part.ts';
import type { PartPort } from './ports.ts';
import { provisionCosmos, provisionStorage } from './provision.ts';
import { PORT_SETTINGS, type StackPorts } from './settings.ts';

export const PART_NAMES = ['service-bus', 'cosmos', 'azurite', 'functions', 'wms-adapter'] as const;
export type PartName = (typeof PART_NAMES)[number];

export type PartsOptions = {
  repository: string;
  /** Each part keeps its data in a folder of its own in here. */
  dataFolder: string;
  ports: StackPorts;
  /** Further environment variables of all parts. */
  environment: Readonly<Record<string, string>>;
};

/** The processes of the laptop stack, as they are on these ports and in this folder. */
export function stackParts(options: PartsOptions): Record<PartName, PartDefinition> {
  const { ports, dataFolder, repository, environment } = options;
  const port = (name: keyof StackPorts): PartPort => ({
    port: ports[name],
    setting: PORT_SETTINGS[name].setting,
  });
  const connections = connectionsOf(ports);
  const folder = (name: PartName) => join(dataFolder, name);
  return {
    'service-bus': {
      name: 'service-bus',
      after: [],
      ports: [port('serviceBus')],
      command: [
        'local/service-bus/main.ts',
        ...['--config', 'infra/service-bus/topology.json'],
        ...['--port', String(ports.serviceBus), '--data', folder('service-bus')],
      ],
      environment,
      ready: READY_LINE,
    },
    cosmos: {
      name: 'cosmos',
      after: [],
      ports: [port('cosmos')],
      command: ['local/cosmos/main.ts', '--port', String(ports.cosmos), '--data', folder('cosmos')],
      environment,
      ready: READY_LINE,
      setUp: () => provisionCosmos(repository, connections.cosmos),
    },
    azurite: {
      name: 'azurite',
      after: [],
      ports: [port('blob'), port('queue'), port('table')],
      command: [
        'node_modules/azurite/dist/src/azurite.js',
        ...['--silent', '--disableTelemetry', '--skipApiVersionCheck', '--location', folder('azurite')],
        ...['--blobHost', '127.0.0.1', '--blobPort', String(ports.blob)],
        ...['--queueHost', '127.0.0.1', '--queuePort', String(ports.queue)],
        ...['--tableHost', '127.0.0.1', '--tablePort', String(ports.table)],
      ],
      nodeOptions: ['--import', pathToFileURL(join(repository, 'local/stack/azurite-autosave.ts')).href],
      environment,
      ready: 'ports',
      setUp: () => provisionStorage(repository, connections.storage),
    },
    functions: {
      name: 'functions',
      after: ['service-bus', 'cosmos', 'azurite'],
      ports: [port('functions')],
      // A sweep of everything makes much garbage that is soon gone: the heap is cleared rather than grown for it.
      nodeOptions: ['--max-semi-space-size=16', '--heap-growing-percent=20'],
      command: [
        'local/functions-host/main.ts',
        '--port',
        String(ports.functions),
        '--data',
        folder('functions'),
      ],
      environment: {
        ...functionAppSettings(ports, wmsFileUnlessSet(dataFolder)),
        ...graceSetting(),
        ...environment,
      },
      ready: READY_LINE,
      stopWithin: FUNCTIONS_STOP,
    },
    'wms-adapter': {
      name: 'wms-adapter',
      after: ['service-bus'],
      ports: [port('adapter')],
      command: ['apps/wms-adapter/main.ts'],
      environment: {
        ...functionAppSettings(ports, null),
        STOCKBRIDGE_ADAPTER_PORT: String(ports.adapter),
        STOCKBRIDGE_DATA: dataFolder,
        ...environment,
      },
      ready: READY_LINE,
      stopWithin: ADAPTER_STOP,
    },
  };
}

/** The adapter's file, where the environment does not say where the WMS's database is. */
export function wmsFileUnlessSet(dataFolder: string): string | null {
  return process.env.WmsSqlConnection || process.env.WmsSqlFile ? null : wmsFileOf(dataFolder);
}

/** The grace time of the reconciliation, unless the environment says it: a run need not wait long here. */
export function graceSetting(): Record<string, string> {
  const name = 'STOCKBRIDGE_RECONCILIATION_GRACE_SECONDS';
  return process.env[name] ? {} : { [name]: String(LOCAL_GRACE_SECONDS) };
}

/** Milliseconds. The host gives functions that run ten seconds to end, the adapter its calls five. */
const FUNCTIONS_STOP = 12_000;
const ADAPTER_STOP = 7_000;

const READY_LINE = /\bis ready on\b/;
