import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectionsOf, DEFAULT_PORTS } from '../../local/stack/connections.ts';
import { provisionCosmos, provisionStorage } from '../../local/stack/provision.ts';

const root = join(import.meta.dirname, '../..');

/** A process of the laptop stack, on free ports and a folder of its own. */
export type LocalPart = {
  readonly connectionString: string;
  /** Ends the process at once, as `kill -9` does; the folder stays until `stop`. */
  kill(): Promise<void>;
  /** Ends the process and removes its folder. */
  stop(): Promise<void>;
};

/** Cosmos DB with the containers of `infra/cosmos/containers.json`. */
export async function startLocalCosmos(): Promise<LocalPart> {
  const part = await startPart(
    (folder) => ['local/cosmos/main.ts', '--port', '0', '--data', folder],
    [/ready on http:\/\/127\.0\.0\.1:(\d+)/],
  );
  const connectionString = connectionsOf({ ...DEFAULT_PORTS, cosmos: part.ports[0] ?? 0 }).cosmos;
  return provisioned({ ...part, connectionString }, () => provisionCosmos(root, connectionString));
}

/** Service Bus with the entities of `infra/service-bus/topology.json`. */
export async function startLocalServiceBus(): Promise<LocalPart> {
  const part = await startPart(
    (folder) => [
      'local/service-bus/main.ts',
      ...['--config', 'infra/service-bus/topology.json', '--port', '0', '--data', folder],
    ],
    [/ready on amqp:\/\/127\.0\.0\.1:(\d+)/],
  );
  return {
    ...part,
    connectionString: connectionsOf({ ...DEFAULT_PORTS, serviceBus: part.ports[0] ?? 0 }).serviceBus,
  };
}

/** Azurite with the tables and blob containers of `infra/storage/storage.json`. */
export async function startAzurite(): Promise<LocalPart> {
  const part = await startPart(
    (folder) => [
      'node_modules/azurite/dist/src/azurite.js',
      ...['--disableTelemetry', '--skipApiVersionCheck', '--location', folder],
      ...['--blobPort', '0', '--queuePort', '0', '--tablePort', '0'],
    ],
    [
      /Blob service .*listening at http:\/\/127\.0\.0\.1:(\d+)/,
      /Table service .*listening at http:\/\/127\.0\.0\.1:(\d+)/,
    ],
  );
  const [blob = 0, table = 0] = part.ports;
  const connectionString = connectionsOf({ ...DEFAULT_PORTS, blob, table }).storage;
  return provisioned({ ...part, connectionString }, () => provisionStorage(root, connectionString));
}

/** The WMS adapter, in development on loopback; its `connectionString` is its address. */
export async function startWmsAdapter(settings: Readonly<Record<string, string>>): Promise<LocalPart> {
  const part = await startPart(
    () => ['apps/wms-adapter/main.ts'],
    [/ready on http:\/\/127\.0\.0\.1:(\d+)/],
    (folder) => ({
      ...settings,
      STOCKBRIDGE_ENV: 'development',
      STOCKBRIDGE_ADAPTER_PORT: '0',
      STOCKBRIDGE_DATA: folder,
    }),
  );
  return { ...part, connectionString: `http://127.0.0.1:${part.ports[0]}` };
}

/** A part that cannot be made ready does not stay behind. */
async function provisioned(part: LocalPart, provision: () => Promise<void>): Promise<LocalPart> {
  try {
    await provision();
    return part;
  } catch (error) {
    await part.stop();
    throw error;
  }
}

type StartedPart = Pick<LocalPart, 'kill' | 'stop'> & { readonly ports: readonly number[] };

/** Resolves when standard output has matched every pattern, each of which captures a port. */
async function startPart(
  argumentsIn: (folder: string) => string[],
  patterns: readonly RegExp[],
  environmentIn: (folder: string) => Record<string, string> = () => ({}),
): Promise<StartedPart> {
  const folder = await mkdtemp(join(tmpdir(), 'stockbridge-part-'));
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...argumentsIn(folder)], {
    cwd: root,
    env: { PATH, NODE_COMPILE_CACHE, ...environmentIn(folder) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ports = await readPorts(child, patterns);
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  return {
    ports,
    kill: () => end('SIGKILL'),
    stop: async () => {
      await end('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function readPorts(child: ChildProcess, patterns: readonly RegExp[]): Promise<number[]> {
  let output = '';
  return new Promise((resolve, reject) => {
    const read = (chunk: unknown) => {
      output += String(chunk);
      const ports = patterns.flatMap((pattern) => Number(pattern.exec(output)?.[1] ?? Number.NaN));
      if (ports.every(Number.isInteger)) resolve(ports);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', () => reject(new Error(`The part ended before it was ready:\n${output}`)));
  });
}
