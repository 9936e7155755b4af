import { readFileSync } from 'node:fs';

/** The highest resident memory a process ever had, in bytes (`VmHWM`); 0 where the system does not tell. */
export function peakMemory(pid: number | undefined): number {
  if (pid === undefined) return 0;
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
