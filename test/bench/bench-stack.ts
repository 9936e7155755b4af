import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLog } from '../../local/stack/log-file.ts';
import { type RunningPart, runPart } from '../../local/stack/part.ts';
import { type PartName, stackParts } from '../../local/stack/parts.ts';
import { type Stack, startStack } from '../../local/stack/stack.ts';
import { peakMemory } from './process-memory.ts';

/** Which function app projects the events: ours, or the one written as the public samples are. */
export type App = 'pipeline' | 'sample';

/** A stack of its own for one workload: free ports, an empty folder. */
export type BenchStack = Pick<Stack, 'ports' | 'urls' | 'connections' | 'parts'> & {
  /** Starts a functions host with this app; for workloads that build a backlog before it runs. */
  startFunctions: (app: App) => Promise<void>;
  /** Where the functions host of the stack keeps its store. */
  functionsFolder: string;
  /** Highest resident memory so far of every process, in bytes, by part; empty where there is no `/proc`. */
  memoryPeaks: () => Record<string, number>;
};

const repository = join(import.meta.dirname, '../..');
const SAMPLE_APP = 'test/bench/sample-function';

/** How long a functions host may take to stop before it is killed, in milliseconds. */
const STOP_WITHIN = 15_000;

const open = new Set<() => Promise<void>>();

/** Runs a workload on a fresh stack of these parts and takes everything away again, whatever happens. */
export async function withStack<Result>(
  parts: readonly PartName[],
  workload: (stack: BenchStack) => Promise<Result>,
): Promise<Result> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'stockbridge-bench-'));
  let stack: Stack | undefined;
  let host: RunningPart | undefined;
  let closing = false;
  const close = once(async () => {
    closing = true;
    if (host) await stopHost(host);
    await stack?.stop();
    await rm(dataFolder, { recursive: true, force: true, maxRetries: 3 });
  });
  const killHost = () => host?.kill('SIGKILL');
  open.add(close);
  process.once('exit', killHost);
  try {
    const started = await startStack({ dataFolder, ports: 'free', parts, autoRestart: false });
    stack = started;
    const hostDied = Promise.withResolvers<never>();
    const work = workload({
      ports: started.ports,
      urls: started.urls,
      connections: started.connections,
      parts: started.parts,
      startFunctions: async (app) => {
        host = await startHost(app, dataFolder, started);
        const { exited, lastLines } = host;
        void exited.then(({ code }) => {
          if (!closing) hostDied.reject(hostFailure(`ended with exit code ${code}`, lastLines()));
        });
      },
      functionsFolder: join(dataFolder, 'functions'),
      memoryPeaks: () => ({
        ...Object.fromEntries(parts.map((name) => [name, peakMemory(started.parts[name]?.pid)])),
        ...(host ? { functions: peakMemory(host.pid) } : {}),
      }),
    });
    return await Promise.race([work, hostDied.promise]);
  } finally {
    await close();
    process.off('exit', killHost);
    open.delete(close);
  }
}

/** Takes away what the running workload started; for signals. */
export async function closeStacks(): Promise<void> {
  await Promise.all([...open].map((close) => close()));
}

/** The same host process for either app, so that nothing differs but the projection: each has the journal in it. */
async function startHost(app: App, dataFolder: string, { ports }: Stack): Promise<RunningPart> {
  const definition = stackParts({ repository, dataFolder, ports, environment: {} }).functions;
  const command = app === 'sample' ? [...definition.command, '--app', SAMPLE_APP] : definition.command;
  const log = openLog(join(dataFolder, 'logs', 'functions.log'));
  const host = runPart({ ...definition, command }, repository, log);
  const exit = await Promise.race([host.ready, host.exited]);
  if (exit === undefined) return host;
  throw hostFailure(`did not start (exit code ${exit.code})`, host.lastLines());
}

function hostFailure(what: string, lines: readonly string[]): Error {
  return new Error(`The functions host ${what}:\n${lines.join('\n')}`);
}

async function stopHost(host: RunningPart): Promise<void> {
  const killer = setTimeout(() => host.kill('SIGKILL'), STOP_WITHIN);
  host.kill('SIGTERM');
  await host.exited;
  clearTimeout(killer);
}

function once(run: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= run();
    return done;
  };
}
