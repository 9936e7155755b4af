import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  abandonedDisks,
  mountSmallDisk,
  removeAbandonedDisks,
  type SmallDisk,
  whyNoDisks,
} from './small-disk.ts';

/** More than a page that is in use may still have room for. */
const MUCH = Buffer.alloc(1_000_000, 'x');

describe.skipIf(whyNoDisks() !== undefined)('A small disk', () => {
  let folder: string;
  let file: string;
  let disk: SmallDisk | undefined;

  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'small-disk-')), 'data');
    disk = mountSmallDisk(folder);
    file = join(folder, 'file');
    writeFileSync(file, 'before');
  });

  afterEach(() => {
    disk?.remove();
    rmSync(join(folder, '..'), { recursive: true });
  });

  test('takes no more when it is full, keeps what it has, and takes more again', () => {
    disk?.fill();
    expect(() => appendFileSync(file, MUCH)).toThrow('ENOSPC');
    expect(readFileSync(file, 'utf8').startsWith('before')).toBe(true);
    disk?.free();
    appendFileSync(file, MUCH);
    expect(readFileSync(file).length).toBeGreaterThan(MUCH.length);
  });

  test('leaves what it had in the folder where that is wanted', () => {
    disk?.remove(true);
    disk = undefined;
    expect(readFileSync(file, 'utf8')).toBe('before');
    expect(existsSync(`${folder}.kept`)).toBe(false);
  });

  test('that somebody else has taken away is gone, and no error', () => {
    execFileSync('umount', ['--lazy', folder]);
    disk?.remove(true);
    expect(existsSync(file)).toBe(false);
  });
});

describe.skipIf(whyNoDisks() !== undefined)('A process that is killed', () => {
  test('leaves its disk to whoever comes next, who keeps those of the living', () => {
    const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
    const [left, kept] = [join(folder, 'left'), join(folder, 'kept')];
    const disk = mountSmallDisk(kept);
    try {
      const file = JSON.stringify(join(import.meta.dirname, 'small-disk.ts'));
      const dying = `(await import(${file})).mountSmallDisk(${JSON.stringify(left)}); process.kill(process.pid, 'SIGKILL');`;
      const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', dying]);
      expect(signal).toBe('SIGKILL');
      const removed = removeAbandonedDisks();
      expect(removed).toContain(left);
      expect(removed).not.toContain(kept);
      const mounts = execFileSync('cat', ['/proc/self/mounts'], { encoding: 'utf8' });
      expect(mounts).not.toContain(left);
      expect(mounts).toContain(kept);
    } finally {
      disk.remove();
      rmSync(folder, { recursive: true });
    }
  });
});

test('disks of processes that are gone are told from others', () => {
  const mounts = [
    'stockbridge-chaos-7 /tmp/a\\040b/cosmos tmpfs rw 0 0',
    'stockbridge-chaos-8 /tmp/c/cosmos tmpfs rw 0 0',
    'tmpfs /tmp tmpfs rw 0 0',
    '',
  ].join('\n');
  expect(abandonedDisks(mounts, (pid) => pid === '8')).toEqual(['/tmp/a b/cosmos']);
});

test('says why no disk can be filled, or can fill one', () => {
  const why = whyNoDisks();
  expect(why === undefined || /tmpfs|root|allowed/.test(why)).toBe(true);
});
