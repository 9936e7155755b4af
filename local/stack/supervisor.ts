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
/** A part that does not stop within this time is killed (milliseconds). */
const STOP_WITHIN = 3_000;

type State = {
  definition: PartDefinition;
  log: LogFile;
  running: RunningPart | undefined;
  /** When it died, without being told to, in the last DEATHS_WITHIN milliseconds. */
  deaths: number[];
  /** True while we stop it ourselves. */
  expectsExit: boolean;
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
  const states = definitions.map(
    (definition): State => ({
      definition,
      log: openLog(join(options.logFolder, `${definition.name}.log`)),
      running: undefined,
      deaths: [],
      expectsExit: false,
    }),
  );
  let stopped = false;
  const killAll = () => states.forEach(({ running }) => void running?.kill('SIGKILL'));
  process.once('exit', killAll);

  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopped = true;
    stopping ??= stopInOrder();
    return stopping;
  };
  async function stopInOrder(): Promise<void> {
    for (const wave of stopOrder(states)) await Promise.all(wave.map(stopPart));
    process.off('exit', killAll);
  }

  function start(state: State): RunningPart {
    const running = runPart(state.definition, options.repository, state.log);
    state.running = running;
    state.expectsExit = false;
    noteProcesses();
    running.exited.then((exit) => exitOf(state, running, exit));
    return running;
  }

  function noteProcesses(): void {
    const pids = states.flatMap(({ definition, running }) =>
      running ? [[definition.name, running.pid] as const] : [],
    );
    options.noteProcesses(Object.fromEntries(pids));
  }

  async function exitOf(state: State, running: RunningPart, exit: Exit): Promise<void> {
    const { name } = state.definition;
    if (state.running !== running) return;
    state.running = undefined;
    if (stopped || state.expectsExit || !becameReady.has(state)) return;
    const now = Date.now();
    state.deaths = [...state.deaths.filter((time) => time > now - DEATHS_WITHIN), now];
    if (!options.autoRestart) return options.say(`${name} ${describeExit(exit)}.`);
    if (state.deaths.length >= MAX_DEATHS) {
      const error = new StackError(
        `${name} ${describeExit(exit)}, ${MAX_DEATHS} times within ${DEATHS_WITHIN / 1000} s; stopping the stack.${quoteLines(running)}`,
      );
      await stop();
      return options.gaveUp(error);
    }
    options.say(`${name} ${describeExit(exit)}; starting it again.`);
    await sleep(FIRST_BACKOFF * 2 ** (state.deaths.length - 1));
    if (stopped || state.running !== undefined) return;
    const started = start(state);
    await Promise.race([started.ready.then(() => options.say(`${name} is back.`)), started.exited]);
  }

  const becameReady = new Set<State>();
  async function restart(state: State): Promise<void> {
    await stopPart(state);
    if (stopped) throw new StackError(`${state.definition.name} cannot be started: the stack is stopped.`);
    await readyOrFail(state.definition.name, start(state));
  }

  const byName = new Map(states.map((state) => [state.definition.name, state]));
  const firstReady = new Map<string, Promise<void>>();
  function startOnce(name: string): Promise<void> {
    const known = firstReady.get(name);
    if (known !== undefined) return known;
    const begun = startAfterOthers(name);
    firstReady.set(name, begun);
    return begun;
  }
  async function startAfterOthers(name: string): Promise<void> {
    const state = byName.get(name);
    if (state === undefined) return;
    await Promise.all(state.definition.after.map(startOnce));
    await state.definition.prepare?.();
    if (stopped) return;
    const begun = performance.now();
    await readyOrFail(name, start(state));
    becameReady.add(state);
    options.say(readyLine(state.definition, performance.now() - begun));
  }

  try {
    await Promise.all(definitions.map(({ name }) => startOnce(name)));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    parts: Object.fromEntries(states.map((state) => [state.definition.name, partOf(state, restart)])),
    stop,
  };
}

function partOf(state: State, restart: (state: State) => Promise<void>): Part {
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
    restart: () => restart(state),
  };
}

async function readyOrFail(name: string, running: RunningPart): Promise<void> {
  const patience = new AbortController();
  const outcome = await Promise.race([
    running.ready.then(() => 'ready' as const),
    running.exited,
    sleep(READY_WITHIN, 'late' as const, { signal: patience.signal, ref: false }),
  ]);
  patience.abort();
  if (outcome === 'ready') return;
  const why =
    outcome === 'late'
      ? `was not ready within ${READY_WITHIN / 1000} s`
      : `did not start: it ${describeExit(outcome)}`;
  throw new StackError(`${name} ${why}.${quoteLines(running)}`);
}

async function stopPart(state: State): Promise<void> {
  const { running } = state;
  if (running === undefined) return;
  state.expectsExit = true;
  running.kill('SIGTERM');
  const patience = new AbortController();
  const late = sleep(STOP_WITHIN, 'late' as const, { signal: patience.signal });
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
