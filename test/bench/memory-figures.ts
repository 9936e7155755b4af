import type { Figure } from './figures.ts';

/** One figure a process: the highest resident memory it had. Takes bytes; processes whose memory is unknown are left out. */
export function memoryFigures(
  workload: string,
  pipeline: Readonly<Record<string, number>>,
  sample?: Readonly<Record<string, number>>,
): Figure[] {
  return Object.entries(pipeline)
    .filter(([, bytes]) => bytes > 0)
    .map(([name, bytes]) => ({
      workload,
      figure: `peak memory, ${name}`,
      unit: 'MB',
      pipeline: megabytes(bytes),
      ...(sample === undefined ? {} : { sample: megabytes(sample[name] ?? 0) }),
    }));
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1_000_000);
}
