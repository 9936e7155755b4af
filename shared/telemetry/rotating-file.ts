import { appendFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

export type RotatingFile = {
  /** Adds a line; lines are written in the order of the calls. Rejects when the disk does not take it. */
  append(line: string | Uint8Array): Promise<void>;
};

export type RotationOptions = {
  /** Size at which the next file is begun. Bytes. */
  readonly maxBytes: number;
  /** Files of that name kept, those of earlier processes included; the oldest go. */
  readonly keep: number;
};

/**
 * Lines in files `{name}-{time}-{pid}-{turn}.jsonl` of a folder, which together stay within `keep × maxBytes` and the last line
 * of each.
 */
export function rotatingFile(
  folder: string,
  name: string,
  { maxBytes, keep }: RotationOptions,
): RotatingFile {
  let path: string | undefined;
  let size = 0;
  let turn = 0;
  let last = Promise.resolve();

  async function write(line: string | Uint8Array): Promise<void> {
    if (path === undefined || size >= maxBytes) path = await begin();
    const bytes = Buffer.concat([Buffer.from(line), NEW_LINE]);
    await appendFile(path, bytes);
    size += bytes.byteLength;
  }

  async function begin(): Promise<string> {
    await mkdir(folder, { recursive: true });
    const time = new Date().toISOString().replaceAll(/[-:.]/g, '');
    turn += 1;
    const files = (await readdir(folder)).filter((file) => file.startsWith(`${name}-`)).sort();
    const old = files.slice(0, Math.max(0, files.length - (keep - 1)));
    await Promise.all(old.map((file) => rm(join(folder, file), { force: true })));
    size = 0;
    return join(folder, `${name}-${time}-${process.pid}-${String(turn).padStart(5, '0')}.jsonl`);
  }

  return {
    append(line) {
      const written = last.then(() => write(line));
      last = written.catch(() => undefined);
      return written;
    },
  };
}

const NEW_LINE = Buffer.from('\n');
