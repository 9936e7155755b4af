import fc from 'fast-check';
import decodeQR from 'qr/decode.js';
import { describe, expect, test } from 'vitest';
import { readCode } from '../../scanner/core/read-code.ts';
import { type Card, cardPicture, cardText, codeInTerminal } from './card.ts';

const card: Card = { scannerId: 'SCANNER-08', key: `sbk_${'aZ09-_'.repeat(7)}B`, warehouseIds: ['WH-001'] };

/** What a reader makes of a code; `isBlack` by module. A camera sees each of them as several dots. */
function readQr(modules: readonly (readonly boolean[])[]): string {
  const DOTS = 4;
  const [width = 0, height] = [modules[0]?.length, modules.length].map((count) => (count ?? 0) * DOTS);
  const data = new Uint8Array(width * (height ?? 0) * 4).fill(255);
  for (const [y, row] of modules.entries())
    for (const [x, isBlack] of row.entries())
      if (isBlack)
        for (let dot = 0; dot < DOTS * DOTS; dot += 1) {
          const at = ((y * DOTS + Math.floor(dot / DOTS)) * width + x * DOTS + (dot % DOTS)) * 4;
          data.fill(0, at, at + 3);
        }
  return decodeQR({ width, height: height ?? 0, data });
}

/** Of a terminal with black ground: what is drawn is white. */
function modulesOf(lines: readonly string[]): boolean[][] {
  const halves: Readonly<Record<string, readonly [boolean, boolean]>> = {
    '█': [false, false],
    '▀': [false, true],
    '▄': [true, false],
    ' ': [true, true],
  };
  return lines.flatMap((line) => {
    const pairs = [...line].map((character) => halves[character] ?? [false, false]);
    return [pairs.map(([upper]) => upper), pairs.map(([, lower]) => lower)];
  });
}

/** Of the squares in a picture. */
function modulesIn(picture: string): boolean[][] {
  const size = Number(/viewBox="0 0 (\d+)/.exec(picture)?.[1]);
  const modules = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  for (const [, x, y] of picture.matchAll(/M(\d+) (\d+)h1v1h-1z/g))
    modules[Number(y)]?.splice(Number(x), 1, true);
  return modules;
}

describe('The card of a device', () => {
  test('says on a screen and on paper what the app is set up with', () => {
    expect(readQr(modulesOf(codeInTerminal(card)))).toBe(cardText(card));
    expect(readQr(modulesIn(cardPicture(card)))).toBe(cardText(card));
  });

  test('is read whatever the names of the device are', () => {
    const identifier = fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9._ -]{0,62}[A-Za-z0-9._-])?$/);
    fc.assert(
      fc.property(identifier, (scannerId) => {
        const text = readQr(modulesIn(cardPicture({ ...card, scannerId })));
        expect(readCode(text, { itemsOfCode: () => [], placesOf: () => [] }, [], '').deviceCard).toEqual({
          scannerId,
          key: card.key,
        });
      }),
      { numRuns: 20 },
    );
  });

  test('fits on a terminal of 80 characters and 24 lines', () => {
    const lines = codeInTerminal(card);
    expect(lines.length).toBeLessThan(24);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('names on paper its device and warehouses, and never more than is white below the code', () => {
    const picture = cardPicture({ ...card, name: 'Dock <2> & "3"', warehouseIds: ['WH-001', 'WH-002'] });
    const lines = [...picture.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, line]) => line);
    expect(lines).toEqual(['SCANNER-08', 'Dock &lt;2&gt; &amp; "3"', 'WH-001, WH-002']);
    expect(cardPicture({ ...card, name: 'x'.repeat(128) })).toContain('lengthAdjust="spacingAndGlyphs">xxx');
  });
});
