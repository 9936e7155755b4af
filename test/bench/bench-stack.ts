import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PartDefinition } from '../../local/stack/part.ts';
import type { PartName } from '../../local/stack/parts.ts';
import { type Stack, startStack } from '../../local/stack/stack.ts';
import { type FurtherParts, furtherParts } from './further-parts.ts';
import { peakMemory } from './process-memory.ts';

/** Which function app projects the events: ours, or the one written as the public samples are. */
export type App = 'pipeline' | 'sample';

/** A stack of its own for one workload: free ports, an empty folder. */
export type BenchStack = Pick<Stack, 'ports' | 'urls' | 'connections' | 'parts' | 'dataFolder'> & {
  /** Starts a part that the stack was made without; for workloads that build a backlog before it runs. */
  startPart: FurtherParts['start'];
  /** Starts a functions host with this app. */
  startFunctions: (app: App) => Promise<void>;
  /** Where the functions host of the stack keeps its store. */
  functionsFolder: string;
  /** Ids of the processes that run, by part. */
  processes: () => Record<string, number>;
  /** Highest resident memory so far of every process, in bytes, by part; empty where there is no `/proc`. */
  memoryPeaks: () => Record<string, number>;
};

const repository = join(import.meta.dirname, '../..');
const SAMPLE_APP = 'test/bench/sample-function';

const open = new Set<() => Promise<void>>();

/** What is done before the parts start, and the settings that they start with. */
export type Preparation = {
  readonly prepare?: (dataFolder: string) => Promise<void>;
  readonly environment?: (dataFolder: string) => Readonly<Record<string, string>>;
};

/** Runs a workload on a fresh stack of these parts and takes everything away again, whatever happens. */
export async function withStack<Result>(
  parts: readonly PartName[],
  workload: (stack: BenchStack) => Promise<Result>,
  { prepare, environment: environmentIn }: Preparation = {},
): Promise<Result> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'stockbridge-bench-'));
  let stack: Stack | undefined;
  let further: FurtherParts | undefined;
  const close = once(async () => {
    await further?.stop();
    await stack?.stop();
    await rm(dataFolder, { recursive: true, force: true, maxRetries: 3 });
  });
  const killFurther = () => further?.kill();
  open.add(close);
  process.once('exit', killFurther);
  try {
    await prepare?.(dataFolder);
    const environment = environmentIn?.(dataFolder) ?? {};
    stack = await startStack({ dataFolder, ports: 'free', parts, autoRestart: false, environment });
    further = furtherParts({ repository, dataFolder, ports: stack.ports, environment });
    return await Promise.race([workload(benchStack(stack, further)), further.died]);
  } finally {
    await close();
    process.off('exit', killFurther);
    open.delete(close);
  }
}

/** Takes away what the running workload started; for signals. */
export async function closeStacks(): Promise<void> {
  await Promise.all([...open].map((close) => close()));
}

function benchStack(
  { dataFolder, ports, urls, connections, parts }: Stack,
  further: FurtherParts,
): BenchStack {
  const processes = () => ({
    ...Object.fromEntries(Object.entries(parts).map(([name, { pid }]) => [name, pid])),
    ...further.processes(),
  });
  return {
    ...{ dataFolder, ports, urls, connections, parts },
    startPart: further.start,
    startFunctions: async (app) => void (await further.start('functions', (host) => withApp(host, app))),
    functionsFolder: join(dataFolder, 'functions'),
    processes,
    memoryPeaks: () =>
      Object.fromEntries(Object.entries(processes()).map(([name, pid]) => [name, peakMemory(pid)])),
  };
}

/** The same host process for either app, so that nothing differs but the projection: each has the journal in it. */
function withApp(host: PartDefinition, app: App): PartDefinition {
  return app === 'sample' ? { ...host, command: [...host.command, '--app', SAMPLE_APP] } : host;
}

function once(run: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= run();
    return done;
  };
}
