import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogFile } from './log-file.ts';
import type { PartPort } from './ports.ts';

/** One process of the stack, before it runs. */
export type PartDefinition = {
  name: string;
  /** Parts that must be ready before this one starts. */
  after: readonly string[];
  ports: readonly PartPort[];
  /** What Node runs: a file of the repository and its arguments. */
  command: readonly string[];
  /** Options of Node itself. */
  nodeOptions?: readonly string[];
  environment: Readonly<Record<string, string>>;
  /** The line it prints when it is ready, or `ports`: it is ready when its ports answer. */
  ready: RegExp | 'ports';
  /** Done each time it is ready, before parts that need it start: what it should hold and may have lost. */
  setUp?: () => Promise<void>;
  /** A part that is not ready within this many milliseconds counts as failed; 60,000 when not given. */
  readyWithin?: number;
  /** A part that has not stopped this many milliseconds after SIGTERM is killed; 3,000 when not given. */
  stopWithin?: number;
};

export type Exit = { code: number | null; signal: NodeJS.Signals | null };

/** A running process of the stack. */
export type RunningPart = {
  pid: number;
  /** When it is ready. Never, when it exits before. */
  ready: Promise<void>;
  exited: Promise<Exit>;
  kill: (signal: NodeJS.Signals) => void;
  /** Its last lines of output. */
  lastLines: () => string[];
};

const KEPT_LINES = 20;

/** How often the ports of a part are tried, in milliseconds. */
const PORT_POLL = 20;

/**
 * Runs a part on the Node that runs us, in a process group of its own: Ctrl-C reaches the supervisor alone, which
 * stops the parts in order.
 */
export function runPart(definition: PartDefinition, repository: string, log: LogFile): RunningPart {
  const options = ['--disable-warning=ExperimentalWarning', ...(definition.nodeOptions ?? [])];
  const child = spawn(process.execPath, [...options, ...definition.command], {
    cwd: repository,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...definition.environment },
  });
  if (child.pid === undefined) throw new Error(`${process.execPath} could not be started`);
  const lines: string[] = [];
  const exited = new Promise<Exit>((resolve) =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  );
  let printed = (_line: string): void => {};
  const printedReady = new Promise<void>((resolve) => {
    const { ready } = definition;
    if (ready !== 'ports') printed = (line) => ready.test(line) && resolve();
  });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      log.write(`${line}\n`);
      if (lines.push(line) > KEPT_LINES) lines.shift();
      printed(line);
    });
  }
  return {
    pid: child.pid,
    ready: definition.ready === 'ports' ? portsAnswer(definition.ports, child) : printedReady,
    exited,
    kill: (signal) => void child.kill(signal),
    lastLines: () => [...lines],
  };
}

async function portsAnswer(ports: readonly PartPort[], child: ChildProcess): Promise<void> {
  for (const { port } of ports) {
    while (!(await answers(port))) {
      if (child.exitCode !== null || child.signalCode !== null) return new Promise(() => {});
      await sleep(PORT_POLL);
    }
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
