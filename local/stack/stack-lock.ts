import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processIdentity } from './process-identity.ts';
import { StackError } from './start-error.ts';

type RunningProcess = { pid: number; identity: string };
type LockFile = { supervisor: RunningProcess; parts: Record<string, RunningProcess> };

export type StackLock = {
  /** Notes which processes are ours, so that the next start can end them if this process is killed. */
  noteParts: (pids: Record<string, number>) => void;
  release: () => void;
};

/** How long a leftover part may take to stop before it is killed, in milliseconds. */
const LEFTOVER_GRACE = 5_000;

/**
 * Takes a data folder for one running stack. A lock whose process is gone (it was killed) is taken over, and parts
 * that it left running are ended first.
 *
 * @throws {StackError} when a running stack holds the folder
 */
export async function lockDataFolder(dataFolder: string, say: (line: string) => void): Promise<StackLock> {
  const file = lockFile(dataFolder);
  mkdirSync(dataFolder, { recursive: true });
  const held = readLock(file);
  if (held !== undefined) {
    if (isRunning(held.supervisor)) {
      throw new StackError(
        `The stack is already running on ${dataFolder} (process ${held.supervisor.pid}). Stop it first, or set STOCKBRIDGE_DATA to another folder.`,
      );
    }
    await endLeftovers(held.parts, say);
    rmSync(file, { force: true });
  }
  const supervisor = { pid: process.pid, identity: processIdentity(process.pid) ?? '' };
  const lock = (parts: LockFile['parts']): string => JSON.stringify({ supervisor, parts } satisfies LockFile);
  try {
    writeFileSync(file, lock({}), { flag: 'wx' });
  } catch {
    throw new StackError(
      `Another stack is starting on ${dataFolder}. Wait for it, or set STOCKBRIDGE_DATA to another folder.`,
    );
  }
  return {
    noteParts: (pids) => {
      const parts = Object.entries(pids).map(([name, pid]) => [
        name,
        { pid, identity: processIdentity(pid) ?? '' },
      ]);
      writeFileSync(`${file}.new`, lock(Object.fromEntries(parts)));
      renameSync(`${file}.new`, file);
    },
    release: () => rmSync(file, { force: true }),
  };
}

/** The process id of the stack that runs on this folder, or undefined. Parts left over by a killed one are not a running stack. */
export function runningStack(dataFolder: string): number | undefined {
  const held = readLock(lockFile(dataFolder));
  return held !== undefined && isRunning(held.supervisor) ? held.supervisor.pid : undefined;
}

/** Process ids of the parts of the stack that runs on this folder, by name; empty when none runs. */
export function runningParts(dataFolder: string): Record<string, number> {
  const held = readLock(lockFile(dataFolder));
  if (held === undefined || !isRunning(held.supervisor)) return {};
  return Object.fromEntries(Object.entries(held.parts).map(([name, { pid }]) => [name, pid]));
}

/** Ends the parts that a killed stack left running on this folder, if any. */
export async function endLeftoversOf(dataFolder: string, say: (line: string) => void): Promise<void> {
  const held = readLock(lockFile(dataFolder));
  if (held !== undefined && !isRunning(held.supervisor)) await endLeftovers(held.parts, say);
}

function lockFile(dataFolder: string): string {
  return join(dataFolder, 'stack.lock');
}

/** A lock that cannot be read (cut short by a crash of the machine) holds nothing. */
function readLock(file: string): LockFile | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return JSON.parse(text) as LockFile;
  } catch {
    return { supervisor: { pid: 0, identity: '' }, parts: {} };
  }
}

function isRunning({ pid, identity }: RunningProcess): boolean {
  return pid > 0 && processIdentity(pid) === identity;
}

async function endLeftovers(parts: LockFile['parts'], say: (line: string) => void): Promise<void> {
  const running = Object.entries(parts).filter(([, part]) => isRunning(part));
  for (const [name, { pid }] of running) {
    say(`The last stack was killed and left ${name} running (process ${pid}); ending it.`);
    signal(pid, 'SIGTERM');
  }
  const deadline = Date.now() + LEFTOVER_GRACE;
  while (running.some(([, part]) => isRunning(part))) {
    if (Date.now() > deadline)
      for (const [, part] of running) if (isRunning(part)) signal(part.pid, 'SIGKILL');
    await sleep(20);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It ended by itself in between, which is all that is wanted.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
