import { crc32, deflateSync } from 'node:zlib';
import type { Page } from 'playwright-core';

/** A picture of what a page shows now, as a PNG of at most 256 colours: about a third of what the browser itself makes. */
export async function palettePng(page: Page): Promise<Buffer> {
  const picture = (await page.screenshot()).toString('base64');
  const { width, height, base64 } = await page.evaluate(readPixels, picture);
  return encode(width, height, Buffer.from(base64, 'base64'));
}

/** Runs in the browser, which knows how to read a PNG. */
async function readPixels(png: string) {
  const bytes = Uint8Array.from(atob(png), (character) => character.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (!context) throw new Error('There is no canvas');
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  let text = '';
  for (let start = 0; start < data.length; start += 8_192)
    text += String.fromCharCode(...data.subarray(start, start + 8_192));
  return { width, height, base64: btoa(text) };
}

/** An indexed-colour PNG (PNG specification, colour type 3). @param pixels red, green, blue and alpha of each */
function encode(width: number, height: number, pixels: Buffer): Buffer {
  const colours = new Map<number, number>();
  for (let at = 0; at < pixels.length; at += 4) {
    const colour = pixels.readUInt32BE(at) >>> 8;
    colours.set(colour, (colours.get(colour) ?? 0) + 1);
  }
  const palette = [...colours]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 256)
    .map(([colour]) => colour);
  const places = new Map([...colours.keys()].map((colour) => [colour, nearest(palette, colour)]));
  const rows = Buffer.alloc((width + 1) * height);
  for (let at = 0; at < width * height; at += 1) {
    const row = Math.floor(at / width);
    rows[row + 1 + at] = places.get(pixels.readUInt32BE(at * 4) >>> 8) ?? 0;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3], 8);
  const table = Buffer.from(palette.flatMap((colour) => partsOf(colour)));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', table),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function nearest(palette: readonly number[], colour: number): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [place, known] of palette.entries()) {
    const [parts, others] = [partsOf(known), partsOf(colour)];
    const distance = parts.reduce((sum, part, index) => sum + (part - (others[index] ?? 0)) ** 2, 0);
    if (distance < least) [best, least] = [place, distance];
    if (distance === 0) break;
  }
  return best;
}

function partsOf(colour: number): number[] {
  return [colour >> 16, (colour >> 8) & 255, colour & 255];
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}
