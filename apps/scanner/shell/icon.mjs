// The app's icon, drawn from a list of rectangles: once as SVG and once as PNG, so that both are the same picture.

import { crc32, deflateSync } from 'node:zlib';

/** Side of the grid the icon is drawn on. What is not background lies in the middle 80 %: a launcher may cut off the rest. */
const GRID = 48;

/** x, y, width, height and colour (RGB) on the grid: background, the bars of a barcode, and the scanner's beam. */
const rectangles = [
  [0, 0, 48, 48, 0x10_3d_5d],
  ...bars([
    [9, 2],
    [13, 1],
    [16, 3],
    [21, 1],
    [24, 2],
    [28, 4],
    [34, 1],
    [37, 2],
  ]),
  [6, 23, 36, 2, 0xff_5a_3c],
];

function bars(columns) {
  return columns.map(([x, width]) => [x, 12, width, 24, 0xff_ff_ff]);
}

/** The icon as an SVG document. */
export function iconSvg() {
  const shapes = rectangles.map(
    ([x, y, width, height, colour]) =>
      `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="#${colour.toString(16).padStart(6, '0')}"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${GRID} ${GRID}" shape-rendering="crispEdges">${shapes.join('')}</svg>\n`;
}

/** The icon as a PNG of `size` × `size` pixels (8-bit RGB; https://www.w3.org/TR/png-3/). */
export function iconPng(size) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows(size), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type, data) {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, checksum]);
}

/** One row after another, each begun by the number of its filter: 0, none. */
function rows(size) {
  const pixels = Buffer.alloc(size * (1 + 3 * size));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const at = y * (1 + 3 * size) + 1 + 3 * x;
      pixels.writeUIntBE(colourAt(((x + 0.5) * GRID) / size, ((y + 0.5) * GRID) / size), at, 3);
    }
  }
  return pixels;
}

function colourAt(x, y) {
  const top = rectangles.findLast(
    ([left, up, width, height]) => x >= left && x < left + width && y >= up && y < up + height,
  );
  return top[4];
}
