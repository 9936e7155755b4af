import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mountSmallDisk, type SmallDisk, whyNoDisks } from './small-disk.ts';

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
});

test('says why no disk can be filled, or can fill one', () => {
  const why = whyNoDisks();
  expect(why === undefined || /tmpfs|root|allowed/.test(why)).toBe(true);
});
