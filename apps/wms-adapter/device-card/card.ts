import { styleText } from 'node:util';
import { encode, renderUnicodeCompact } from 'uqr';

/** What a card tells of its device. */
export type Card = {
  readonly scannerId: string;
  readonly key: string;
  readonly name?: string | undefined;
  readonly warehouseIds: readonly string[];
};

/** Around a code four modules stay white (ISO/IEC 18004). On paper a quarter of it may be dirty or scratched; the one on a screen has to fit there. */
const ON_PAPER = { ecc: 'Q', border: 4 } as const;
const ON_SCREEN = { ecc: 'M', border: 4 } as const;

/** What the QR code on the card of a device says. */
export function cardText({ scannerId, key }: Pick<Card, 'scannerId' | 'key'>): string {
  return `stockbridge:device?${new URLSearchParams({ id: scannerId, key })}`;
}

/** The QR code for a terminal, line by line, black on white whatever its colours are: two modules in the place of a character. */
export function codeInTerminal(card: Card): readonly string[] {
  const lines = renderUnicodeCompact(cardText(card), ON_SCREEN).split('\n');
  return lines.map((line) => styleText(['whiteBright', 'bgBlack'], line));
}

/** Millimetres; a card for a badge holder is 54 wide. */
const WIDTH = 54;
/** Of the lines below the code, in modules. */
const TEXT = { height: 3, most: 24 };

/** The card as a picture to print (SVG): the QR code, and below it which device it is of, so that cards can be told apart. */
export function cardPicture(card: Card): string {
  const { data, size } = encode(cardText(card), ON_PAPER);
  const lines = [card.scannerId, card.name ?? '', card.warehouseIds.join(', ')].filter((line) => line !== '');
  const height = size + lines.length * (TEXT.height + 1) + 1;
  const modules = data.flatMap((row, y) =>
    row.flatMap((isBlack, x) => (isBlack ? [`M${x} ${y}h1v1h-1z`] : [])),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${height}" width="${WIDTH}mm">`,
    `<rect width="${size}" height="${height}" fill="#fff"/>`,
    `<path d="${modules.join('')}"/>`,
    ...lines.map((line, number) =>
      lineOfText(line, size, size + number * (TEXT.height + 1) + TEXT.height / 2),
    ),
    '</svg>',
    '',
  ].join('\n');
}

/** A long one is pressed together. */
function lineOfText(line: string, width: number, y: number): string {
  const pressed = line.length > TEXT.most ? ` textLength="${width - 4}" lengthAdjust="spacingAndGlyphs"` : '';
  const place = `x="${width / 2}" y="${y}" text-anchor="middle"`;
  return `<text ${place} font-family="sans-serif" font-size="${TEXT.height}"${pressed}>${escaped(line)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
