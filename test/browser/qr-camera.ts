import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { encode } from 'uqr';
import { onTestFinished } from 'vitest';
import { bundle } from './probe/bundle.ts';

const WIDTH = 640;
const HEIGHT = 480;
/** Luma of black and white in video (ITU-R BT.601). */
const BLACK = 16;
const WHITE = 235;

/** A camera of a browser, before which codes are held. */
export type QrCamera = {
  /** Of the browser's command line. */
  readonly flags: readonly string[];
  /** Holds a code before it, from when it is switched on next. */
  hold(code: string): void;
  /** Lets a page see codes, from when it is loaded next. */
  connect(page: Page): Promise<void>;
};

/** A camera until the test is over. It sees nothing at first. */
export function qrCamera(): QrCamera {
  const folder = mkdtempSync(join(tmpdir(), 'stockbridge-camera-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const video = join(folder, 'camera.y4m');
  writeVideo(video, []);
  return {
    flags: ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${video}`],
    hold: (code) => writeVideo(video, encode(code, { border: 4 }).data),
    async connect(page) {
      await page.addInitScript({ content: await bundle('qr-detector.ts') });
    },
  };
}

/** Two frames (YUV4MPEG2, as Chromium's fake camera takes them); `modules` are black where true. */
function writeVideo(file: string, modules: readonly (readonly boolean[])[]): void {
  const luma = Buffer.alloc(WIDTH * HEIGHT, WHITE);
  const dots = Math.floor(HEIGHT / Math.max(1, modules.length));
  for (const [row, line] of modules.entries())
    for (const [column, isBlack] of line.entries())
      for (let y = row * dots; isBlack && y < (row + 1) * dots; y += 1)
        luma.fill(BLACK, y * WIDTH + column * dots, y * WIDTH + (column + 1) * dots);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, Buffer.alloc((WIDTH * HEIGHT) / 2, 128)]);
  const header = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F15:1 Ip A1:1 C420mpeg2\n`);
  writeFileSync(file, Buffer.concat([header, frame, frame]));
}
