import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageFunctionsApp } from '../../local/package/functions-app.ts';
import { DEFAULT_PORTS, functionAppSettings } from '../../local/stack/connections.ts';
import { atMost, type Figure, figuresOf } from './figures.ts';
import { median } from './median.ts';

const REPOSITORY = join(import.meta.dirname, '../..');
/** Processes whose load time is measured, for the one in the middle. */
const LOADS = 9;
/** What Azure fetches for every new instance, and how long the app may keep its first call waiting. */
const MOST_MEGABYTES = 15;
const MOST_LOAD_MS = 1_000;

/** The package that is deployed: how large it is, and how long a process needs to load it, beside the same code unbundled. */
export async function measurePackage(say: (line: string) => void): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'stockbridge-package-'));
  try {
    const { bytes } = await packageFunctionsApp(REPOSITORY, folder);
    say(`package: loading ${LOADS} times, bundled and not`);
    const bundled = medianLoad(folder);
    const figure = figuresOf('package');
    const megabytes = bytes / 1e6;
    return [
      figure('size', 'MB', megabytes, atMost(MOST_MEGABYTES, 'MB', megabytes)),
      figure('load', 'ms', bundled, atMost(MOST_LOAD_MS, 'ms', bundled)),
      figure('load, unbundled', 'ms', medianLoad(REPOSITORY)),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Milliseconds. Without the cache of compiled code, which a new instance does not have. */
function medianLoad(app: string): number {
  const env = { PATH: process.env.PATH, ...functionAppSettings(DEFAULT_PORTS, null) };
  const times = Array.from({ length: LOADS }, () =>
    Number(execFileSync(process.execPath, [join(import.meta.dirname, 'load-app.ts'), app], { env })),
  );
  return median(times);
}
