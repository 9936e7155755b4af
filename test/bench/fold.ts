import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { atLeast, type Figure } from './figures.ts';

const WANTED = 1_000_000;

const lineSchema = z.object({
  shape: z.string(),
  batchSize: z.number(),
  eventsPerSecond: z.number(),
  isTarget: z.boolean(),
});

/** How fast the fold is by itself, on one core, without Cosmos DB or the bus. */
export async function measureFold(say: (line: string) => void): Promise<Figure[]> {
  say('fold: folding in memory');
  const file = join(import.meta.dirname, 'fold-process.ts');
  const flags = ['--single-threaded', '--disable-warning=ExperimentalWarning'];
  const folding = promisify(execFile)(process.execPath, [...flags, file]);
  const kill = () => folding.child.kill();
  process.once('exit', kill);
  const { stdout } = await folding;
  process.off('exit', kill);
  const lines = stdout.trim().split('\n');
  return lines.map((line) => toFigure(lineSchema.parse(JSON.parse(line))));
}

function toFigure({ shape, batchSize, eventsPerSecond, isTarget }: z.infer<typeof lineSchema>): Figure {
  const figure = {
    workload: 'fold',
    figure: `${shape}, batches of ${batchSize}`,
    unit: 'events/s',
    pipeline: eventsPerSecond,
  };
  return isTarget ? { ...figure, target: atLeast(WANTED, '/s', eventsPerSecond) } : figure;
}
