import { appendFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';

/** A log is turned over at this size in bytes; one older file is kept. */
const MAX_LOG_SIZE = 20 * 1024 * 1024;

export type LogFile = { write: (text: string) => void };

/** A log of this run; that of the run before, which may tell why it failed, becomes the older file. Cannot fill the disk. */
export function openLog(file: string): LogFile {
  mkdirSync(dirname(file), { recursive: true });
  if (existsSync(file)) renameSync(file, `${file}.1`);
  let size = 0;
  return {
    write(text) {
      if (size > MAX_LOG_SIZE) {
        renameSync(file, `${file}.1`);
        size = 0;
      }
      appendFileSync(file, text);
      size += Buffer.byteLength(text);
    },
  };
}
