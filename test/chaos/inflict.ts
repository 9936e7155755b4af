import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { StackError } from '../../local/stack/start-error.ts';
import type { ChaosStack } from './chaos-stack.ts';
import type { PlannedFault } from './plan.ts';
import type { Treatment } from './proxy.ts';
import type { ClockShift } from './shifted-clock.ts';

/** What a fault needs of the stack. */
export type Afflicted = Pick<ChaosStack, 'parts' | 'links' | 'disks' | 'hold' | 'clockFile'>;

/**
 * Inflicts a fault for its time and takes it away again, whatever happens: nothing of it is left but what it did.
 *
 * @returns from when on the recovery counts: the end of the fault, or the death of a process that was killed or ended.
 *   Milliseconds of the monotonic clock.
 */
export async function inflict(fault: PlannedFault, stack: Afflicted): Promise<number> {
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

type Infliction = { begin: () => void; end: () => void };

async function during({ duration }: PlannedFault, { begin, end }: Infliction): Promise<number> {
  try {
    begin();
    await sleep(duration);
  } finally {
    end();
  }
  return performance.now();
}

async function endAndStart({ kind, target, duration }: PlannedFault, stack: Afflicted): Promise<number> {
  const begun = performance.now();
  stack.hold(target, true);
  try {
    if (kind === 'kill') signal(target, 'SIGKILL', stack);
    await sleep(duration);
    await stack.parts[target]?.restart();
  } catch (error) {
    // A part that did not start is started again by whoever attends to the stack; the recovery takes the longer.
    if (!(error instanceof StackError)) throw error;
  } finally {
    stack.hold(target, false);
  }
  return begun;
}

/** A part that has ended by itself cannot be reached. */
function signal(target: string, name: NodeJS.Signals, { parts }: Afflicted): void {
  try {
    parts[target]?.kill(name);
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
  }
}

function standStill(target: string, stack: Afflicted): Infliction {
  return {
    begin: () => {
      stack.hold(target, true);
      signal(target, 'SIGSTOP', stack);
    },
    end: () => {
      signal(target, 'SIGCONT', stack);
      stack.hold(target, false);
    },
  };
}

function treat(link: PlannedFault['target'], treatment: Treatment, { links }: Afflicted): Infliction {
  const proxies = [...links].filter(([name]) => name === link).flatMap(([, all]) => all);
  const treatAll = (how: Treatment) => {
    for (const proxy of proxies) proxy.treat(how);
  };
  return { begin: () => treatAll(treatment), end: () => treatAll({ kind: 'open' }) };
}

function fillDisk(target: string, { disks }: Afflicted): Infliction {
  const disk = [...disks].find(([name]) => name === target)?.[1];
  if (disk === undefined) throw new RangeError(`${target} has no disk of its own`);
  return { begin: disk.fill, end: disk.free };
}

function moveClock(
  { target, jump, rate }: Extract<PlannedFault, { kind: 'clock' }>,
  { clockFile }: Afflicted,
): Infliction {
  const file = clockFile(target);
  return {
    begin: () => {
      const shift: ClockShift = { jump, rate, since: Date.now() };
      writeFileSync(`${file}.new`, JSON.stringify(shift));
      renameSync(`${file}.new`, file);
    },
    end: () => rmSync(file, { force: true }),
  };
}
