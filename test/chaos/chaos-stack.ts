import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type Connections, connectionsOf, functionAppSettings } from '../../local/stack/connections.ts';
import type { PartDefinition } from '../../local/stack/part.ts';
import { PART_NAMES, type PartName, stackParts } from '../../local/stack/parts.ts';
import { freePorts } from '../../local/stack/ports.ts';
import type { StackPorts } from '../../local/stack/settings.ts';
import { lockDataFolder } from '../../local/stack/stack-lock.ts';
import { type Part, supervise } from '../../local/stack/supervisor.ts';
import { endLeftovers } from './leftovers.ts';
import type { LinkName } from './links.ts';
import { openProxy, type TcpProxy } from './proxy.ts';
import { mountSmallDisk, removeAbandonedDisks, type SmallDisk } from './small-disk.ts';

/** The laptop stack with proxies between its processes, clocks that can be moved and, where wanted, disks that can be filled. */
export type ChaosStack = {
  readonly dataFolder: string;
  readonly parts: Readonly<Record<string, Part>>;
  /** The ways to the parts without a proxy: for looking, not for the load. */
  readonly connections: Connections;
  readonly direct: { readonly functions: string; readonly adapter: string };
  /** Base addresses of the HTTP parts for scanners and OMS, through the proxies. */
  readonly urls: { readonly functions: string; readonly adapter: string };
  /** The proxies of a link: storage has one for each of its services. */
  readonly links: ReadonlyMap<LinkName, readonly TcpProxy[]>;
  readonly disks: ReadonlyMap<PartName, SmallDisk>;
  /** The file that says how the clock of a part is off. */
  clockFile: (part: string) => string;
  /** While a part is held, nobody starts it again. */
  hold: (part: string, held: boolean) => void;
  /** How often each part ended without being told to. */
  ownEnds: () => ReadonlyMap<string, number>;
  /** Ends all of it; what is on small disks goes, unless it is to be kept. */
  stop: (options?: { keep: boolean }) => Promise<void>;
};

export type ChaosStackOptions = {
  readonly dataFolder: string;
  /** Parts whose data are on a disk of their own. */
  readonly smallDisks: readonly PartName[];
  readonly say: (line: string) => void;
};

const repository = join(import.meta.dirname, '../..');
const PRELOAD = pathToFileURL(join(import.meta.dirname, 'shifted-clock.ts')).href;
/** Parts whose clocks can be moved. */
const CLOCKS: readonly string[] = ['functions', 'wms-adapter'];
/** A part that has written much takes longer to end in order and to start, Azurite above all, which keeps one file of a table. Milliseconds. */
const PATIENCE = { readyWithin: 180_000, stopWithin: 60_000 };
/** How often it is looked whether all parts run, and how long a failed start waits. Milliseconds. */
const LOOK_EVERY = 250;
const START_AGAIN = 1_000;

/**
 * Starts the stack and returns when all of it is ready. Ends first what killed campaigns beside it left running.
 *
 * @throws {StackError} when a part does not start
 */
export async function startChaosStack({
  dataFolder,
  smallDisks,
  say,
}: ChaosStackOptions): Promise<ChaosStack> {
  await endLeftovers(dirname(dataFolder), say);
  const lock = await lockDataFolder(dataFolder, say);
  const ports = await choosePorts();
  const links = await openLinks(ports);
  const disks = new Map<PartName, SmallDisk>();
  const unmount = (keep: boolean) => {
    for (const disk of disks.values()) disk.remove(keep);
    disks.clear();
  };
  const unmountAtExit = () => unmount(false);
  process.once('exit', unmountAtExit);
  const close = async (keep: boolean) => {
    for (const proxy of [...links.values()].flat()) await proxy.close();
    unmount(keep);
    process.off('exit', unmountAtExit);
    lock.release();
  };
  try {
    if (smallDisks.length > 0)
      for (const folder of removeAbandonedDisks())
        say(`Took away the disk on ${folder}, left by a campaign that was killed.`);
    for (const name of smallDisks) disks.set(name, mountSmallDisk(join(dataFolder, name)));
    mkdirSync(join(dataFolder, 'clocks'), { recursive: true });
    const definitions = definitionsOf(dataFolder, ports, links);
    const supervision = await supervise(definitions, {
      repository,
      logFolder: join(dataFolder, 'logs'),
      autoRestart: false,
      say,
      noteProcesses: lock.noteParts,
      gaveUp: () => {},
    });
    const attendant = attend(supervision.parts, say);
    return {
      ...{ dataFolder, links, disks, parts: supervision.parts },
      connections: connectionsOf(ports),
      direct: { functions: url(ports.functions), adapter: url(ports.adapter) },
      urls: { functions: urlOf(links, 'oms → functions'), adapter: urlOf(links, 'scanners → adapter') },
      clockFile: (part) => clockFile(dataFolder, part),
      hold: attendant.hold,
      ownEnds: attendant.ownEnds,
      stop: async ({ keep } = { keep: false }) => {
        await attendant.stop();
        await supervision.stop();
        await close(keep);
      },
    };
  } catch (error) {
    await close(false);
    throw error;
  }
}

/** The stack's own definitions, but for who is called where and by which clock. */
function definitionsOf(
  dataFolder: string,
  ports: StackPorts,
  links: ReadonlyMap<LinkName, readonly TcpProxy[]>,
): PartDefinition[] {
  const port = (link: LinkName, index = 0) => links.get(link)?.[index]?.port ?? 0;
  const storage = 'functions → storage';
  const callers: Partial<Record<PartName, StackPorts>> = {
    'wms-adapter': { ...ports, serviceBus: port('adapter → bus') },
    functions: {
      ...ports,
      serviceBus: port('functions → bus'),
      cosmos: port('functions → cosmos'),
      ...{ blob: port(storage, 0), queue: port(storage, 1), table: port(storage, 2) },
    },
  };
  const definitions = stackParts({ repository, dataFolder, ports, environment: {} });
  return PART_NAMES.map((name) => {
    const definition = { ...definitions[name], ...PATIENCE };
    const seen = callers[name];
    if (seen === undefined) return definition;
    return {
      ...definition,
      // Not those of the laptop: the small heap that its functions keep costs a sixth of their time at 200 events a second.
      nodeOptions: ['--import', PRELOAD],
      environment: {
        ...definition.environment,
        ...functionAppSettings(seen, null),
        CHAOS_CLOCK_FILE: clockFile(dataFolder, name),
      },
    };
  });
}

async function openLinks(ports: StackPorts): Promise<Map<LinkName, TcpProxy[]>> {
  const targets: [LinkName, number[]][] = [
    ['adapter → bus', [ports.serviceBus]],
    ['functions → bus', [ports.serviceBus]],
    ['functions → cosmos', [ports.cosmos]],
    ['functions → storage', [ports.blob, ports.queue, ports.table]],
    ['scanners → adapter', [ports.adapter]],
    ['oms → functions', [ports.functions]],
  ];
  const links = new Map<LinkName, TcpProxy[]>();
  for (const [name, behind] of targets)
    links.set(name, await Promise.all(behind.map((target) => openProxy(target))));
  return links;
}

/** Starts parts again that ended without being told to, as whoever runs them in earnest does; as often as it takes. */
function attend(parts: Readonly<Record<string, Part>>, say: (line: string) => void) {
  const held = new Set<string>();
  const ends = new Map<string, number>();
  let stopping = false;
  const look = async (): Promise<void> => {
    for (const [name, part] of Object.entries(parts)) {
      if (held.has(name) || isRunning(part)) continue;
      ends.set(name, (ends.get(name) ?? 0) + 1);
      try {
        await part.restart();
        say(`${name} had ended by itself and runs again.`);
      } catch (error) {
        say(`${name} cannot be started: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
        await sleep(START_AGAIN);
      }
    }
  };
  const attending = (async () => {
    while (!stopping) {
      await look();
      await sleep(LOOK_EVERY);
    }
  })();
  return {
    hold: (part: string, hold: boolean) => void (hold ? held.add(part) : held.delete(part)),
    ownEnds: () => ends,
    stop: async () => {
      stopping = true;
      await attending;
    },
  };
}

/** Whether the process of a part runs; its id is not to be had when not. */
export function isRunning(part: Part): boolean {
  try {
    return part.pid > 0;
  } catch {
    return false;
  }
}

function clockFile(dataFolder: string, part: string): string {
  if (!CLOCKS.includes(part)) throw new RangeError(`the clock of ${part} cannot be moved`);
  return join(dataFolder, 'clocks', `${part}.json`);
}

function urlOf(links: ReadonlyMap<LinkName, readonly TcpProxy[]>, link: LinkName): string {
  return url(links.get(link)?.[0]?.port ?? 0);
}

function url(port: number): string {
  return `http://127.0.0.1:${port}`;
}

async function choosePorts(): Promise<StackPorts> {
  const [serviceBus = 0, cosmos = 0, blob = 0, queue = 0, table = 0, functions = 0, adapter = 0] =
    await freePorts(7);
  return { serviceBus, cosmos, blob, queue, table, functions, adapter };
}
