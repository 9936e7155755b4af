import { writeFileSync } from 'node:fs';
import type {} from '../../apps/scanner/app/input/camera.ts';

const WIDTH = 640;
const HEIGHT = 480;
/** Bits of a digit, each a bar that is white for 1. */
const BITS = 4;

/**
 * Writes a video (YUV4MPEG2, as Chromium's fake camera takes it) of vertical bars, four to each digit of a code. No bar code of the
 * trade: what is tested is the way from a camera to the page.
 */
export function writeBarsVideo(file: string, code: string): void {
  const bars = barsOf(code);
  const line = Buffer.alloc(WIDTH);
  for (let x = 0; x < WIDTH; x += 1) line[x] = bars[Math.floor((x * bars.length) / WIDTH)] === 1 ? 235 : 16;
  const luma = Buffer.concat(Array.from({ length: HEIGHT }, () => line));
  const chroma = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, chroma]);
  writeFileSync(
    file,
    Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F15:1 Ip A1:1 C420mpeg2\n`), frame, frame]),
  );
}

function barsOf(code: string): number[] {
  return [...code].flatMap((digit) =>
    Array.from({ length: BITS }, (_, bit) => (Number(digit) >> (BITS - 1 - bit)) & 1),
  );
}

/** Runs in a page: a `BarcodeDetector`, which Chromium has on Android only, for the bars of {@link writeBarsVideo}. */
export function detectBars(digits: number): void {
  window.BarcodeDetector = class {
    static async getSupportedFormats() {
      return ['ean_13'];
    }

    async detect(video: HTMLVideoElement) {
      const { videoWidth: width, videoHeight: height } = video;
      const picture = new OffscreenCanvas(width, height).getContext('2d');
      if (picture === null || width === 0) return [];
      picture.drawImage(video, 0, 0);
      const { data } = picture.getImageData(0, Math.floor(height / 2), width, 1);
      const bits = digits * 4;
      let rawValue = '';
      for (let digit = 0; digit < digits; digit += 1) {
        let value = 0;
        for (let bit = 0; bit < 4; bit += 1) {
          const x = Math.floor(((digit * 4 + bit + 0.5) * width) / bits);
          value = value * 2 + ((data[x * 4] ?? 0) > 128 ? 1 : 0);
        }
        rawValue += value;
      }
      return [{ rawValue }];
    }
  };
}
