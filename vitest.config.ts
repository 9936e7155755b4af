import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest, the longest first; begun last, one of them would keep one worker busy when the others have nothing to do. */
const LONGEST = [
  ...['simulation/mutants', 'simulation/seeds', 'durable/crash', 'service-bus/backlog'],
  ...['wms-adapter/main.test', 'booking/interleavings', 'stack/supervisor', 'contracts/message-bus'],
  ...['system/allocation.test', 'system/allocation-faults', 'system/wms-adapter', 'system/stack'],
  ...['system/reconciliation-damage', 'system/existing-wms', 'system/warehouse-away'],
  ...['system/allocation-campaign', 'system/reconciliation-faults', 'system/allocation-responder'],
  ...['system/investigations', 'system/programs', 'system/chaos'],
  ...['browser/app-work', 'browser/app-sign-in', 'browser/app-red'],
];

/** In a group those that have a process of their own come first: the others are small and many, and fill what is left of both cores. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ project, moduleId }: TestSpecification) => {
      const { sequence, isolate } = project.config;
      const found = LONGEST.findIndex((name) => moduleId.includes(name));
      return sequence.groupOrder * 1_000 + (isolate ? 0 : 500) + (found < 0 ? LONGEST.length : found);
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

/** Node keeps what it made of TypeScript: hundreds of processes are started, each in half the time so. */
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/node');

const { CI, STOCKBRIDGE_PROPERTY_RUNS } = process.env;

const ignored = ['**/node_modules/**', 'dist/**', '.stockbridge/**'];

/**
 * Files that have a process of their own: they load what a process has once (the page and its state, registered
 * functions, SQLite as WebAssembly), or run so long that a process more costs nothing. All other parts share two
 * processes, file after file, which saves a quarter of a second a file; test/shared-process.ts watches over them.
 */
const ALONE = [
  ...['apps/scanner/{app,store}', 'local/functions-host', 'test/infra/agreement', 'test/simulation'].map(
    (folder) => `${folder}/**/*.test.ts`,
  ),
  ...['access', 'openapi'].map((name) => `test/contracts/${name}.test.ts`),
];

/** CI has 15 minutes: of the browser tests it plays those on which scans depend. */
const browserTests = CI
  ? ['shell', 'device', 'one-owner', 'app-work'].map((name) => `test/browser/${name}.test.ts`)
  : ['test/browser/**/*.test.ts'];

/**
 * The system tests start five processes a file: they run four files at a time, since most of their time is waiting, and after
 * all others, whose timing they would disturb. Browsers take all cores for moments: two files at a time, last of all.
 */
export default defineConfig({
  test: {
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    setupFiles: CI || STOCKBRIDGE_PROPERTY_RUNS ? ['test/property-runs.ts'] : [],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'alone',
          include: ALONE,
          exclude: ignored,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['**/*.test.ts'],
          exclude: [...ignored, ...ALONE, 'test/system/**', 'test/browser/**'],
          isolate: false,
          setupFiles: ['test/shared-process.ts'],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          exclude: ignored,
          maxWorkers: 4,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: browserTests,
          exclude: ignored,
          maxWorkers: 2,
          testTimeout: 60_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
