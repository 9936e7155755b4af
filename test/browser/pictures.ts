import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { palettePng } from './palette-png.ts';

/** True when the pictures of the docs are made anew: `STOCKBRIDGE_PICTURES` names their folder, `docs/pictures`. */
export const arePicturesMade = Boolean(process.env.STOCKBRIDGE_PICTURES);

/** Makes a picture of the docs anew, if they are made. @param name below their folder, such as `console/now` */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env.STOCKBRIDGE_PICTURES;
  if (folder) keep(join(folder, `${name}.png`), await palettePng(page));
}

/** Keeps how all of a page looks, where `STOCKBRIDGE_SHOTS` names a folder for that. */
export async function keepShot(page: Page, name: string): Promise<void> {
  const folder = process.env.STOCKBRIDGE_SHOTS;
  if (folder) keep(join(folder, `${name}.png`), await page.screenshot({ fullPage: true }));
}

function keep(file: string, picture: Buffer): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, picture);
}
