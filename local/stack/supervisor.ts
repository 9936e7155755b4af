import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LogFile, openLog } from './log-file.ts';
import { type Exit, type PartDefinition, type RunningPart, runPart } from './part.ts';
import { StackError } from './start-error.ts';

/** A supervised part. After a restart `pid` is the new process's. */
export type Part = {
  readonly pid: number;
  kill: (signal: NodeJS.Signals) => void;
  /** Stops it if it runs (SIGTERM), starts it, and returns when it is ready. */
  restart: () => Promise<void>;
};

export type Supervision = {
  parts: Record<string, Part>;
  /** Stops all parts, those that need others first. */
  stop: () => Promise<void>;
};

export type SupervisorOptions = {
  repository: string;
  logFolder: string;
  /** Whether a part that dies is started again. */
  autoRestart: boolean;
  /** Takes the lines that a person should see. */
  say: (line: string) => void;
  /** Called at every start of a part with the process ids of all that run. */
  noteProcesses: (pids: Record<string, number>) => void;
  /** Called once when a part dies again and again; all parts have been stopped by then. */
  gaveUp: (error: StackError) => void;
};

/** A part that dies this often within this many milliseconds stops the stack. */
const MAX_DEATHS = 3;
const DEATHS_WITHIN = 20_000;

/** The first restart waits this long, each further one twice as long (milliseconds). */
const FIRST_BACKOFF = 100;

const READY_WITHIN = 60_000;
const STOP_WITHIN = 3_000;

type State = {
  definition: PartDefinition;
  log: LogFile;
  running: RunningPart | undefined;
  /** Whether it was ready once: from then on its death is answered by a new start. */
  wasReady: boolean;
  /** When it died, without being told to, in the last DEATHS_WITHIN milliseconds. */
  deaths: number[];
  /** True while we stop it ourselves. */
  expectsExit: boolean;
};

type Supervised = {
  states: readonly State[];
  options: SupervisorOptions;
  /** Set once it is being stopped; nothing starts any more. */
  stopping: Promise<void> | undefined;
};

/**
 * Starts the parts, each as soon as those it needs are ready, and keeps them running.
 *
 * @throws {StackError} when a part does not start; all others have been stopped by then
 */
export async function supervise(
  definitions: readonly PartDefinition[],
  options: SupervisorOptions,
): Promise<Supervision> {
  const states = definitions.map((definition): State => {
    const log = openLog(join(options.logFolder, `${definition.name}.log`));
    return { definition, log, running: undefined, wasReady: false, deaths: [], expectsExit: false };
  });
  const stack: Supervised = { states, options, stopping: undefined };
  const killAll = () => {
    for (const { running } of states) running?.kill('SIGKILL');
  };
  process.once('exit', killAll);
  const stop = async () => {
    await stopAll(stack);
    process.off('exit', killAll);
  };
  try {
    await startAll(stack);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    parts: Object.fromEntries(states.map((state) => [state.definition.name, partOf(stack, state)])),
    stop,
  };
}

async function startAll(stack: Supervised): Promise<void> {
  const begun = new Map<string, Promise<void>>();
  const startOnce = (name: string): Promise<void> => {
    const started = begun.get(name) ?? startAfterOthers(name);
    begun.set(name, started);
    return started;
  };
  const startAfterOthers = async (name: string): Promise<void> => {
    const state = stack.states.find(({ definition }) => definition.name === name);
    if (state === undefined) return;
    await Promise.all(state.definition.after.map(startOnce));
    if (stack.stopping) return;
    const from = performance.now();
    await startReady(stack, state);
    stack.options.say(readyLine(state.definition, performance.now() - from));
  };
  await Promise.all(stack.states.map(({ definition }) => startOnce(definition.name)));
}

function stopAll(stack: Supervised): Promise<void> {
  const inOrder = async () => {
    for (const wave of stopOrder(stack.states)) await Promise.all(wave.map(stopPart));
  };
  stack.stopping ??= inOrder();
  return stack.stopping;
}

/** Starts a part and returns when it is ready and set up. @throws {StackError} when it does not get there */
async function startReady(stack: Supervised, state: State): Promise<void> {
  const running = start(stack, state);
  const { name, setUp, readyWithin = READY_WITHIN } = state.definition;
  const outcome = await readyOrNot(running, readyWithin);
  if (outcome !== 'ready') {
    const late = `was not ready within ${readyWithin / 1000} s`;
    if (outcome === 'late') {
      if (state.wasReady) stack.options.say(`${name} ${late} after a restart; ending it.`);
      running.kill('SIGKILL');
    }
    const why = outcome === 'late' ? late : describeExit(outcome);
    throw new StackError(`${name} did not start: it ${why}.${quoteLines(running)}`);
  }
  await setUp?.();
  state.wasReady = true;
}

function start(stack: Supervised, state: State): RunningPart {
  const running = runPart(state.definition, stack.options.repository, state.log);
  state.running = running;
  state.expectsExit = false;
  running.exited.then((exit) => onExit(stack, state, running, exit));
  const pids = stack.states.flatMap(({ definition, running: other }) =>
    other ? [[definition.name, other.pid] as const] : [],
  );
  stack.options.noteProcesses(Object.fromEntries(pids));
  return running;
}

async function onExit(stack: Supervised, state: State, running: RunningPart, exit: Exit): Promise<void> {
  const { options } = stack;
  const died = `${state.definition.name} ${describeExit(exit)}`;
  if (state.running !== running) return;
  state.running = undefined;
  if (stack.stopping || state.expectsExit || !state.wasReady) return;
  if (!options.autoRestart) return options.say(`${died}.`);
  const now = Date.now();
  state.deaths = [...state.deaths.filter((time) => time > now - DEATHS_WITHIN), now];
  if (state.deaths.length < MAX_DEATHS) {
    options.say(`${died}; starting it again.`);
    return startAgain(stack, state);
  }
  const often = `${MAX_DEATHS} times within ${DEATHS_WITHIN / 1000} s`;
  const error = new StackError(`${died}, ${often}; stopping the stack.${quoteLines(running)}`);
  await stopAll(stack);
  options.gaveUp(error);
}

async function startAgain(stack: Supervised, state: State): Promise<void> {
  await sleep(FIRST_BACKOFF * 2 ** (state.deaths.length - 1));
  if (stack.stopping || state.running !== undefined) return;
  try {
    await startReady(stack, state);
    stack.options.say(`${state.definition.name} is back.`);
  } catch (error) {
    // A StackError is its exit, which has its own answer; anything else is said.
    if (!(error instanceof StackError))
      stack.options.say(`${state.definition.name} is back, but not set up: ${error}`);
  }
}

function partOf(stack: Supervised, state: State): Part {
  const { name } = state.definition;
  const running = () => {
    if (state.running === undefined) throw new StackError(`${name} is not running.`);
    return state.running;
  };
  return {
    get pid() {
      return running().pid;
    },
    kill: (signal) => running().kill(signal),
    restart: async () => {
      await stopPart(state);
      if (stack.stopping) throw new StackError(`${name} cannot be started: the stack is stopped.`);
      await startReady(stack, state);
    },
  };
}

async function readyOrNot(running: RunningPart, within: number): Promise<'ready' | 'late' | Exit> {
  const patience = new AbortController();
  try {
    return await Promise.race([
      running.ready.then(() => 'ready' as const),
      running.exited,
      sleep(within, 'late' as const, { signal: patience.signal, ref: false }),
    ]);
  } finally {
    patience.abort();
  }
}

async function stopPart(state: State): Promise<void> {
  const { running, definition } = state;
  if (running === undefined) return;
  state.expectsExit = true;
  running.kill('SIGTERM');
  const patience = new AbortController();
  const late = sleep(definition.stopWithin ?? STOP_WITHIN, 'late' as const, { signal: patience.signal });
  const outcome = await Promise.race([running.exited, late]);
  patience.abort();
  if (outcome === 'late') running.kill('SIGKILL');
  await running.exited;
  state.running = undefined;
}

/** The parts in waves: first those that no other needs. */
function stopOrder(states: readonly State[]): State[][] {
  const byName = new Map(states.map((state) => [state.definition.name, state]));
  const depth = (state: State): number =>
    1 +
    Math.max(
      0,
      ...state.definition.after.map((name) => byName.get(name)).map((needed) => (needed ? depth(needed) : 0)),
    );
  const deepest = Math.max(0, ...states.map(depth));
  return Array.from({ length: deepest }, (_, index) =>
    states.filter((state) => depth(state) === deepest - index),
  );
}

function describeExit({ code, signal }: Exit): string {
  if (signal !== null) return `was killed (${signal})`;
  return `ended with exit code ${code}`;
}

function quoteLines(running: RunningPart): string {
  const lines = running.lastLines();
  return lines.length === 0 ? '' : `\n${lines.map((line) => `  | ${line}`).join('\n')}`;
}

function readyLine({ name, ports }: PartDefinition, milliseconds: number): string {
  const where = ports.length === 0 ? '' : ` on ${ports.map(({ port }) => port).join(', ')}`;
  return `  ${name} ready${where} (${(milliseconds / 1000).toFixed(1)} s)`;
}
