import { test } from 'vitest';
import { arePicturesMade, keepPicture } from './pictures.ts';
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

// Makes them anew: STOCKBRIDGE_PICTURES=docs/pictures npx vitest run test/browser/pictures.test.ts
test.runIf(arePicturesMade)(
  'docs/scanner.md has pictures of the app as it is',
  { timeout: 240_000 },
  async () => {
    const app = await openScannerApp();
    await tour(app, async (name) => {
      const picture = PICTURES.get(name);
      if (picture) await keepPicture(app.page, `scanner-${picture}`);
    });
  },
);
