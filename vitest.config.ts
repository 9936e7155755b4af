import { defineConfig } from 'vitest/config';

/** CI has 15 minutes: of the browser tests it plays those on which scans depend. */
const browserTests = process.env.CI
  ? ['shell', 'device', 'one-owner', 'app-work'].map((name) => `test/browser/${name}.test.ts`)
  : ['test/browser/**/*.test.ts'];

const ignored = ['**/node_modules/**', 'dist/**', '.stockbridge/**'];

/**
 * The system tests start five processes a file: they run two files at a time, since most of their time is waiting, and after
 * all others, whose timing they would disturb. Browsers take all cores for moments: two files at a time, too, last of all.
 */
export default defineConfig({
  test: {
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    execArgv: ['--disable-warning=ExperimentalWarning'],
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
          maxWorkers: 2,
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
