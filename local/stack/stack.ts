import { join } from 'node:path';
import { type Connections, connectionsOf } from './connections.ts';
import { PART_NAMES, type PartName, stackParts } from './parts.ts';
import { freePorts, portsInUse } from './ports.ts';
import { PORT_SETTINGS, type StackPorts } from './settings.ts';
import { lockDataFolder } from './stack-lock.ts';
import { StackError } from './start-error.ts';
import { type Part, supervise } from './supervisor.ts';

const repository = join(import.meta.dirname, '../..');

export type StackOptions = {
  /** An absolute path; made when it is not there. */
  dataFolder: string;
  /** `free`: whatever ports are free, for tests and benchmarks. */
  ports: StackPorts | 'free';
  /** Which parts run; all of them when not given. */
  parts?: readonly PartName[];
  /** Whether a part that dies is started again; true when not given. */
  autoRestart?: boolean;
  /** Further environment variables of all parts. */
  environment?: Readonly<Record<string, string>>;
  /** Takes the lines that a person should see; they are dropped when it is not given. */
  say?: (line: string) => void;
  /** Called once when a part dies again and again and the stack has therefore been stopped. */
  gaveUp?: (error: StackError) => void;
};

export type Stack = {
  dataFolder: string;
  ports: StackPorts;
  /** Base addresses, without a slash at the end: `…/api` and `…/api/v1` go on from here. */
  urls: { functions: string; adapter: string; cosmos: string };
  connections: Connections;
  /** The parts that were asked for, by name. */
  parts: Record<string, Part>;
  /** Stops everything, parts that need others first. Takes a second or two, at most about fifteen: functions that run may end first. */
  stop: () => Promise<void>;
};

/**
 * Starts the laptop stack and returns when every part is ready.
 *
 * @throws {StackError} when a port or the data folder is in use, or a part does not start; nothing is left running
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dataFolder, environment = {}, autoRestart = true, say = () => {} } = options;
  const ports = options.ports === 'free' ? await choosePorts() : options.ports;
  const definitions = stackParts({ repository, dataFolder, ports, environment });
  const chosen = PART_NAMES.filter((name) => options.parts?.includes(name) ?? true).map(
    (name) => definitions[name],
  );

  const lock = await lockDataFolder(dataFolder, say);
  try {
    const conflicts = await portsInUse(chosen);
    if (conflicts.length > 0) throw new StackError(conflicts.join('\n'));
    const supervision = await supervise(chosen, {
      repository,
      logFolder: join(dataFolder, 'logs'),
      autoRestart,
      say,
      noteProcesses: lock.noteParts,
      gaveUp: (error) => {
        lock.release();
        options.gaveUp?.(error);
      },
    });
    return {
      dataFolder,
      ports,
      urls: urlsOf(ports),
      connections: connectionsOf(ports),
      parts: supervision.parts,
      stop: async () => {
        await supervision.stop();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Where the HTTP parts of a stack on these ports answer. */
export function urlsOf(ports: StackPorts): Stack['urls'] {
  return {
    functions: `http://127.0.0.1:${ports.functions}`,
    adapter: `http://127.0.0.1:${ports.adapter}`,
    cosmos: `http://127.0.0.1:${ports.cosmos}`,
  };
}

async function choosePorts(): Promise<StackPorts> {
  const free = await freePorts(Object.keys(PORT_SETTINGS).length);
  const next = (): number => {
    const port = free.pop();
    if (port === undefined) throw new Error('fewer free ports than parts');
    return port;
  };
  return {
    serviceBus: next(),
    cosmos: next(),
    blob: next(),
    queue: next(),
    table: next(),
    functions: next(),
    adapter: next(),
  };
}
