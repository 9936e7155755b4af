import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest, the longest first; begun last, one of them would keep one worker busy when the others have nothing to do. */
const LONGEST = [
  ...['simulation/mutants', 'simulation/seeds', 'durable/crash', 'service-bus/backlog', 'journal-store'],
  ...['system/allocation-faults', 'system/chaos', 'system/stack', 'system/allocation.test'],
  ...['system/allocation-campaign', 'system/reconciliation-damage', 'system/reconciliation-faults'],
  ...['system/existing-wms', 'browser/app-work', 'browser/app-sign-in', 'browser/app-red'],
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ project, moduleId }: TestSpecification) => {
      const found = LONGEST.findIndex((name) => moduleId.includes(name));
      return project.config.sequence.groupOrder * 1_000 + (found < 0 ? LONGEST.length : found);
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

/** Node keeps what it made of TypeScript: hundreds of processes are started, each in half the time so. */
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/node');

const { CI, STOCKBRIDGE_PROPERTY_RUNS } = process.env;

const ignored = ['**/node_modules/**', 'dist/**', '.stockbridge/**'];

/** CI has 15 minutes: of the browser tests it plays those on which scans depend. */
const browserTests = CI
  ? ['shell', 'device', 'one-owner', 'app-work'].map((name) => `test/browser/${name}.test.ts`)
  : ['test/browser/**/*.test.ts'];

/**
 * The system tests start five processes a file: they run three files at a time, since most of their time is waiting, and after
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
          name: 'parts',
          include: ['**/*.test.ts'],
          exclude: [...ignored, 'test/system/**', 'test/browser/**'],
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
          maxWorkers: 3,
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
