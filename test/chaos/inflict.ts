import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { StackError } from '../../local/stack/start-error.ts';
import type { Part } from '../../local/stack/supervisor.ts';
import { type ChaosStack, isRunning } from './chaos-stack.ts';
import type { PlannedFault } from './plan.ts';
import type { Treatment } from './proxy.ts';
import type { ClockShift } from './shifted-clock.ts';

/** What became of a fault. */
export type Inflicted = {
  /**
   * From when on the recovery counts: the end of the fault, or the death of a process that was killed or ended. Milliseconds of the
   * monotonic clock.
   */
  readonly from: number;
  /** False: the process was down already, and nothing was done to it. */
  readonly hit: boolean;
};

/** What a fault needs of the stack. */
export type Afflicted = Pick<ChaosStack, 'parts' | 'links' | 'disks' | 'hold' | 'clockFile'>;

/**
 * Inflicts a fault for its time and takes it away again, whatever happens: nothing of it is left but what it did.
 *
 * @throws {RangeError} when the stack has no such target
 */
export async function inflict(fault: PlannedFault, stack: Afflicted): Promise<Inflicted> {
  switch (fault.kind) {
    case 'kill':
    case 'restart':
      return endAndStart(fault, stack);
    case 'stop':
      return during(fault, standStill(fault.target, stack));
    case 'cut':
      return during(fault, treat(fault.target, { kind: fault.mode }, stack));
    case 'slow': {
      const { target, latency, bytesPerSecond } = fault;
      return during(fault, treat(target, { kind: 'slow', latency, bytesPerSecond }, stack));
    }
    case 'disk':
      return during(fault, fillDisk(fault.target, stack));
    case 'clock':
      return during(fault, moveClock(fault, stack));
  }
}

/** `begin` answers false where nothing is done. */
type Infliction = { begin: () => boolean; end: () => void };

async function during({ duration }: PlannedFault, { begin, end }: Infliction): Promise<Inflicted> {
  let hit = false;
  try {
    hit = begin();
    await sleep(duration);
  } finally {
    end();
  }
  return { from: performance.now(), hit };
}

async function endAndStart({ kind, target, duration }: PlannedFault, stack: Afflicted): Promise<Inflicted> {
  const begun = performance.now();
  let hit = false;
  stack.hold(target, true);
  try {
    hit = kind === 'kill' ? signal(target, 'SIGKILL', stack) : isRunning(partOf(target, stack));
    await sleep(duration);
    await partOf(target, stack).restart();
  } catch (error) {
    // A part that did not start is started again by whoever attends to the stack; the recovery takes the longer.
    if (!(error instanceof StackError)) throw error;
  } finally {
    stack.hold(target, false);
  }
  return { from: begun, hit };
}

function partOf(target: string, { parts }: Afflicted): Part {
  const part = parts[target];
  if (part === undefined) throw new RangeError(`the stack has no ${target}`);
  return part;
}

/** A part that has ended by itself cannot be reached: false. */
function signal(target: string, name: NodeJS.Signals, stack: Afflicted): boolean {
  try {
    partOf(target, stack).kill(name);
    return true;
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    return false;
  }
}

function standStill(target: string, stack: Afflicted): Infliction {
  return {
    begin: () => {
      stack.hold(target, true);
      return signal(target, 'SIGSTOP', stack);
    },
    end: () => {
      signal(target, 'SIGCONT', stack);
      stack.hold(target, false);
    },
  };
}

function treat(link: PlannedFault['target'], treatment: Treatment, { links }: Afflicted): Infliction {
  const proxies = [...links].filter(([name]) => name === link).flatMap(([, all]) => all);
  if (proxies.length === 0) throw new RangeError(`the stack has no link ${link}`);
  const treatAll = (how: Treatment) => {
    for (const proxy of proxies) proxy.treat(how);
  };
  return { begin: always(() => treatAll(treatment)), end: () => treatAll({ kind: 'open' }) };
}

function fillDisk(target: string, { disks }: Afflicted): Infliction {
  const disk = [...disks].find(([name]) => name === target)?.[1];
  if (disk === undefined) throw new RangeError(`${target} has no disk of its own`);
  return { begin: always(disk.fill), end: disk.free };
}

function always(begin: () => void): () => boolean {
  return () => {
    begin();
    return true;
  };
}

function moveClock(
  { target, jump, rate }: Extract<PlannedFault, { kind: 'clock' }>,
  { clockFile }: Afflicted,
): Infliction {
  const file = clockFile(target);
  return {
    begin: always(() => {
      const shift: ClockShift = { jump, rate, since: Date.now() };
      writeFileSync(`${file}.new`, JSON.stringify(shift));
      renameSync(`${file}.new`, file);
    }),
    end: () => rmSync(file, { force: true }),
  };
}
