import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import { openScannerApp } from './scanner-app.ts';
import { tour } from './tour.ts';

/** The pictures of docs/scanner.md, by the screens of the tour. */
const PICTURES: ReadonlyMap<string, string> = new Map([
  ['01-set-up', 'set-up'],
  ['04-pin', 'sign-in'],
  ['42-home-with-counts', 'home'],
  ['08-receive-full', 'receive'],
  ['16-pick-full', 'pick'],
  ['21-count-full', 'count'],
  ['22-variance', 'variance'],
  ['26-queue-red', 'queue'],
  ['27-conflict', 'red'],
  ['33-stock-offline', 'offline'],
]);

const FOLDER = join(import.meta.dirname, '../../docs/pictures');

// Makes them anew: STOCKBRIDGE_PICTURES=1 npx vitest run test/browser/pictures.test.ts
test.runIf(process.env.STOCKBRIDGE_PICTURES)(
  'docs/scanner.md has pictures of the app as it is',
  { timeout: 240_000 },
  async () => {
    mkdirSync(FOLDER, { recursive: true });
    const app = await openScannerApp();
    await tour(app, async (name) => {
      const picture = PICTURES.get(name);
      if (picture) await app.page.screenshot({ path: join(FOLDER, `scanner-${picture}.png`) });
    });
  },
);
