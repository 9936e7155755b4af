import { readFileSync } from 'node:fs';

/** Processor time of processes so far, in milliseconds, by name. */
export type ProcessorTime = ReadonlyMap<string, number>;

/** Ticks a second of `/proc/PID/stat` (USER_HZ), the same on every Linux of today. */
const TICKS = 100;

/** User and system time of these processes; what the system does not tell is left out. */
export function readProcessorTime(processes: Readonly<Record<string, number | undefined>>): ProcessorTime {
  return new Map(
    Object.entries(processes).flatMap(([name, pid]) => {
      const time = pid === undefined ? undefined : timeOf(pid);
      return time === undefined ? [] : [[name, time] as const];
    }),
  );
}

/** Milliseconds of processor time between two readings, by name. */
export function processorTimeBetween(before: ProcessorTime, after: ProcessorTime): Map<string, number> {
  return new Map([...after].map(([name, time]) => [name, time - (before.get(name) ?? 0)]));
}

function timeOf(pid: number): number | undefined {
  try {
    // The name of the program, in parentheses, may hold spaces: count from its end. proc(5): utime is 14, stime 15.
    const [, rest = ''] = /\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    const fields = rest.split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS;
  } catch {
    return undefined;
  }
}
