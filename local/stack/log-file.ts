import { appendFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/** A log is turned over at this size in bytes; one older file is kept. */
const MAX_LOG_SIZE = 20 * 1024 * 1024;

export type LogFile = { write: (text: string) => void };

/** A log that starts empty with each start of the stack and cannot fill the disk. */
export function openLog(file: string): LogFile {
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true });
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
